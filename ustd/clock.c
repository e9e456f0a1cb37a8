/* SPDX-License-Identifier: GPL-2.0-only */
#include "clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

#include <ust/detail/clock-page.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define CHECK_NS 1000000000u
/* A counter that is this far from where the kernel's own clock would put it is no clock. */
#define DRIFT_NS 1000000u
#define DRIFT_PPM 500u

static enum ust_clock_mode machine_mode = UST_CLOCK_MONOTONIC;
/* The counter, when ustd began to look at it: the longer ago, the better it can be measured. */
static __u64 first_ticks, first_raw_ns;
static uint64_t measured_freq; /* 0: not yet */

uint64_t ustd_clock_read(enum ust_clock_mode mode)
{
	return ust_clock_now(mode);
}

static void begin_measuring(void)
{
	if (UST_TICKS_MODE)
		ust_clock_pair(UST_TICKS_MODE, 0, UST_CLOCK_ID_RAW, &first_ticks, &first_raw_ns);
}

/* Each time over the whole of what was seen so far, unless the machine slept meanwhile: a counter may
 * go on then, which CLOCK_MONOTONIC_RAW does not. */
static uint64_t measure(void)
{
	uint64_t freq = ust_clock_measure_freq(UST_TICKS_MODE, first_ticks, first_raw_ns);
	uint64_t limit = measured_freq / 10000;

	if (measured_freq && (freq > measured_freq + limit || freq < measured_freq - limit)) {
		begin_measuring();
		freq = ust_clock_measure_freq(UST_TICKS_MODE, first_ticks, first_raw_ns);
	}
	measured_freq = freq;
	return freq;
}

/* Against CLOCK_MONOTONIC_RAW. */
static uint64_t counter_freq(const struct ustd_clock *clock)
{
	uint64_t freq = clock->module.page ? clock->module.page->freq : ust_clock_kernel_freq();

	return freq ? freq : measure();
}

void ustd_clock_init(void)
{
	char why[80];

	machine_mode = ust_clock_find_mode(why, sizeof(why));
	begin_measuring();
}

/* What mode the machine has now. The module, if it is loaded, may have seen more than the kernel; but
 * somebody may have told the kernel to keep its time by another clock than the module's. */
static enum ust_clock_mode look(struct ustd_clock *clock, char *ret_why, size_t size)
{
	memset(&clock->module, 0, sizeof(clock->module));
	clock->module.fd = -1;
	if (ust_vdso_open_device(UST_CLOCK_DEVICE, &clock->module) == 0 &&
	    !ust_ticks_are(clock->module.page->mode)) {
		snprintf(ret_why, size, "%s", clock->module.page->reason);
		return UST_CLOCK_MONOTONIC;
	}
	return ust_clock_find_mode(ret_why, (unsigned int)size);
}

static int choose(struct ustd_clock *clock, uint32_t asked, char *ret_why, size_t size)
{
	char reason[128];

	if (asked > UST_CLOCK_CNTVCT) {
		snprintf(ret_why, size, "clock %u is unknown", asked);
		return -EINVAL;
	}
	machine_mode = look(clock, reason, sizeof(reason));
	if (!asked || asked == UST_CLOCK_MONOTONIC) {
		clock->mode = asked ? UST_CLOCK_MONOTONIC : machine_mode;
	} else if (asked == machine_mode ||
		   (asked == UST_CLOCK_TSC_STRICT && machine_mode == UST_CLOCK_TSC)) {
		clock->mode = asked;
	} else {
		snprintf(ret_why, size,
			 "the cycle counter cannot be the clock: %s; use --clock monotonic",
			 reason[0] ? reason : "this machine's counter is another one");
		return -EOPNOTSUPP;
	}
	return 0;
}

static void take_moment(const struct ustd_clock *clock, struct ustd_clock_moment *ret)
{
	struct ust_clock_params params;

	ust_clock_fill_params(clock->mode, clock->raw_freq, &params);
	ret->ticks = params.ticks;
	ret->monotonic_ns = params.monotonic_ns;
	ret->raw_ns = params.raw_ns;
	ret->uncertainty_ns = params.uncertainty_ns;
}

