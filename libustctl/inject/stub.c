/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Three threads, each made by the one before:
 *
 *	raw	made by a bare clone, with thread-local memory that was prepared from outside. It
 *		calls pthread_create, and nothing else, and is gone.
 *	real	made by that. It is a thread like any other: it has the library loaded and calls its
 *		function. The last thing it does is to unmap this code.
 *	loader	made by that, to load the library: in a descriptor table of its own, because the
 *		dynamic linker opens files, and programs close numbers that are not theirs.
 *
 * Nothing here may refer to anything outside of the section, because only its bytes travel: no
 * libc, no constants in memory, no stack protector. Functions of the target are called through
 * struct ust_stub_args.
 */
#include "stub.h"

#include <stddef.h>

#include <linux/futex.h>
#include <sys/syscall.h>

#include <ust/abi/unload.h>

#if defined(__x86_64__)

#if defined(__clang__)
#define STUB __attribute__((section("ust_stub"), noinline, used, no_sanitize("all")))
#else
#define STUB                                                                                       \
	__attribute__((section("ust_stub"), noinline, used, no_sanitize_address,                   \
		       no_sanitize_undefined, no_stack_protector, optimize("O2")))
#endif

#define WAIT_NS 1000000 /* one look at a word that somebody is going to change */
/* About as many milliseconds. Whoever injected us is gone then. */
#define PATIENCE_FILE 10000
#define PATIENCE_END 1000
#define PATIENCE_CLOSE 6000
#define RTLD_NOW_ 2
#define RTLD_NOLOAD_ 4
#define HIGH_FD 512

/* A struct timespec. Volatile: it is not to become a constant that is copied. */
#define TIMESPEC(name, ns)                                                                         \
	volatile int64_t name[2];                                                                  \
	name[0] = 0;                                                                               \
	name[1] = (ns)

static inline __attribute__((always_inline)) long stub_syscall(long nr, long a, long b, long c,
							       long d)
{
	register long r10 __asm__("r10") = d;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return ret;
}

static inline __attribute__((always_inline)) void set_state(struct ust_stub_args *args,
							    uint32_t state)
{
	__atomic_store_n(&args->state, state, __ATOMIC_RELEASE);
}

/* Waits for the other process's word. */
static inline __attribute__((always_inline)) int wait_ack(struct ust_stub_args *args, uint32_t want,
							  int patience)
{
	int looks;

	for (looks = 0; looks < patience; looks++) {
		TIMESPEC(ts, looks > 100 ? WAIT_NS : WAIT_NS / 10);

		if (__atomic_load_n(&args->ack, __ATOMIC_ACQUIRE) >= want)
			return __atomic_load_n(&args->ack, __ATOMIC_ACQUIRE) == want;
		stub_syscall(SYS_nanosleep, (long)ts, 0, 0, 0);
	}
	return 0;
}

/* Called by name, from below. */
void ust_stub_raw(struct ust_stub_args *args);
void ust_stub_body(struct ust_stub_args *args);
void *ust_stub_loader(struct ust_stub_args *args);

/* As libc keeps them: a key's destructor, a thread's value. Tables of 32 times 32. */
#define KEYS 32
#define KEY_ROUNDS 4

struct stub_key {
	uint64_t seq;
	void (*destroy)(void *);
};

struct stub_value {
	uint64_t seq;
	void *data;
};

/*
 * An allocator may have put this thread into a list of its own at its first call; what is behind
 * pthread_key_create() takes it out again. pthread_exit() would do this, but is not for us.
 */
static inline __attribute__((always_inline)) void end_specific(const struct ust_stub_args *args)
{
	const struct stub_key *keys = (const struct stub_key *)args->keys;
	int round, i, j;

	if (args->call_tls_dtors)
		((void (*)(void))args->call_tls_dtors)();
	for (round = 0; keys && round < KEY_ROUNDS; round++) {
		for (i = 0; i < KEYS; i++) {
			struct stub_value *values = ((struct stub_value **)args->specific)[i];

			if (i == 0)
				values = (struct stub_value *)args->first_block;
			for (j = 0; values && j < KEYS; j++) {
				const struct stub_key *key = &keys[i * KEYS + j];
				void *data = values[j].data;

				values[j].data = NULL;
				if (data && key->destroy && values[j].seq == key->seq)
					key->destroy(data);
			}
		}
	}
}

/* The raw thread. Its stack and its thread-local memory are part of the region. */
STUB void ust_stub_raw(struct ust_stub_args *args)
{
	int (*create)(uint64_t *, const void *, uint64_t, void *) =
		(int (*)(uint64_t *, const void *, uint64_t, void *))args->pthread_create;
	int err = create(&args->thread, NULL, args->real_entry, args);

	end_specific(args);
	if (err) {
		args->result = -err;
		set_state(args, UST_STUB_NO_THREAD);
	}
	for (;;)
		stub_syscall(SYS_exit, 0, 0, 0, 0);
}

