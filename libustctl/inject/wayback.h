/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * A few instructions in the target through which a borrowed thread makes its system calls. Behind
 * each of them is the way back: if nobody is left to tell the thread what is next, it gives back the
 * memory it mapped, restores its signal mask and its registers and goes on where it was stopped.
 *
 * They are put where a loaded object's code ends before its last page does: bytes that are
 * executable, and that nobody executes.
 */
#ifndef USTCTL_INJECT_WAYBACK_H
#define USTCTL_INJECT_WAYBACK_H

#include <sys/user.h>

#include "image.h"

#define UST_WAYBACK_SIZE 512

/* Where a thread may be sent to, with the registers of a system call. Flags, rbx, rbp, rsp and r15
 * must stay as they were. */
enum ust_wayback_entry {
	UST_WAYBACK_BACK, /* no call: the way back */
	UST_WAYBACK_MAP,  /* a call whose result is unmapped on the way; r14: its size */
	UST_WAYBACK_CALL, /* a call, before which r14 bytes at r13 were mapped; 0: none */
};

/* Finds a place that is all zeroes. Result: 0, or -ENOSPC: there is none. */
int ust_wayback_find(const struct ust_remote *remote, const struct ust_image_libc *libc,
		     uint64_t *ret_at);

/* Writes it: back to @regs, as the kernel would restart what they were in, and to @mask. */
int ust_wayback_put(const struct ust_remote *remote, uint64_t at,
		    const struct user_regs_struct *regs, uint64_t mask);

/* Zeroes again. Only when no thread can be in it. */
void ust_wayback_remove(const struct ust_remote *remote, uint64_t at);

/* Its address, for a place at @at. */
uint64_t ust_wayback_entry(uint64_t at, enum ust_wayback_entry entry);

#endif /* USTCTL_INJECT_WAYBACK_H */