/* Ticks a second of CLOCK_MONOTONIC: what NTP has found out of the counter so far. */
static uint64_t slewed(uint64_t raw_freq)
{
	struct timex timex = {0};
	long double rate;

	if (adjtimex(&timex) < 0 || !timex.tick)
		return raw_freq;
	rate = (long double)timex.tick * (long double)sysconf(_SC_CLK_TCK) / 1e6L;
	rate *= 1 + (long double)timex.freq / 65536e6L;
	return (uint64_t)((long double)raw_freq / rate + 0.5L);
}

/* The time of day at tick 0, for a frequency, so that the start's moment stays where it is. */
static void set_offset(struct ustd_clock *clock, uint64_t freq)
{
	int64_t real_ns = (int64_t)clock->start.monotonic_ns + clock->realtime_ns;
	__int128 offset = (__int128)real_ns * freq / 1000000000 - clock->start.ticks;

	clock->cal.freq = freq;
	clock->cal.offset_s = (int64_t)(offset / freq);
	clock->cal.offset = (uint64_t)(offset % freq);
}

int ustd_clock_open(struct ustd_clock *clock, uint32_t asked, char *ret_why, size_t size)
{
	struct ust_clock_params params;
	bool counter;
	int err;

	memset(clock, 0, sizeof(*clock));
	err = choose(clock, asked, ret_why, size);
	counter = ust_ticks_are(clock->mode);
	if (err || !counter)
		ust_vdso_close(&clock->module);
	if (err)
		return err;
	clock->raw_freq = counter ? counter_freq(clock) : 1000000000u;
	ust_clock_fill_params(clock->mode, clock->raw_freq, &params);
	clock->start.ticks = params.ticks;
	clock->start.monotonic_ns = params.monotonic_ns;
	clock->start.raw_ns = params.raw_ns;
	clock->start.uncertainty_ns = params.uncertainty_ns;
	clock->realtime_ns = params.realtime_ns;
	clock->tai_ns = params.tai_ns;
	clock->uncertainty_ns = params.uncertainty_ns;
	set_offset(clock, counter ? slewed(clock->raw_freq) : 1000000000u);
	return 0;
}

void ustd_clock_close(struct ustd_clock *clock)
{
	ust_vdso_close(&clock->module);
}

void ustd_clock_uuid(enum ust_clock_mode mode, uint8_t ret_uuid[16])
{
	char text[64];
	unsigned int byte, nr = 0;
	const char *p = text;

	memset(ret_uuid, 0, 16);
	ust_clock_read_line(BOOT_ID, text, sizeof(text));
	while (nr < 16 && *p) {
		if (*p == '-') {
			p++;
		} else if (sscanf(p, "%2x", &byte) == 1) {
			ret_uuid[nr++] = (uint8_t)byte;
			p += 2;
		} else {
			break;
		}
	}
	/* The same boot, another clock. */
	if (!ust_ticks_are(mode))
		ret_uuid[15] ^= 1;
}

const char *ustd_clock_source_name(enum ust_clock_mode mode)
{
	switch (mode) {
	case UST_CLOCK_TSC:
	case UST_CLOCK_TSC_STRICT:
		return "tsc";
	case UST_CLOCK_CNTVCT:
		return "cntvct";
	default:
		return "monotonic";
	}
}

static const char *describe_mode(enum ust_clock_mode mode)
{
	if (mode == UST_CLOCK_TSC_STRICT)
		return "cycle counter of the CPU, read in order";
	return ust_ticks_are(mode) ? "cycle counter of the CPU" : "CLOCK_MONOTONIC";
}

