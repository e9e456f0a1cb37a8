/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * A program may end its main thread with pthread_exit(); it then ends with the last of its threads.
 * libc counts them, and libust's parked thread must not be among them, or such a program would
 * hang.
 */
#ifndef UST_OS_UNCOUNT_H
#define UST_OS_UNCOUNT_H

/* By the thread itself, first and last. NULL in programs that take libust in statically; without
 * effect where libc does not show its count. */
void ust_thread_uncount(void) __attribute__((weak));
void ust_thread_recount(void) __attribute__((weak));

#endif /* UST_OS_UNCOUNT_H */
