/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the lines of time.tab use. After a failure no pointer is followed: it may be at fault. */
#ifndef UST_PRELOAD_TIME_H
#define UST_PRELOAD_TIME_H

#include <signal.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "preload.h"

static inline int64_t ust_time_ns(int result, const struct timespec *ts)
{
	return result || !ts ? -1 : (int64_t)ts->tv_sec * 1000000000 + ts->tv_nsec;
}

/* What was asked for: an interrupted sleep fails, too. */
static inline int64_t ust_time_asked(int err, const struct timespec *ts)
{
	return ust_time_ns(err && err != EINTR, ts);
}

static inline int64_t ust_time_us(int result, const struct timeval *tv)
{
	return result || !tv ? -1 : (int64_t)tv->tv_sec * 1000000 + tv->tv_usec;
}

static inline int64_t ust_time_interval(int result, const struct itimerval *value)
{
	return result || !value ? -1 : ust_time_us(0, &value->it_value);
}

static inline int64_t ust_time_value(int result, const struct itimerspec *value)
{
	return result || !value ? -1 : ust_time_ns(0, &value->it_value);
}

static inline const void *ust_time_timer(int result, const timer_t *timer)
{
	return result ? NULL : (const void *)*timer;
}

#endif /* UST_PRELOAD_TIME_H */
