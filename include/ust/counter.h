/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Counters: 64-bit values with a name, which are kept whether they are recorded or not.
 *
 *	UST_COUNTER(cache, hits);			once, at file scope: a counter, 0 at first
 *	UST_COUNTER_DECLARE(cache, hits);		in a header, for other files of the same object
 *
 *	UST_COUNTER_ADD(cache, hits, 1);		a statement; may be negative
 *	UST_COUNTER_SET(cache, hits, 0);		a statement
 *	UST_COUNTER_GET(cache, hits)			an expression, of type __s64
 *
 * Each change is an event cache:hits { value, change }: the value after it, and what was added to it. Off,
 * a change costs one atomic instruction (about 5 ns when no other CPU has the counter). A trace that
 * begins later finds the value in the next change's event; use UST_STATE of <ust/state.h> for what has to
 * be known before. Values that threads change at the same time are all right, but their events may stand
 * in the trace in another order than the changes.
 *
 * Thread and signal safety: anywhere, also in signal handlers.
 */
#ifndef UST_COUNTER_H
#define UST_COUNTER_H

#include <ust/tracepoint.h>

#ifdef __cplusplus
#define UST_COUNTER_EXTERN extern "C"
#else
#define UST_COUNTER_EXTERN extern
#endif

#define UST_COUNTER_DECLARE(provider, name)                                                        \
	UST_COUNTER_EXTERN __s64 ust_counter_##provider##_##name                                   \
		__attribute__((visibility("hidden")))
#define UST_COUNTER(provider, name)                                                                \
	UST_COUNTER_DECLARE(provider, name);                                                       \
	__s64 ust_counter_##provider##_##name = 0

#define UST_COUNTER_GET(provider, name)                                                            \
	__atomic_load_n(&ust_counter_##provider##_##name, __ATOMIC_RELAXED)
#define UST_COUNTER_ADD(provider, name, n)                                                         \
	do {                                                                                       \
		const __s64 ust_change = (n);                                                      \
		const __s64 ust_value = __atomic_add_fetch(&ust_counter_##provider##_##name,       \
							   ust_change, __ATOMIC_RELAXED);          \
		(void)ust_value;                                                                   \
		UST_EVENT(provider, name, UST_F(value, ust_value), UST_F(change, ust_change));     \
	} while (0)
#define UST_COUNTER_SET(provider, name, v)                                                         \
	do {                                                                                       \
		const __s64 ust_value = (v);                                                       \
		const __s64 ust_change =                                                           \
			ust_value - __atomic_exchange_n(&ust_counter_##provider##_##name,          \
							ust_value, __ATOMIC_RELAXED);              \
		(void)ust_change;                                                                  \
		UST_EVENT(provider, name, UST_F(value, ust_value), UST_F(change, ust_change));     \
	} while (0)

#endif /* UST_COUNTER_H */
