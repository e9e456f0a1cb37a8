/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * How a borrowed thread gets back exactly to where it was:
 *
 * - It is stopped by PTRACE_INTERRUPT, which is no signal. If that interrupts a system call, the
 *   kernel has put one of its restart codes in rax, and acts on it when the thread goes on: that is
 *   why the registers are put back in a stop of the same kind, not at the end of a system call.
 * - Some calls do not restart but return EINTR even if there was no signal (epoll_wait, semop,
 *   sigtimedwait...). Their EINTR becomes the code that means "restart if no handler runs".
 * - While it is borrowed all its signals are blocked. They wait in the kernel, with everything they
 *   carry. Nothing is single-stepped, because SIGTRAP of a step may not be blocked.
 * - A thread inside a restartable sequence is not borrowed: it would not be restarted.
 * - From its first foreign register to its last it is where wayback.c leads it back without us: who
 *   kills the tracer lets the thread run. The order of the calls below sees to that; each leaves the
 *   thread in a state in which it may go on alone.
 */
#include "hijack.h"

#include <errno.h>
#include <linux/ptrace.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STOP_NS 1000000000ull /* a thread that has not stopped by then sleeps uninterruptibly */
#define CODE_64BIT 0x33       /* cs of 64-bit code */

/* The kernel's own, see its include/linux/errno.h. */
#define ERESTARTNOHAND 514

#if defined(__x86_64__)

static long trace(int request, pid_t tid, void *addr, void *data)
{
	return syscall(SYS_ptrace, request, tid, addr, data) < 0 ? -errno : 0;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* Waits for the thread's next stop: its status, -ESRCH it died, -EBUSY it does not stop. SIGCHLD,
 * which is blocked, tells of it; the CPU is the thread's meanwhile. */
static int wait_stop(pid_t tid, uint64_t limit_ns)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	uint64_t end = now_ns() + limit_ns;
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		pid_t got = waitpid(tid, &status, __WALL | WNOHANG);

		if (got == tid)
			return WIFSTOPPED(status) ? status : -ESRCH;
		if (got < 0 && errno != EINTR)
			return -ESRCH;
		if (now_ns() > end)
			return -EBUSY;
		sigtimedwait(&child, NULL, &pause);
	}
}

static int is_event_stop(int status)
{
	return status >> 16 == PTRACE_EVENT_STOP;
}

/* Waits for the stop that PTRACE_INTERRUPT causes; a signal that comes first is delivered. */
static int wait_interrupted(pid_t tid)
{
	int status;

	while ((status = wait_stop(tid, STOP_NS)) >= 0 && !is_event_stop(status)) {
		long err = trace(PTRACE_CONT, tid, NULL, (void *)(intptr_t)WSTOPSIG(status));

		if (err)
			return (int)err;
	}
	if (status < 0)
		return status;
	/* Stopped like all of its process, by SIGSTOP and its kin. */
	return WSTOPSIG(status) == SIGTRAP ? 0 : -ECANCELED;
}

static int is_in_rseq(const struct ust_hijack *hijack)
{
	struct ptrace_rseq_configuration config = {0};
	long word;

	if (syscall(SYS_ptrace, PTRACE_GET_RSEQ_CONFIGURATION, hijack->tid, sizeof(config),
		    &config) < 0 ||
	    !config.rseq_abi_pointer)
		return 0;
	/* struct rseq: cpu_id_start, cpu_id, rseq_cs. Raw, because libc's does not tell errors. */
	if (syscall(SYS_ptrace, PTRACE_PEEKDATA, hijack->tid, config.rseq_abi_pointer + 8, &word) <
	    0)
		return 0;
	return word != 0;
}

/* Calls that a stop makes return EINTR although nothing has to interrupt them. */
static int is_unrestarted(long nr)
{
	static const long calls[] = {
		SYS_epoll_wait,
		SYS_epoll_pwait,
		441 /* epoll_pwait2 */,
		SYS_semop,
		SYS_semtimedop,
		SYS_rt_sigtimedwait,
		SYS_io_getevents,
		333 /* io_pgetevents */,
		SYS_msgrcv,
		SYS_msgsnd,
		426 /* io_uring_enter */,
		/* With SO_RCVTIMEO or SO_SNDTIMEO. */
		SYS_read,
		SYS_readv,
		SYS_recvfrom,
		SYS_recvmsg,
		SYS_recvmmsg,
		SYS_accept,
		SYS_accept4,
		SYS_connect,
		SYS_write,
		SYS_writev,
		SYS_sendto,
		SYS_sendmsg,
		SYS_sendmmsg,
	};
	unsigned int i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i] == nr)
			return 1;
	return 0;
}

/* Registers with which the thread goes to the way back, or makes a call in front of it. */
static int set_regs(const struct ust_hijack *hijack, uint64_t at, long nr, const uint64_t args[6])
{
	struct user_regs_struct regs = hijack->regs;

	regs.rip = at;
	regs.rax = (unsigned long)nr;
	regs.orig_rax = (unsigned long)-1; /* nothing to restart */
	regs.rdi = args[0];
	regs.rsi = args[1];
	regs.rdx = args[2];
	regs.r10 = args[3];
	regs.r8 = args[4];
	regs.r9 = args[5];
	regs.r12 = hijack->r12;
	regs.r13 = hijack->r13;
	regs.r14 = hijack->r14;
	return (int)trace(PTRACE_SETREGS, hijack->tid, NULL, &regs);
}

