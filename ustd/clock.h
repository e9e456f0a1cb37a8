/* SPDX-License-Identifier: GPL-2.0-only */
/* The trace clock: which one it is, what it shows, how it relates to the time of day. */
#ifndef USTD_CLOCK_H
#define USTD_CLOCK_H

#include <stdint.h>

#include <ust/abi/control.h>

struct ustd_clock_cal {
	uint64_t freq;    /* ticks a second */
	int64_t offset_s; /* time of day when the clock showed 0 */
	uint64_t offset;  /* the rest, in ticks */
};

/* Chooses the clock and begins to measure it. */
void ustd_clock_init(void);
enum ust_clock_mode ustd_clock_mode(void);
/* Ticks; not before any read that happened earlier in program order. */
uint64_t ustd_clock_now(void);
/* The best that is known by now. May sleep up to 20 ms, once, where the kernel does not tell the
 * frequency. */
void ustd_clock_calibrate(struct ustd_clock_cal *ret_cal);

#endif /* USTD_CLOCK_H */
