/* SPDX-License-Identifier: GPL-2.0-only */
#include "clock.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CLOCKSOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define MEASURE_NS 20000000

static enum ust_clock_mode mode = UST_CLOCK_MONOTONIC;
static uint64_t kernel_freq; /* 0: unknown */
static uint64_t first_ticks, first_raw_ns;

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

uint64_t ustd_clock_now(void)
{
#ifdef __x86_64__
	if (mode == UST_CLOCK_TSC) {
		uint32_t lo, hi;

		__asm__ __volatile__("lfence\n\trdtsc\n\tlfence" : "=a"(lo), "=d"(hi) : : "memory");
		return (uint64_t)hi << 32 | lo;
	}
#endif
	return clock_ns(CLOCK_MONOTONIC);
}

static bool clocksource_is_tsc(void)
{
	char name[32] = "";
	FILE *file = fopen(CLOCKSOURCE, "re");

	if (!file)
		return false;
	if (!fgets(name, sizeof(name), file))
		name[0] = '\0';
	fclose(file);
	return strcmp(name, "tsc\n") == 0;
}

/* The kernel tells perf users how it turns cycles into nanoseconds. */
static uint64_t ask_kernel_freq(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	struct perf_event_mmap_page *page;
	uint64_t freq = 0;
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return 0;
	page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	if (page != MAP_FAILED) {
		if (page->cap_user_time && page->time_mult)
			freq = (uint64_t)(((unsigned __int128)1000000000u << page->time_shift) /
					  page->time_mult);
		munmap(page, 4096);
	}
	close(fd);
	return freq;
}

/* Ticks and a system clock at the same moment: the tightest of some tries. */
static void read_pair(clockid_t id, uint64_t *ret_ticks, uint64_t *ret_ns)
{
	uint64_t best = UINT64_MAX;
	int i;

	for (i = 0; i < 16; i++) {
		uint64_t before = ustd_clock_now();
		uint64_t ns = clock_ns(id);
		uint64_t after = ustd_clock_now();

		if (after - before >= best)
			continue;
		best = after - before;
		*ret_ticks = before + best / 2;
		*ret_ns = ns;
	}
}

void ustd_clock_init(void)
{
#ifdef __x86_64__
	if (clocksource_is_tsc())
		mode = UST_CLOCK_TSC;
#endif
	if (mode == UST_CLOCK_TSC)
		kernel_freq = ask_kernel_freq();
	read_pair(CLOCK_MONOTONIC_RAW, &first_ticks, &first_raw_ns);
}

enum ust_clock_mode ustd_clock_mode(void)
{
	return mode;
}

static uint64_t measure_freq(void)
{
	uint64_t ticks, ns, elapsed = clock_ns(CLOCK_MONOTONIC_RAW) - first_raw_ns;

	if (elapsed < MEASURE_NS) {
		struct timespec rest = {.tv_nsec = (long)(MEASURE_NS - elapsed)};

		nanosleep(&rest, NULL);
	}
	read_pair(CLOCK_MONOTONIC_RAW, &ticks, &ns);
	return (uint64_t)((unsigned __int128)(ticks - first_ticks) * 1000000000u /
			  (ns - first_raw_ns));
}

void ustd_clock_calibrate(struct ustd_clock_cal *ret_cal)
{
	uint64_t ticks, real_ns, freq;
	__int128 offset;

	if (mode != UST_CLOCK_TSC)
		freq = 1000000000u;
	else
		freq = kernel_freq ? kernel_freq : measure_freq();
	read_pair(CLOCK_REALTIME, &ticks, &real_ns);
	offset = (__int128)real_ns * freq / 1000000000 - ticks;
	ret_cal->freq = freq;
	ret_cal->offset_s = (int64_t)(offset / freq);
	ret_cal->offset = (uint64_t)(offset % freq);
}
