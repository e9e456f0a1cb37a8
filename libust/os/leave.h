/* SPDX-License-Identifier: LGPL-2.1-only */
/* Waiting for threads to leave code that is about to be unmapped. */
#ifndef UST_OS_LEAVE_H
#define UST_OS_LEAVE_H

#include <stdint.h>

/*
 * Waits until no other thread executes what lies from @begin to @end, nor will return there. New
 * threads, and those that are outside already, must not be able to enter it any more. A thread has
 * left when
 *
 *   - it is blocked in a system call, and there is no address of that code on its stack; or
 *   - it has run for 2 ms since, which is a thousand times as long as an event takes: what runs
 *     cannot be looked at.
 *
 * Result: 0; -ETIMEDOUT: a thread did neither within a second, or blocked for 20 ms with such an
 * address, which may also be left from an earlier call; or the errno of a /proc that is not there.
 * Not for signal handlers.
 */
int ust_leave_wait(uintptr_t begin, uintptr_t end);

#endif /* UST_OS_LEAVE_H */