/* Makes a memfd for the library and completes its path. */
static inline __attribute__((always_inline)) int make_file(struct ust_stub_args *args, long *ret_fd)
{
	char name[16], *digit = (char *)args->path_number;
	long low, fd, unit = 1;

	/* "ust" and nothing more, without a constant in memory. */
	*(volatile uint32_t *)name = 0x00747375;
	low = stub_syscall(SYS_memfd_create, (long)name, 1 /* MFD_CLOEXEC */, 0, 0);
	/* It stays for some milliseconds: not where programs have theirs. */
	fd = low < 0 ? low : stub_syscall(SYS_fcntl, low, 1030 /* F_DUPFD_CLOEXEC */, HIGH_FD, 0);
	if (fd < 0)
		fd = low;
	else
		stub_syscall(SYS_close, low, 0, 0, 0);
	*ret_fd = fd;
	args->result = fd;
	if (fd < 0) {
		set_state(args, UST_STUB_NO_FILE);
		return -1;
	}
	while (fd / unit >= 10)
		unit *= 10;
	for (; unit; unit /= 10)
		*digit++ = (char)('0' + fd / unit % 10);
	*digit = 0;
	set_state(args, UST_STUB_WANT_FILE);
	return wait_ack(args, UST_STUB_ACK_FILE, PATIENCE_FILE) ? 0 : -1;
}

/* The loader. Its error is freed with the thread: it stays until that was read. */
STUB void *ust_stub_loader(struct ust_stub_args *args)
{
	void *(*open)(uint64_t, int) = (void *(*)(uint64_t, int))args->dlopen;
	uint64_t (*error)(void) = (uint64_t(*)(void))args->dlerror;

	stub_syscall(436 /* close_range */, 0, ~0u, 2 /* CLOSE_RANGE_UNSHARE */, 0);
	args->handle =
		(uint64_t)open(args->path, args->is_loaded ? RTLD_NOW_ | RTLD_NOLOAD_ : RTLD_NOW_);
	if (!args->handle) {
		args->error = error();
		set_state(args, UST_STUB_NO_OBJECT);
		wait_ack(args, UST_STUB_ACK_END, PATIENCE_END);
	}
	return NULL;
}

static inline __attribute__((always_inline)) void load(struct ust_stub_args *args)
{
	int (*create)(uint64_t *, const void *, uint64_t, void *) =
		(int (*)(uint64_t *, const void *, uint64_t, void *))args->pthread_create;
	int (*join)(uint64_t, void **) = (int (*)(uint64_t, void **))args->pthread_join;
	void *(*sym)(uint64_t, uint64_t) = (void *(*)(uint64_t, uint64_t))args->dlsym;
	uint64_t (*error)(void) = (uint64_t(*)(void))args->dlerror;
	void (*close_handle)(uint64_t) = (void (*)(uint64_t))args->dlclose;
	int err = create(&args->loader, NULL, args->loader_entry, args);
	int (*function)(uint64_t);

	if (err) {
		args->result = -err;
		set_state(args, UST_STUB_NO_THREAD);
		return;
	}
	join(args->loader, NULL);
	if (!args->handle)
		return;
	function = (int (*)(uint64_t))sym(args->handle, args->symbol);
	if (!function) {
		args->error = error();
		set_state(args, UST_STUB_NO_SYMBOL);
		return;
	}
	args->result = function(args->argument);
	/* Only who loaded it keeps it: it is unloaded when that handle is closed. */
	if (args->is_loaded)
		close_handle(args->handle);
	set_state(args, UST_STUB_DONE);
}

/* Nothing of the library is executed for us any more, and if we are told so, by nobody. */
static inline __attribute__((always_inline)) void unload(struct ust_stub_args *args)
{
	const struct ust_unload *unload = (const struct ust_unload *)args->argument;
	void (*close_handle)(uint64_t) = (void (*)(uint64_t))args->dlclose;
	uint32_t *leaving = (uint32_t *)unload->leaving, i;

	wait_ack(args, UST_STUB_ACK_END, PATIENCE_CLOSE);
	if (__atomic_load_n(&args->ack, __ATOMIC_ACQUIRE) == UST_STUB_ACK_CLOSE) {
		for (i = 0; i < unload->nr_handles; i++)
			close_handle(unload->handles[i]);
		close_handle(args->handle);
		set_state(args, UST_STUB_CLOSED);
	}
	__atomic_store_n(leaving, 0, __ATOMIC_RELEASE);
	if (args->state == UST_STUB_CLOSED)
		wait_ack(args, UST_STUB_ACK_CLOSED, PATIENCE_END);
}

