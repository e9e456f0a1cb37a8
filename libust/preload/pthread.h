/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the lines of pthread.tab use. */
#ifndef UST_PRELOAD_PTHREAD_H
#define UST_PRELOAD_PTHREAD_H

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "preload.h"

typedef void *ust_pthread_start(void *);

/* libc refuses another time before it looks at the lock. */
static inline int ust_pthread_is_time(const struct timespec *until)
{
	return until->tv_nsec >= 0 && until->tv_nsec < 1000000000;
}

static inline unsigned long ust_pthread_created(int result, const pthread_t *thread)
{
	return result ? 0 : (unsigned long)*thread;
}

#endif /* UST_PRELOAD_PTHREAD_H */
