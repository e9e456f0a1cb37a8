/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clocks of sessions: which one, how it relates to the time of day, whether it can still be
 * trusted. docs/clock.md explains the numbers.
 *
 * A session's clock is chosen when the session is made and stays. What it says of itself (frequency,
 * offset, uuid) goes into the metadata of every part of the trace, those of programs and that of the
 * kernel, so that readers merge them: take it from ustd_clock_describe(), nowhere else.
 */
#ifndef USTD_CLOCK_H
#define USTD_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ust/abi/clock.h>
#include <ust/abi/control.h>

#include "libust/clock/vdso.h"
#include "libust/ctf/metadata.h"

struct ustd_clock_cal {
	uint64_t freq;    /* ticks a second */
	int64_t offset_s; /* time of day when the clock showed 0 */
	uint64_t offset;  /* the rest, in ticks */
};

/* The clock and the system's clocks at one moment. */
struct ustd_clock_moment {
	uint64_t ticks, monotonic_ns, raw_ns;
	uint32_t uncertainty_ns; /* of the pair of ticks and monotonic_ns */
};

struct ustd_clock {
	enum ust_clock_mode mode;
	struct ust_vdso module; /* page NULL: not loaded, or not needed */
	uint64_t raw_freq;      /* ticks a second of CLOCK_MONOTONIC_RAW */
	struct ustd_clock_moment start;
	int64_t realtime_ns, tai_ns; /* at the start, minus CLOCK_MONOTONIC */
	struct ustd_clock_cal cal;
	uint32_t uncertainty_ns;
	bool refined, unstable;
	uint64_t checked_ns;
};

/* Looks which clock there is, and begins to measure it. */
void ustd_clock_init(void);

/*
 * The clock of a session that asks for @asked (enum ust_clock_mode, 0: the best there is). 0, or
 * -EINVAL no such mode, -EOPNOTSUPP not on this machine now: @ret_why (@size bytes) then says why and
 * what to do. Opens ust-clock.ko if it is loaded, which thus keeps its mode until ustd_clock_close().
 * May sleep up to 20 ms, once, where the kernel does not tell the frequency.
 */
int ustd_clock_open(struct ustd_clock *clock, uint32_t asked, char *ret_why, size_t size);
void ustd_clock_close(struct ustd_clock *clock);

/* Ticks of a mode; not before any read that happened earlier in program order. */
uint64_t ustd_clock_read(enum ust_clock_mode mode);

/* "tsc", "monotonic"...: the clock_source of the environment. */
const char *ustd_clock_source_name(enum ust_clock_mode mode);

/* Fills in all that the metadata say of the clock. */
void ustd_clock_describe(const struct ustd_clock *clock, struct ust_ctf_clock *ret_ctf);
/* The same for several clocks of one boot: traces with the same uuid share the clock. */
void ustd_clock_uuid(enum ust_clock_mode mode, uint8_t ret_uuid[16]);

/*
 * At the end: compares with the system's clock again. True: the description has changed, in numbers
 * only; every metadata file of the session is to be brought up to date together.
 */
bool ustd_clock_refine(struct ustd_clock *clock);

/*
 * Whether the counter is still what the kernel keeps time by. At most one look in a second unless
 * @now. True, once: it is not any more; @ret_why (@size bytes) says what was seen, @ret_drift_ns by how
 * much the counter has run away from CLOCK_MONOTONIC_RAW.
 */
bool ustd_clock_check(struct ustd_clock *clock, bool now, char *ret_why, size_t size,
		      int64_t *ret_drift_ns);

/* Of the machine, for sessions that do not ask: its mode, its ticks, and its calibration now. */
enum ust_clock_mode ustd_clock_mode(void);
uint64_t ustd_clock_now(void);
void ustd_clock_calibrate(struct ustd_clock_cal *ret_cal);

#endif /* USTD_CLOCK_H */