/* What was done for whoever injects is done: he is waited for, and what he has found is freed. */
static inline __attribute__((always_inline)) void finish(struct ust_stub_args *args)
{
	if (args->unload && args->state == UST_STUB_DONE && args->result >= 0)
		unload(args);
	else
		wait_ack(args, UST_STUB_ACK_END, PATIENCE_END);
	if (args->cache)
		((void (*)(uint64_t))args->free)(args->cache);
}

/* The real thread, but for its end. */
STUB void ust_stub_body(struct ust_stub_args *args)
{
	uint64_t (*self)(void) = (uint64_t(*)(void))args->pthread_self;
	int (*detach)(uint64_t) = (int (*)(uint64_t))args->pthread_detach;
	volatile uint32_t *raw_tid = (volatile uint32_t *)args->raw_tid;
	long file = -1;
	TIMESPEC(ts, WAIT_NS);

	set_state(args, UST_STUB_CREATED);
	detach(self());
	stub_syscall(SYS_prctl, 15 /* PR_SET_NAME */, (long)args->thread_name, 0, 0);
	/* It still stands on what is unmapped at the end. */
	while (*raw_tid)
		stub_syscall(SYS_futex, (long)raw_tid, FUTEX_WAIT, *raw_tid, (long)ts);
	/* Descriptors of ours are then no numbers of the program's. */
	if (args->unload)
		stub_syscall(436 /* close_range */, 0, ~0u, 2 /* CLOSE_RANGE_UNSHARE */, 0);
	if (!args->use_memfd || !make_file(args, &file))
		load(args);
	if (file >= 0)
		stub_syscall(SYS_close, file, 0, 0, 0);
	finish(args);
	if (!args->unload && args->state == UST_STUB_DONE && args->result >= 0)
		stub_syscall(SYS_close, args->result, 0, 0, 0);
}

/*
 * ust_stub_clone: where the borrowed thread enters, with the registers of clone(2), the arguments in
 * r12 and the way back in r13, which it goes alone if nobody is left to tell it otherwise; see
 * wayback.h. Without a change of its flags. The new thread has a fresh stack.
 * ust_stub_real: a start routine; munmap returns in its place.
 */
__asm__(".pushsection ust_stub, \"ax\", @progbits\n"
	".globl ust_stub_clone\n"
	".hidden ust_stub_clone\n"
	"ust_stub_clone:\n\t"
	"syscall\n\t"
	"movq %rax, %rcx\n\t"
	"jrcxz 1f\n\t"
	"jmpq *%r13\n"
	"1:\t"
	"xorl %ebp, %ebp\n\t"
	"movq %r12, %rdi\n\t"
	"call ust_stub_raw\n\t"
	"ud2\n"
	".globl ust_stub_real\n"
	".hidden ust_stub_real\n"
	"ust_stub_real:\n\t"
	"endbr64\n\t"
	"pushq %rbx\n\t"
	"movq %rdi, %rbx\n\t"
	"call ust_stub_body\n\t"
	"movq %rbx, %rax\n\t"
	"popq %rbx\n\t"
	"movq 72(%rax), %rdi\n\t"
	"movq 80(%rax), %rsi\n\t"
	"movq 56(%rax), %rax\n\t"
	"jmp *%rax\n"
	".popsection\n");

_Static_assert(offsetof(struct ust_stub_args, munmap) == 56, "used above");
_Static_assert(offsetof(struct ust_stub_args, region) == 72, "used above");
_Static_assert(offsetof(struct ust_stub_args, region_size) == 80, "used above");

extern const char ust_stub_clone[] __attribute__((visibility("hidden")));
extern const char ust_stub_real[] __attribute__((visibility("hidden")));
extern const char __start_ust_stub[] __attribute__((visibility("hidden")));
extern const char __stop_ust_stub[] __attribute__((visibility("hidden")));

const char *ust_stub_code(size_t *ret_size)
{
	*ret_size = (size_t)(__stop_ust_stub - __start_ust_stub);
	return __start_ust_stub;
}

size_t ust_stub_clone_at(void)
{
	return (size_t)(ust_stub_clone - __start_ust_stub);
}

size_t ust_stub_real_at(void)
{
	return (size_t)(ust_stub_real - __start_ust_stub);
}

size_t ust_stub_loader_at(void)
{
	return (size_t)((const char *)(uintptr_t)ust_stub_loader - __start_ust_stub);
}

#endif
