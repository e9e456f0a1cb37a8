/* SPDX-License-Identifier: LGPL-2.1-only */
#include "wayback.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#define PAGE 4096ull
#define ALIGN 64ull

/* The kernel's own, see its include/linux/errno.h. */
#define ERESTARTSYS 512
#define ERESTARTNOHAND 514
#define ERESTART_RESTARTBLOCK 516

#if defined(__x86_64__)

#define SYSCALL_SIZE 2

/* Behind the code. */
struct data {
	uint64_t mask;
	uint64_t rdi, rsi, rdx, r10, r8, r9, rax, rcx, r11, r12, r13, r14, rip;
};

/*
 * Nothing here changes the flags: "mov $0" is no "xor". Signals are blocked up to rt_sigprocmask;
 * the handler of one that comes after it finds the thread's own stack, and comes back.
 */
__asm__(".pushsection ust_wayback, \"ax\", @progbits\n"
	"ust_wayback_map:\n\t"
	"syscall\n\t"
	"movq %rax, %r13\n\t" /* an error is no address, and munmap refuses it */
	"jmp 1f\n"
	"ust_wayback_call:\n\t"
	"syscall\n"
	"1:\tmovq %r13, %rdi\n\t"
	"movq %r14, %rsi\n\t"
	"movl $11, %eax\n\t" /* SYS_munmap */
	"syscall\n"
	"ust_wayback_back:\n\t"
	"movl $14, %eax\n\t" /* SYS_rt_sigprocmask */
	"movl $2, %edi\n\t"  /* SIG_SETMASK */
	"leaq 3f(%rip), %rsi\n\t"
	"movl $0, %edx\n\t"
	"movl $8, %r10d\n\t"
	"syscall\n\t"
	"movq 3f+8(%rip), %rdi\n\t"
	"movq 3f+16(%rip), %rsi\n\t"
	"movq 3f+24(%rip), %rdx\n\t"
	"movq 3f+32(%rip), %r10\n\t"
	"movq 3f+40(%rip), %r8\n\t"
	"movq 3f+48(%rip), %r9\n\t"
	"movq 3f+56(%rip), %rax\n\t"
	"movq 3f+64(%rip), %rcx\n\t"
	"movq 3f+72(%rip), %r11\n\t"
	"movq 3f+80(%rip), %r12\n\t"
	"movq 3f+88(%rip), %r13\n\t"
	"movq 3f+96(%rip), %r14\n\t"
	"jmpq *3f+104(%rip)\n\t"
	".balign 8\n"
	"3:\n"
	".popsection\n");

_Static_assert(offsetof(struct data, rax) == 56, "used above");
_Static_assert(offsetof(struct data, rip) == 104, "used above");

extern const char ust_wayback_map[] __attribute__((visibility("hidden")));
extern const char ust_wayback_call[] __attribute__((visibility("hidden")));
extern const char ust_wayback_back[] __attribute__((visibility("hidden")));
extern const char __start_ust_wayback[] __attribute__((visibility("hidden")));
extern const char __stop_ust_wayback[] __attribute__((visibility("hidden")));

uint64_t ust_wayback_entry(uint64_t at, enum ust_wayback_entry entry)
{
	const char *const entries[] = {ust_wayback_back, ust_wayback_map, ust_wayback_call};

	return at + (uint64_t)(entries[entry] - __start_ust_wayback);
}

/* The instruction that is next, and rax for it: what the kernel does when no handler is to run. */
static void restart(const struct user_regs_struct *regs, struct data *data)
{
	long result = (long)regs->rax;

	data->rip = regs->rip;
	data->rax = regs->rax;
	if ((long)regs->orig_rax < 0)
		return;
	if (result <= -ERESTARTSYS && result >= -ERESTARTNOHAND)
		data->rax = regs->orig_rax;
	else if (result == -ERESTART_RESTARTBLOCK)
		data->rax = SYS_restart_syscall;
	else
		return;
	data->rip -= SYSCALL_SIZE;
}

int ust_wayback_put(const struct ust_remote *remote, uint64_t at,
		    const struct user_regs_struct *regs, uint64_t mask)
{
	size_t size = (size_t)(__stop_ust_wayback - __start_ust_wayback);
	struct data data = {
		.mask = mask,
		.rdi = regs->rdi,
		.rsi = regs->rsi,
		.rdx = regs->rdx,
		.r10 = regs->r10,
		.r8 = regs->r8,
		.r9 = regs->r9,
		.rcx = regs->rcx,
		.r11 = regs->r11,
		.r12 = regs->r12,
		.r13 = regs->r13,
		.r14 = regs->r14,
	};
	char bytes[UST_WAYBACK_SIZE];

	if (size + sizeof(data) > sizeof(bytes))
		return -ENOSPC;
	restart(regs, &data);
	memcpy(bytes, __start_ust_wayback, size);
	memcpy(bytes + size, &data, sizeof(data));
	return ust_remote_write(remote, at, bytes, size + sizeof(data));
}

void ust_wayback_remove(const struct ust_remote *remote, uint64_t at)
{
	static const char zeroes[UST_WAYBACK_SIZE];

	ust_remote_write(remote, at, zeroes, sizeof(zeroes));
}

/* In what is left of the code's last page. One that is taken was left by an attach that was killed:
 * a thread may be there still. */
static uint64_t find_behind(const struct ust_remote *remote, uint64_t text, uint64_t size)
{
	uint64_t at = (text + size + ALIGN - 1) & ~(ALIGN - 1);
	uint64_t end = (text + size + PAGE - 1) & ~(PAGE - 1);
	char bytes[UST_WAYBACK_SIZE];
	size_t i;

	for (; text && at + sizeof(bytes) <= end; at += sizeof(bytes)) {
		if (ust_remote_read(remote, at, bytes, sizeof(bytes)))
			return 0;
		for (i = 0; i < sizeof(bytes) && !bytes[i]; i++)
			;
		if (i == sizeof(bytes))
			return at;
	}
	return 0;
}

struct search {
	const struct ust_remote *remote;
	uint64_t at;
};

static int look(void *data, const struct ust_remote_map *map)
{
	struct search *search = data;
	struct ust_remote_object object;

	if (!map->bias || ust_remote_object_read(search->remote, map->bias, &object))
		return 0;
	search->at = find_behind(search->remote, object.text, object.text_size);
	ust_remote_object_free(&object);
	return search->at != 0;
}

int ust_wayback_find(const struct ust_remote *remote, const struct ust_image_libc *libc,
		     uint64_t *ret_at)
{
	struct search search = {.remote = remote};
	struct ust_remote_object rtld;

	*ret_at = find_behind(remote, libc->text, libc->text_size);
	if (!*ret_at)
		*ret_at = find_behind(remote, libc->rtld_text, libc->rtld_text_size);
	if (!*ret_at && !ust_remote_object_read(remote, remote->interp_base, &rtld)) {
		ust_remote_maps(remote, &rtld, look, &search);
		ust_remote_object_free(&rtld);
		*ret_at = search.at;
	}
	return *ret_at ? 0 : -ENOSPC;
}

#endif