/* A call that would fail although no handler is to run is restarted instead. */
static int restart(struct user_regs_struct *regs)
{
	if ((long)regs->orig_rax < 0 || (long)regs->rax != -EINTR ||
	    !is_unrestarted((long)regs->orig_rax))
		return 0;
	regs->rax = (unsigned long)-ERESTARTNOHAND;
	return 1;
}

static int take(struct ust_hijack *hijack)
{
	static const uint64_t none[6];
	uint64_t all = UINT64_MAX;
	long err = trace(PTRACE_GETREGS, hijack->tid, NULL, &hijack->regs);

	if (!err)
		err = trace(PTRACE_GETSIGMASK, hijack->tid, (void *)sizeof(hijack->mask),
			    &hijack->mask);
	if (err)
		return (int)err;
	if (hijack->regs.cs != CODE_64BIT || is_in_rseq(hijack))
		return -EAGAIN;
	restart(&hijack->regs);
	/* The mask last: without the way back nobody would restore it. */
	err = ust_wayback_put(hijack->remote, hijack->wayback, &hijack->regs, hijack->mask);
	if (!err)
		err = set_regs(hijack, ust_wayback_entry(hijack->wayback, UST_WAYBACK_BACK), 0,
			       none);
	if (!err)
		err = trace(PTRACE_SETSIGMASK, hijack->tid, (void *)sizeof(all), &all);
	return (int)err;
}

int ust_hijack_stop(struct ust_hijack *hijack)
{
	long err = trace(PTRACE_SEIZE, hijack->tid, NULL, (void *)PTRACE_O_TRACESYSGOOD);

	if (err)
		return (int)err;
	hijack->stop_again = 0;
	hijack->ran = 0;
	err = trace(PTRACE_INTERRUPT, hijack->tid, NULL, NULL);
	if (!err)
		err = wait_interrupted(hijack->tid);
	if (!err)
		err = take(hijack);
	if (err)
		trace(PTRACE_DETACH, hijack->tid, NULL, NULL);
	return (int)err;
}

int ust_hijack_look(pid_t tid, struct user_regs_struct *ret_regs)
{
	long err = trace(PTRACE_SEIZE, tid, NULL, NULL);

	if (err)
		return (int)err;
	err = trace(PTRACE_INTERRUPT, tid, NULL, NULL);
	if (!err)
		err = wait_interrupted(tid);
	if (!err)
		err = trace(PTRACE_GETREGS, tid, NULL, ret_regs);
	if (!err && restart(ret_regs))
		err = trace(PTRACE_SETREGS, tid, NULL, ret_regs);
	if (err)
		ust_hijack_let_go(tid);
	return (int)err;
}

void ust_hijack_let_go(pid_t tid)
{
	trace(PTRACE_DETACH, tid, NULL, NULL);
}

/* Runs to the next stop of a system call. A SIGSTOP, which cannot be blocked, is put off. */
static int to_syscall_stop(struct ust_hijack *hijack)
{
	int status;

	for (;;) {
		long err = trace(PTRACE_SYSCALL, hijack->tid, NULL, NULL);

		if (err)
			return (int)err;
		status = wait_stop(hijack->tid, 2 * STOP_NS);
		if (status < 0)
			return status;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			return 0;
		if (!is_event_stop(status) && WSTOPSIG(status) == SIGSTOP)
			hijack->stop_again = 1;
	}
}

long ust_hijack_syscall(struct ust_hijack *hijack, uint64_t at, long nr, const uint64_t args[6],
			int *ret_dead)
{
	struct user_regs_struct regs;
	int err;

	*ret_dead = 0;
	hijack->ran = 1;
	err = set_regs(hijack, at, nr, args);
	if (!err)
		err = to_syscall_stop(hijack); /* its entry */
	if (!err)
		err = to_syscall_stop(hijack); /* its end */
	if (!err)
		err = (int)trace(PTRACE_GETREGS, hijack->tid, NULL, &regs);
	if (err) {
		*ret_dead = 1;
		return -ESRCH;
	}
	return (long)regs.rax;
}

/* From the end of a system call to a stop in which the kernel looks at rax again. */
static int to_interrupt_stop(struct ust_hijack *hijack)
{
	long err = trace(PTRACE_INTERRUPT, hijack->tid, NULL, NULL);
	int status;

	while (!err) {
		err = trace(PTRACE_CONT, hijack->tid, NULL, NULL);
		if (err)
			break;
		status = wait_stop(hijack->tid, 2 * STOP_NS);
		if (status < 0)
			return status;
		if (is_event_stop(status))
			return 0;
		if (WSTOPSIG(status) == SIGSTOP)
			hijack->stop_again = 1;
	}
	return (int)err;
}

void ust_hijack_resume(struct ust_hijack *hijack)
{
	/* Right after it was stopped the stop is of the right kind already. */
	if (hijack->ran)
		to_interrupt_stop(hijack);
	trace(PTRACE_SETSIGMASK, hijack->tid, (void *)sizeof(hijack->mask), &hijack->mask);
	trace(PTRACE_SETREGS, hijack->tid, NULL, &hijack->regs);
	trace(PTRACE_DETACH, hijack->tid, NULL, NULL);
	if (hijack->stop_again)
		syscall(SYS_tgkill, hijack->pid, hijack->tid, SIGSTOP);
}

#endif
