/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The trace clock in a program: the time that events of this machine are stamped with, whether they are
 * recorded in programs or in the kernel. Needs no library and no running daemon.
 *
 *	uint64_t t = ust_clock_read();
 *	work();
 *	printf("%llu ns\n", (unsigned long long)ust_clock_to_ns(ust_clock_read() - t));
 *
 * Units are ticks: cycles of a counter that all CPUs share, or ns of CLOCK_MONOTONIC where there is no
 * such counter. Which it is, is found out once in each object (executable or shared library) at its
 * first call here, which takes some microseconds: from ust-clock.ko if it is loaded, otherwise from the
 * system's clock source; and then stays. (A session made with another clock, by ustctl's --clock, keeps
 * that one; this is the default's.)
 *
 * All functions may be called from any thread and from signal handlers, and cannot fail.
 */
#ifndef UST_CLOCK_H
#define UST_CLOCK_H

#include <stdint.h>
#include <sys/mman.h>

#include <ust/abi/clock.h>
#include <ust/detail/clock-page.h>
#include <ust/detail/ticks.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What this object has found out. Threads that are first together find the same. */
struct ust_clock_found {
	__u32 mode; /* 0: nothing yet */
	__u64 freq; /* 0: not asked for yet */
	__u64 ticks, raw_ns;
};
extern struct ust_clock_found ust_clock_found __attribute__((visibility("hidden")));
__attribute__((weak, visibility("hidden"))) struct ust_clock_found ust_clock_found;

