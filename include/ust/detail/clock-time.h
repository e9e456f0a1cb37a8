/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* The trace clock beside the system's clocks. As safe as clock-page.h. */
#ifndef UST_DETAIL_CLOCK_TIME_H
#define UST_DETAIL_CLOCK_TIME_H

#include <time.h>

#include <ust/detail/ticks.h>

#define UST_CLOCK_INLINE static inline __attribute__((unused))

/* In <linux/time.h>, which cannot be included beside <time.h>; that has them in POSIX modes only. */
#define UST_CLOCK_ID_REALTIME 0
#define UST_CLOCK_ID_MONOTONIC 1
#define UST_CLOCK_ID_RAW 4
#define UST_CLOCK_ID_TAI 11

/* Strict C11 hides these names. */
extern int ust_clock_sys_gettime(int id, struct timespec *ts) __asm__("clock_gettime");
extern int ust_clock_sys_nanosleep(const struct timespec *ts,
				   struct timespec *rest) __asm__("nanosleep");
extern long ust_clock_sys_call(long nr, ...) __asm__("syscall");

UST_CLOCK_INLINE __u64 ust_clock_time_ns(int id)
{
	struct timespec ts;

	ts.tv_sec = 0;
	ts.tv_nsec = 0;
	ust_clock_sys_gettime(id, &ts);
	return (__u64)ts.tv_sec * 1000000000u + (__u64)ts.tv_nsec;
}

/* The clock of a mode, not read before earlier loads. */
UST_CLOCK_INLINE __u64 ust_clock_now(__u32 mode)
{
	return ust_ticks_are(mode) ? ust_ticks_ordered()
				   : ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC);
}

/* ticks in ns at freq ticks a second (at most 18 GHz). */
UST_CLOCK_INLINE __u64 ust_clock_scale(__u64 ticks, __u64 freq)
{
	if (freq == 1000000000u || !freq)
		return ticks;
	return ticks / freq * 1000000000u + ticks % freq * 1000000000u / freq;
}

/*
 * The trace clock and a system clock at one moment: the tightest of some tries. Result: by how many ns
 * at most the two differ from one moment.
 */
UST_CLOCK_INLINE __u32 ust_clock_pair(__u32 mode, __u64 freq, int id, __u64 *ret_ticks,
				      __u64 *ret_ns)
{
	__u64 best = ~(__u64)0;
	int i;

	for (i = 0; i < 16; i++) {
		__u64 before = ust_clock_now(mode);
		__u64 ns = ust_clock_time_ns(id);
		__u64 after = ust_clock_now(mode);

		if (after - before >= best)
			continue;
		best = after - before;
		*ret_ticks = before + best / 2;
		*ret_ns = ns;
	}
	/* Rounding up, and the nanosecond that the clock itself is rounded to. */
	return (__u32)ust_clock_scale(best / 2, freq) + 2;
}

#endif /* UST_DETAIL_CLOCK_TIME_H */
