/* SPDX-License-Identifier: LGPL-2.1-only */
#include "lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../os/thread.h"

/* 0 free, 1 held, 2 held and somebody may wait. pthread_mutex_lock() may be somebody else's. */
static uint32_t lock;

static void wait_until_changed(uint32_t value)
{
	syscall(SYS_futex, &lock, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

/* The kernel's own call, because a preloaded library may trace libc's. */
static void set_mask(const sigset_t *mask, sigset_t *ret_old)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, ret_old, 8);
}

/* What rt_sigaction(2) takes. */
struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

/*
 * A signal that is ignored is not even queued, unless it is blocked. One that is queued wakes some
 * thread of the program, whose epoll_wait() or sigwaitinfo() then fails with EINTR for nothing:
 * e.g. SIGCHLD of a child that ends while its parent still is in our fork handler. No handler of
 * ours can be interrupted by what has none. What the program itself has blocked stays so: it waits
 * for it with sigwait() or signalfd().
 */
static void leave_ignored_open(sigset_t *set)
{
	static const int ignored[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
	sigset_t before;
	unsigned int i;

	if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &before, 8))
		return;
	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		struct action action;

		if (before.__val[0] & (1ul << (ignored[i] - 1)))
			continue;
		if (!syscall(SYS_rt_sigaction, ignored[i], NULL, &action, 8) &&
		    (action.handler == SIG_DFL || action.handler == SIG_IGN))
			set->__val[0] &= ~(1ul << (ignored[i] - 1));
	}
}

void ust_lock(sigset_t *ret_mask)
{
	uint32_t expected = 0;
	int saved = errno;
	sigset_t all;

	sigfillset(&all);
	leave_ignored_open(&all);
	/* The two signals that libc keeps for itself (cancellation, setuid in all threads) stay
	 * open. */
	all.__val[0] &= ~((1ul << 31) | (1ul << 32));
	set_mask(&all, ret_mask);
	if (!__atomic_compare_exchange_n(&lock, &expected, 1, 0, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED)) {
		while (__atomic_exchange_n(&lock, 2, __ATOMIC_ACQUIRE) != 0)
			wait_until_changed(2);
	}
	ust_thread_mute();
	errno = saved;
}

void ust_unlock(const sigset_t *mask)
{
	int saved = errno;

	ust_thread_unmute();
	if (__atomic_exchange_n(&lock, 0, __ATOMIC_RELEASE) == 2)
		syscall(SYS_futex, &lock, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	set_mask(mask, NULL);
	errno = saved;
}

void ust_lock_forked(void)
{
	__atomic_store_n(&lock, 1, __ATOMIC_RELAXED);
}
