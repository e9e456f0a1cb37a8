/* SPDX-License-Identifier: LGPL-2.1-only */
/* The process's end of the control protocol: registration, the parked thread, dlopen. */
#ifndef UST_CONTROL_LISTENER_H
#define UST_CONTROL_LISTENER_H

#include <stdint.h>

/*
 * Registers with ustd if one runs, and obeys it until it says READY, at most 100 ms. Then parks a
 * thread that goes on obeying, or waits for a ustd. Under the session lock. @flags: of HELLO.
 */
void ust_control_start(uint32_t flags);

/* Whether ustd is there, as far as is known. */
int ust_control_connected(void);

/* From now on silent: the thread ends its connection and waits until it is woken by name. Under the
 * session lock. */
void ust_control_detach(void);

/*
 * A connected socket of the program's table at whose other end the thread, which is started if need
 * be, speaks the protocol; somebody is going to hand it to a ustd, and then to close it here. Not
 * under the session lock, all signals blocked. Result: a descriptor, -EBUSY: a ustd has the process
 * already, -EAGAIN: the thread is just looking for a ustd, or another negative errno.
 */
int ust_control_offer(void);

/*
 * Ends the thread, until ust_control_offer() makes another: the last that it does of libust may still
 * be to come. Not under the session lock, all signals blocked, not in the program's table of
 * descriptors. Result: 0, -EBUSY: a ustd has the process, -EAGAIN: the thread cannot be woken.
 */
int ust_control_leave(void);

/* In a forked child: the parent's connection is let go. Under the session lock. */
void ust_control_forked(void);

/* At exit: removes the socket file. Never blocks. */
void ust_control_exit(void);

#endif /* UST_CONTROL_LISTENER_H */