/* The module's page: 1, and its mode and frequency. 0: it is not loaded. */
UST_CLOCK_INLINE int ust_clock_ask_module(__u32 *ret_mode, __u64 *ret_freq)
{
	int fd = open(UST_CLOCK_DEVICE, O_RDONLY | 02000000 /* O_CLOEXEC */), known = 0;
	const struct ust_clock_page *page;
	void *map;

	if (fd < 0)
		return 0;
	map = mmap(NULL, UST_CLOCK_PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return 0;
	page = (const struct ust_clock_page *)map;
	if (page->magic == UST_CLOCK_MAGIC && page->version == UST_CLOCK_PAGE_VERSION &&
	    page->freq && (ust_ticks_are(page->mode) || page->mode == UST_CLOCK_MONOTONIC)) {
		*ret_mode = page->mode;
		*ret_freq = page->freq;
		known = 1;
	}
	munmap(map, UST_CLOCK_PAGE_SIZE);
	return known;
}

static __attribute__((noinline, cold, unused)) __u32 ust_clock_find(void)
{
	__u64 freq = 0, ticks = 0, raw_ns = 0;
	char reason[80];
	__u32 mode;

	/* Somebody may have told the kernel to keep its time by another clock than the module's. */
	if (!ust_clock_ask_module(&mode, &freq) || ust_ticks_are(mode))
		mode = ust_clock_find_mode(reason, sizeof(reason));
	if (!ust_ticks_are(mode))
		freq = 1000000000u;
	else
		ust_clock_pair(mode, 0, UST_CLOCK_ID_RAW, &ticks, &raw_ns);
	__atomic_store_n(&ust_clock_found.ticks, ticks, __ATOMIC_RELAXED);
	__atomic_store_n(&ust_clock_found.raw_ns, raw_ns, __ATOMIC_RELAXED);
	if (freq)
		__atomic_store_n(&ust_clock_found.freq, freq, __ATOMIC_RELAXED);
	__atomic_store_n(&ust_clock_found.mode, mode, __ATOMIC_RELEASE);
	return mode;
}

static __attribute__((noinline, cold, unused)) __u64 ust_clock_read_slow(void)
{
	__u32 mode = __atomic_load_n(&ust_clock_found.mode, __ATOMIC_ACQUIRE);

	return ust_clock_now(mode ? mode : ust_clock_find());
}

/* The clock's mode: enum ust_clock_mode of <ust/abi/clock.h>. */
UST_CLOCK_INLINE unsigned int ust_clock_mode(void)
{
	__u32 mode = __atomic_load_n(&ust_clock_found.mode, __ATOMIC_ACQUIRE);

	return mode ? mode : ust_clock_find();
}

/*
 * The time in ticks. Within a thread never goes back. Where the clock is a counter it takes the
 * instruction and one branch, and may be read some nanoseconds early, before loads in front of it
 * are done: see ust_clock_read_ordered().
 */
UST_CLOCK_INLINE uint64_t ust_clock_read(void)
{
	if (UST_TICKS_MODE &&
	    __builtin_expect(
		    __atomic_load_n(&ust_clock_found.mode, __ATOMIC_RELAXED) == UST_TICKS_MODE, 1))
		return ust_ticks();
	return ust_clock_read_slow();
}

/* The same, never before earlier loads: it is not below what another thread had read before it told
 * this one (through memory). Some 5 ns more. */
UST_CLOCK_INLINE uint64_t ust_clock_read_ordered(void)
{
	if (UST_TICKS_MODE &&
	    __builtin_expect(
		    __atomic_load_n(&ust_clock_found.mode, __ATOMIC_RELAXED) == UST_TICKS_MODE, 1))
		return ust_ticks_ordered();
	return ust_clock_read_slow();
}

/*
 * Ticks a second, never 0, the same at every call. Where neither the module nor the kernel (through
 * perf_event_open(2)) tells, the first call measures, and may sleep 20 ms.
 */
UST_CLOCK_INLINE uint64_t ust_clock_freq(void)
{
	__u64 freq = __atomic_load_n(&ust_clock_found.freq, __ATOMIC_RELAXED), none = 0;
	__u32 mode;

	if (__builtin_expect(freq != 0, 1))
		return freq;
	mode = ust_clock_mode();
	freq = __atomic_load_n(&ust_clock_found.freq, __ATOMIC_RELAXED);
	if (freq)
		return freq;
	freq = ust_clock_kernel_freq();
	if (!freq)
		freq = ust_clock_measure_freq(mode, ust_clock_found.ticks, ust_clock_found.raw_ns);
	/* Of two threads that measured, the first is right. */
	if (!__atomic_compare_exchange_n(&ust_clock_found.freq, &none, freq, 0, __ATOMIC_RELAXED,
					 __ATOMIC_RELAXED))
		freq = none;
	return freq;
}

/* A number of ticks (the difference of two readings) in nanoseconds, rounded down. */
UST_CLOCK_INLINE uint64_t ust_clock_to_ns(uint64_t ticks)
{
	return ust_clock_scale(ticks, ust_clock_freq());
}

/* One moment of the trace clock and of CLOCK_MONOTONIC. */
struct ust_clock_anchor {
	uint64_t ticks;
	uint64_t monotonic_ns;
	uint64_t uncertainty_ns; /* how far apart the two may have been read */
};

/* Takes an anchor now. Some microseconds. */
UST_CLOCK_INLINE void ust_clock_take_anchor(struct ust_clock_anchor *ret_anchor)
{
	__u64 ticks = 0, ns = 0;

	ret_anchor->uncertainty_ns = ust_clock_pair(ust_clock_mode(), ust_clock_freq(),
						    UST_CLOCK_ID_MONOTONIC, &ticks, &ns);
	ret_anchor->ticks = ticks;
	ret_anchor->monotonic_ns = ns;
}

/*
 * A reading as CLOCK_MONOTONIC in ns: exact to the anchor's uncertainty near the anchor, and to what
 * the system's clock was slewed since, at most 500 ppm of the distance and usually below 50. Take a
 * fresh anchor now and then.
 */
UST_CLOCK_INLINE uint64_t ust_clock_monotonic_ns(const struct ust_clock_anchor *anchor,
						 uint64_t ticks)
{
	if (ticks >= anchor->ticks)
		return anchor->monotonic_ns + ust_clock_to_ns(ticks - anchor->ticks);
	return anchor->monotonic_ns - ust_clock_to_ns(anchor->ticks - ticks);
}

#ifdef __cplusplus
}
#endif
#endif /* UST_CLOCK_H */
