/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * One thread of the target, borrowed for a few system calls: everything that the program could see
 * of it (registers, signals, the system call it was in) is as it was when it goes on, also if we are
 * killed at any point.
 *
 * The caller is a process with all signals blocked, SIGCHLD among them.
 */
#ifndef USTCTL_INJECT_HIJACK_H
#define USTCTL_INJECT_HIJACK_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "remote.h"
#include "wayback.h"

struct ust_hijack {
	pid_t pid, tid;
	const struct ust_remote *remote;
	uint64_t wayback;             /* where ust_wayback_put() may write */
	uint64_t r12, r13, r14;       /* of the next call, as its instruction wants them */
	struct user_regs_struct regs; /* as they have to be when it goes on */
	uint64_t mask;                /* its signal mask, likewise */
	int ran;                      /* it has executed something for us */
	int stop_again;               /* a SIGSTOP came meanwhile */
};

/*
 * Stops the thread. Result: 0, or: -EAGAIN it is at a place where it cannot be borrowed now: it runs
 * on untouched, -EBUSY it does not stop: only the end of this process lets go of it, -ESRCH it is
 * gone, -ECANCELED the process is stopped (SIGSTOP), -EPERM and others: as ptrace(2) says.
 */
int ust_hijack_stop(struct ust_hijack *hijack);

/*
 * A system call of the thread's by the instruction at @at: an entry of the way back, or one behind
 * which the program goes there. Result: what it returned, or -ESRCH if the thread died.
 */
long ust_hijack_syscall(struct ust_hijack *hijack, uint64_t at, long nr, const uint64_t args[6],
			int *ret_dead);

/*
 * Stops a thread that is only to be looked at. It goes on when this process lets go of it, or ends.
 * Result: 0 and its registers, or as ust_hijack_stop().
 */
int ust_hijack_look(pid_t tid, struct user_regs_struct *ret_regs);
void ust_hijack_let_go(pid_t tid);

/* Lets it go on as if nothing had been. */
void ust_hijack_resume(struct ust_hijack *hijack);

#endif /* USTCTL_INJECT_HIJACK_H */
