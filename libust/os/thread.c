/* SPDX-License-Identifier: LGPL-2.1-only */
#include "thread.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <ust/ring/fused.h>
#include <ust/ring/host.h>

#include "../stay/stay.h"

#if UST_FUSED
#include <sys/rseq.h>
#endif

#define CPU_USES 64 /* records between two questions for the CPU */

/* Not inlined: GCC would fold the address into a subtraction, a form that the linker cannot turn
 * into local-exec when the static library goes into an executable. */
static __attribute__((noinline)) int32_t tls_offset(const void *p)
{
	return (int32_t)((const char *)p - (const char *)__builtin_thread_pointer());
}

int32_t ust_thread_offset(void)
{
	return tls_offset(&ust_thread.tid);
}

/*
 * Where rseq is not registered (an old kernel, a tunable, valgrind) glibc's area may be missing.
 * The fused path then stores to and loads from ours, whose CPU number sends it to the slow path.
 */
int32_t ust_rseq_offset(void)
{
#if UST_FUSED
	if (__rseq_size)
		return (int32_t)__rseq_offset;
#endif
	return tls_offset(&ust_stay_no_rseq);
}

/*
 * A thread without rseq must not get as far as its instance: nothing would restart it there, and so
 * no grace period would wait for it. Its id stays hidden from the fast path.
 */
int ust_thread_has_rseq(void)
{
#if UST_FUSED
	const char *area = (const char *)__builtin_thread_pointer() + __rseq_offset;

	return __rseq_size && *(const volatile int32_t *)(area + 4) >= 0;
#else
	return 0;
#endif
}

/*
 * Where glibc keeps a thread's id, from its control block on; 0: not known. glibc tells debuggers
 * so: bits, number of elements, offset. A system call in a virtual machine can cost more than 100
 * ns.
 */
static uint32_t tid_at;

/* Elsewhere than on x86 the control block begins in front of the thread pointer. */
static void try_tid_at(uint64_t at)
{
#ifdef __x86_64__
	const char *self = __builtin_thread_pointer();

	if (at < 2048 && *(const uint32_t *)(self + at) == (uint32_t)syscall(SYS_gettid))
		tid_at = (uint32_t)at;
#else
	(void)at;
#endif
}

/* In a dynamic program. A filter of system calls, as it may have where we are loaded late, is not asked
 * for more than has to be. */
static void find_tid(void)
{
	const uint32_t *desc = dlsym(RTLD_DEFAULT, "_thread_db_pthread_tid");

	if (desc && desc[0] == 32 && desc[1] == 1)
		try_tid_at(desc[2]);
}

/* In a static one, which dlsym does not know. glibc has the kernel clear the id when a thread ends, and the
 * kernel tells where. */
static void ask_for_tid(void)
{
	uint64_t at = 0;

	if (!prctl(PR_GET_TID_ADDRESS, &at))
		try_tid_at(at - (uintptr_t)__builtin_thread_pointer());
}

static uint32_t own_tid(void)
{
	uint32_t tid = 0;

	if (tid_at)
		tid = *(const volatile uint32_t *)((const char *)__builtin_thread_pointer() +
						   tid_at);
	return tid ? tid : (uint32_t)syscall(SYS_gettid);
}

uint32_t ust_thread_tid(void)
{
	if (ust_thread.muted || ust_thread.vforked)
		return 0;
	if (!ust_thread.real)
		ust_thread.real = own_tid();
	if (!ust_thread.tid && ust_thread_has_rseq())
		ust_thread.tid = ust_thread.real;
	return ust_thread.real;
}

/* Asking costs half as much as the clock, and a thread seldom moves. A handler that comes between may
 * change both members: what is told is still some CPU. */
uint32_t ust_host_cpu(void)
{
	if (ust_thread.cpu_uses++ % CPU_USES == 0) {
		int cpu = sched_getcpu();

		ust_thread.cpu = cpu < 0 ? 0 : (uint32_t)cpu;
	}
	return ust_thread.cpu;
}

void ust_thread_mute(void)
{
	/* The fast path looks at the tid only, so muting hides it. */
	ust_thread.muted++;
	ust_thread.tid = 0;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

void ust_thread_unmute(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	ust_thread.muted--;
}

/*
 * glibc's number of threads, which thread debuggers read too. Private: what is not found is left
 * alone. The weak reference is for static programs; hidden, it is no undefined symbol of libust.so.
 */
extern unsigned int __nptl_nthreads __attribute__((weak, visibility("hidden")));
static unsigned int *nr_threads;

void ust_thread_init(void)
{
	nr_threads = &__nptl_nthreads;
	if (nr_threads) {
		ask_for_tid();
	} else {
		nr_threads = dlsym(RTLD_DEFAULT, "__nptl_nthreads");
		find_tid();
	}
}

void ust_thread_discount(void)
{
	if (nr_threads)
		__atomic_fetch_sub(nr_threads, 1, __ATOMIC_SEQ_CST);
}

void ust_thread_count(void)
{
	if (nr_threads)
		__atomic_fetch_add(nr_threads, 1, __ATOMIC_SEQ_CST);
}

/* A stack must also hold the program's thread-local memory: where it is too small, the next larger.
 */
int ust_thread_create(void *(*run)(void *))
{
	static const size_t sizes[] = {64 << 10, 1 << 20, 64 << 20};
	uint64_t all = ~(3ull << 31), mask;
	pthread_attr_t attr;
	pthread_t thread;
	int err = EINVAL;
	size_t i;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	/* The thread inherits that all signals are blocked, also those that the lock leaves open: one
	 * that the program's threads have blocked to wait for it must not come to this one. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &mask, sizeof(mask));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]) && err == EINVAL; i++) {
		pthread_attr_setstacksize(&attr, sizes[i]);
		err = pthread_create(&thread, &attr, run, NULL);
	}
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask));
	pthread_attr_destroy(&attr);
	return -err;
}

uint32_t ust_thread_real(void)
{
	if (!ust_thread.real)
		ust_thread.real = own_tid();
	return ust_thread.real;
}

/*
 * A thread's numbers are its id and, below, what begins with the time in us: a later thread of the same
 * id begins above all that this one used, unless it had more than a million spans a second.
 */
void ust_thread_new_spans(void)
{
	uint32_t tid = ust_thread_real();
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ust_thread.next_span = (uint64_t)tid << 32 |
			       (uint32_t)((uint64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}
