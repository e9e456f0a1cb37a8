/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock of a session: ust-clock.ko's, which programs share. Safe in any context, NMIs too. */
#ifndef UST_KERNEL_CLOCK_H
#define UST_KERNEL_CLOCK_H

#include <linux/ktime.h>
#include <linux/types.h>

#include <vdso-clock/read.h>

/* 1 if sessions can have this one of enum ust_clock_mode. */
static inline int ust_kclock_usable(u32 mode)
{
#ifdef CONFIG_X86
	if (mode == UST_CLOCK_TSC || mode == UST_CLOCK_TSC_STRICT)
		return boot_cpu_has(X86_FEATURE_TSC);
#endif
	return mode == UST_CLOCK_MONOTONIC;
}

/* The ring's host. */
static __always_inline __u64 ust_host_clock(__u32 mode)
{
	return ust_clock_read_as(mode);
}

#endif /* UST_KERNEL_CLOCK_H */
