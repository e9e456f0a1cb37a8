/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The trace clock's reader: one algorithm for the kernel modules, the image and programs.
 *
 *	ust_clock_read_as(mode)		the clock in ticks. Never read before earlier loads. Any context,
 *					NMI included; no lock, no loop
 *	ust_clock_read()		kernel only: in the mode of ust-clock.ko's page
 *	ust_clock_params()		how ticks relate to the system's clocks: the copy to read now
 *
 *	who			may be interrupted by	rule
 *	ust_clock_params():
 *	 kernel			anything		preemption off (or NMI, or rcu_read_lock()) from the
 *							call to the last use: a copy is written again only
 *							after a grace period
 *	 program		anything, for long	copies, then compares seq and seq_end:
 *							ust_clock_copy_params()
 *	writer			readers in NMI		one at a time (mutex), in process context
 *
 * [latch-read <- latch-publish: the store of page->latch in kernel-module/clock/update.c]
 */
#ifndef UST_VDSO_CLOCK_READ_H
#define UST_VDSO_CLOCK_READ_H

#include <ust/abi/clock.h>

#ifdef __KERNEL__

#include <linux/compiler.h>
#include <linux/timekeeping.h>
#ifdef CONFIG_X86
#include <asm/msr.h>
#endif

#define UST_CLOCK_LOAD(p) smp_load_acquire(p)

static __always_inline int ust_clock_is_counter(__u32 mode)
{
	return IS_ENABLED(CONFIG_X86) && mode != UST_CLOCK_MONOTONIC;
}

static __always_inline __u64 ust_clock_counter(void)
{
#ifdef CONFIG_X86
	return rdtsc_ordered();
#else
	return 0;
#endif
}

/* The same time base as CLOCK_MONOTONIC in programs, and safe in NMI. */
static __always_inline __u64 ust_clock_monotonic(void)
{
	return ktime_get_mono_fast_ns();
}

#else

#include <ust/detail/ticks.h>

#define UST_CLOCK_LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)

#define ust_clock_is_counter(mode) ust_ticks_are(mode)
#define ust_clock_counter() ust_ticks_ordered()

/* The includer's: it knows by what means it may ask. */
static inline __u64 ust_clock_monotonic(void);

#endif

static inline __attribute__((always_inline, unused)) __u64 ust_clock_read_as(__u32 mode)
{
	if (__builtin_expect(ust_clock_is_counter(mode), 1))
		return ust_clock_counter();
	return ust_clock_monotonic();
}

static inline __attribute__((always_inline, unused)) const struct ust_clock_params *
ust_clock_params(const struct ust_clock_page *page)
{
	/* [latch-read <- latch-publish] */
	return &page->copy[UST_CLOCK_LOAD(&page->latch) & 1];
}

/* A copy is whole if the update that began it also finished it. */
static inline __attribute__((always_inline, unused)) int
ust_clock_params_whole(const struct ust_clock_params *params)
{
	return params->seq == params->seq_end;
}

#ifdef __KERNEL__

/* Of ust-clock.ko; set before anybody can load a module that uses it. */
extern struct ust_clock_page *ust_clock_page;

static __always_inline __u64 ust_clock_read(void)
{
	return ust_clock_read_as(READ_ONCE(ust_clock_page->mode));
}

/* Keeps the mode as it is, from a session's start to its end. Result: the mode. */
__u32 ust_clock_get(void);
void ust_clock_put(void);

/* Looks whether the kernel still trusts the counter, and measures anew. Process context; may sleep
 * for a grace period. Result: enum ust_clock_flags. */
__u32 ust_clock_update(void);

#endif

#endif /* UST_VDSO_CLOCK_READ_H */