void ustd_clock_describe(const struct ustd_clock *clock, struct ust_ctf_clock *ret_ctf)
{
	int64_t origin_ns =
		(int64_t)clock->start.monotonic_ns -
		(int64_t)((unsigned __int128)clock->start.ticks * 1000000000u / clock->cal.freq);

	memset(ret_ctf, 0, sizeof(*ret_ctf));
	ustd_clock_uuid(clock->mode, ret_ctf->uuid);
	ret_ctf->description = describe_mode(clock->mode);
	ret_ctf->freq = clock->cal.freq;
	ret_ctf->offset_s = clock->cal.offset_s;
	ret_ctf->offset = clock->cal.offset;
	ret_ctf->raw_freq = clock->raw_freq;
	ret_ctf->realtime_ns = origin_ns + clock->realtime_ns;
	ret_ctf->tai_ns = origin_ns + clock->tai_ns;
	ret_ctf->uncertainty_ns = clock->uncertainty_ns;
	ret_ctf->refined = clock->refined;
	ret_ctf->unstable = clock->unstable;
}

bool ustd_clock_refine(struct ustd_clock *clock)
{
	struct ustd_clock_moment end;
	uint64_t ticks, ns, doubt;
	int64_t off;

	if (!ust_ticks_are(clock->mode))
		return false;
	take_moment(clock, &end);
	ticks = end.ticks - clock->start.ticks;
	ns = end.monotonic_ns - clock->start.monotonic_ns;
	doubt = (uint64_t)clock->start.uncertainty_ns + end.uncertainty_ns;
	off = (int64_t)(ust_clock_scale(ticks, clock->cal.freq) - ns);
	/* A counter that ran away says nothing about its frequency. */
	if (clock->unstable || !ns) {
		clock->uncertainty_ns =
			(uint32_t)(llabs(off) > UINT32_MAX ? UINT32_MAX : llabs(off));
		return true;
	}
	if ((uint64_t)llabs(off) > doubt) {
		set_offset(clock, (uint64_t)((unsigned __int128)ticks * 1000000000u / ns));
		off = (int64_t)(ust_clock_scale(ticks, clock->cal.freq) - ns);
	}
	clock->uncertainty_ns = (uint32_t)(doubt + (uint64_t)llabs(off));
	clock->refined = true;
	return true;
}

bool ustd_clock_check(struct ustd_clock *clock, bool now, char *ret_why, size_t size,
		      int64_t *ret_drift_ns)
{
	uint64_t at_ns = ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC), passed;
	struct ustd_clock_moment moment;
	char reason[80];
	int64_t drift;

	if (!ust_ticks_are(clock->mode) || clock->unstable ||
	    (!now && at_ns - clock->checked_ns < CHECK_NS))
		return false;
	clock->checked_ns = at_ns;
	take_moment(clock, &moment);
	passed = moment.raw_ns - clock->start.raw_ns;
	drift = (int64_t)(ust_clock_scale(moment.ticks - clock->start.ticks, clock->raw_freq) -
			  passed);
	*ret_drift_ns = drift;
	if (ust_clock_find_mode(reason, sizeof(reason)) != UST_TICKS_MODE)
		snprintf(ret_why, size, "%s", reason);
	else if (clock->module.page && ust_vdso_update(&clock->module) > 0)
		snprintf(ret_why, size, "the kernel no longer trusts the counter");
	else if ((uint64_t)llabs(drift) >
		 DRIFT_NS + moment.uncertainty_ns + passed / 1000000 * DRIFT_PPM)
		snprintf(ret_why, size, "the counter and CLOCK_MONOTONIC_RAW have drifted apart");
	else
		return false;
	clock->unstable = true;
	return true;
}

enum ust_clock_mode ustd_clock_mode(void)
{
	return machine_mode;
}

uint64_t ustd_clock_now(void)
{
	return ust_clock_now(machine_mode);
}

void ustd_clock_calibrate(struct ustd_clock_cal *ret_cal)
{
	struct ustd_clock clock;
	char why[128];

	if (ustd_clock_open(&clock, 0, why, sizeof(why)) == 0)
		*ret_cal = clock.cal;
	ustd_clock_close(&clock);
}
