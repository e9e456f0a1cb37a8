/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The machine's counter, by instruction. UST_TICKS_MODE is its enum ust_clock_mode, 0 where there is
 * none that every CPU shares.
 *
 *	ust_ticks()		may be read early: before loads in front of it are done. Times of one thread
 *				are in order, those of two threads to within the depth of a pipeline
 *	ust_ticks_ordered()	never before earlier loads: if a value that another thread stored after its
 *				reading was seen, this reading is not below it. Some 5 ns more
 */
#ifndef UST_DETAIL_TICKS_H
#define UST_DETAIL_TICKS_H

#include <ust/abi/clock.h>

#define UST_TICKS_INLINE static inline __attribute__((always_inline, unused))

#if defined(__x86_64__) || defined(__i386__)

#define UST_TICKS_MODE UST_CLOCK_TSC

UST_TICKS_INLINE __u64 ust_ticks(void)
{
	__u32 lo, hi;

	__asm__ __volatile__("rdtsc" : "=a"(lo), "=d"(hi));
	return (__u64)hi << 32 | lo;
}

UST_TICKS_INLINE __u64 ust_ticks_ordered(void)
{
	__u32 lo, hi;

	__asm__ __volatile__("lfence\n\trdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (__u64)hi << 32 | lo;
}

#elif defined(__aarch64__)

#define UST_TICKS_MODE UST_CLOCK_CNTVCT

UST_TICKS_INLINE __u64 ust_ticks(void)
{
	__u64 ticks;

	__asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}

UST_TICKS_INLINE __u64 ust_ticks_ordered(void)
{
	__u64 ticks;

	__asm__ __volatile__("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
	return ticks;
}

#else

#define UST_TICKS_MODE 0

UST_TICKS_INLINE __u64 ust_ticks(void)
{
	return 0;
}

UST_TICKS_INLINE __u64 ust_ticks_ordered(void)
{
	return 0;
}

#endif

/* Whether a clock of this mode is the machine's counter. */
UST_TICKS_INLINE int ust_ticks_are(__u32 mode)
{
	if (UST_TICKS_MODE == UST_CLOCK_TSC)
		return mode == UST_CLOCK_TSC || mode == UST_CLOCK_TSC_STRICT;
	return UST_TICKS_MODE && mode == UST_TICKS_MODE;
}

#endif /* UST_DETAIL_TICKS_H */
