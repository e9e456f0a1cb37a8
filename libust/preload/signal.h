/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the lines of signal.tab use. After a failure no pointer is followed: it may be at fault. */
#ifndef UST_PRELOAD_SIGNAL_H
#define UST_PRELOAD_SIGNAL_H

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#include "preload.h"

static inline const void *ust_signal_handler(int result, const struct sigaction *action)
{
	return result || !action ? NULL : (const void *)action->sa_handler;
}

static inline int ust_signal_flags(int result, const struct sigaction *action)
{
	return result || !action ? 0 : action->sa_flags;
}

/* Bit N-1: signal N. */
static inline uint64_t ust_signal_set(int result, const sigset_t *set)
{
	uint64_t bits = 0;

	if (!result && set)
		memcpy(&bits, set, sizeof(bits));
	return bits;
}

static inline int ust_signal_got(int result, const int *signal)
{
	return result ? 0 : *signal;
}

#endif /* UST_PRELOAD_SIGNAL_H */
