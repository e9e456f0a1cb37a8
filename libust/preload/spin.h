/* SPDX-License-Identifier: LGPL-2.1-only */
/* A lock without libc: pthread_mutex_lock() may be what is hooked. Held for short times only. */
#ifndef UST_PRELOAD_SPIN_H
#define UST_PRELOAD_SPIN_H

#include <sched.h>

static inline void ust_spin_lock(int *word)
{
	while (__atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE))
		sched_yield();
}

static inline void ust_spin_unlock(int *word)
{
	__atomic_store_n(word, 0, __ATOMIC_RELEASE);
}

#endif /* UST_PRELOAD_SPIN_H */
