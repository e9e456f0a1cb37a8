/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * A clock page made by the program itself, from the system's clock source: what there is without
 * ust-clock.ko. No library is needed, only the C library's system calls; everything here may be
 * called from any thread and from signal handlers, and keeps no state.
 */
#ifndef UST_DETAIL_CLOCK_PAGE_H
#define UST_DETAIL_CLOCK_PAGE_H

#include <fcntl.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/abi/clock.h>
#include <ust/detail/clock-time.h>
#include <ust/detail/ticks.h>

#define UST_CLOCK_SOURCE_FILE "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define UST_CLOCK_MEASURE_NS 20000000

/* The first line of a small file, without its end. -1: it cannot be read. */
UST_CLOCK_INLINE int ust_clock_read_line(const char *path, char *buf, unsigned int size)
{
	int fd = open(path, O_RDONLY | 02000000 /* O_CLOEXEC */);
	ssize_t len;

	buf[0] = '\0';
	if (fd < 0)
		return -1;
	len = read(fd, buf, size - 1);
	close(fd);
	if (len < 0)
		return -1;
	buf[len] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

UST_CLOCK_INLINE void ust_clock_say(char *buf, unsigned int size, const char *a, const char *b,
				    const char *c)
{
	buf[0] = '\0';
	strncat(buf, a, size - 1);
	strncat(buf, b, size - 1 - strlen(buf));
	strncat(buf, c, size - 1 - strlen(buf));
}

/*
 * The mode of this machine's clock: the counter if the kernel keeps its own time by it, since then it
 * has found it to be the same on all CPUs; otherwise CLOCK_MONOTONIC, and why, in at most @size bytes.
 */
UST_CLOCK_INLINE __u32 ust_clock_find_mode(char *ret_reason, unsigned int size)
{
	const char *good = UST_TICKS_MODE == UST_CLOCK_CNTVCT ? "arch_sys_counter" : "tsc";
	char source[64];

	ret_reason[0] = '\0';
	if (!UST_TICKS_MODE) {
		ust_clock_say(ret_reason, size, "this processor has no counter that is supported",
			      "", "");
		return UST_CLOCK_MONOTONIC;
	}
#ifdef PR_GET_TSC
	{
		int tsc = PR_TSC_ENABLE;

		prctl(PR_GET_TSC, &tsc, 0, 0, 0);
		if (UST_TICKS_MODE == UST_CLOCK_TSC && tsc == PR_TSC_SIGSEGV) {
			ust_clock_say(ret_reason, size,
				      "rdtsc is forbidden in this process (PR_SET_TSC)", "", "");
			return UST_CLOCK_MONOTONIC;
		}
	}
#endif
	if (ust_clock_read_line(UST_CLOCK_SOURCE_FILE, source, sizeof(source))) {
		ust_clock_say(ret_reason, size, "the system's clock source is unknown: no /sys", "",
			      "");
		return UST_CLOCK_MONOTONIC;
	}
	if (strcmp(source, good)) {
		ust_clock_say(ret_reason, size, "the system's clock source is ", source,
			      UST_TICKS_MODE == UST_CLOCK_TSC ? ", not tsc"
							      : ", not arch_sys_counter");
		return UST_CLOCK_MONOTONIC;
	}
	return UST_TICKS_MODE;
}

/* How the kernel turns cycles into nanoseconds, as it tells perf's users. 0: it does not tell. */
UST_CLOCK_INLINE __u64 ust_clock_kernel_freq(void)
{
	struct perf_event_mmap_page *page;
	struct perf_event_attr attr;
	__u64 freq = 0;
	void *map;
	int fd;

#ifdef __aarch64__
	__asm__("mrs %0, cntfrq_el0" : "=r"(freq));
	if (freq)
		return freq;
#endif
	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.size = sizeof(attr);
	attr.config = PERF_COUNT_SW_DUMMY;
	attr.exclude_kernel = 1;
	attr.exclude_hv = 1;
	fd = (int)ust_clock_sys_call(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return 0;
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return 0;
	page = (struct perf_event_mmap_page *)map;
	if (page->cap_user_time && page->time_mult && page->time_shift <= 34)
		freq = ((__u64)1000000000u << page->time_shift) / page->time_mult;
	munmap(map, 4096);
	return freq;
}

/* ticks a second against CLOCK_MONOTONIC_RAW from one moment until now, at least 20 ms later. */
UST_CLOCK_INLINE __u64 ust_clock_measure_freq(__u32 mode, __u64 ticks, __u64 raw_ns)
{
	__u64 now_ticks = ticks, now_ns = raw_ns, elapsed;

	elapsed = ust_clock_time_ns(UST_CLOCK_ID_RAW) - raw_ns;
	while (elapsed < UST_CLOCK_MEASURE_NS) {
		struct timespec rest;

		rest.tv_sec = 0;
		rest.tv_nsec = (long)(UST_CLOCK_MEASURE_NS - elapsed);
		ust_clock_sys_nanosleep(&rest, NULL);
		elapsed = ust_clock_time_ns(UST_CLOCK_ID_RAW) - raw_ns;
	}
	ust_clock_pair(mode, 0, UST_CLOCK_ID_RAW, &now_ticks, &now_ns);
	elapsed = now_ns - raw_ns;
	/* A day of ticks times a billion would not fit: whole seconds first. */
	ticks = now_ticks - ticks;
	return (__u64)((long double)ticks * 1e9L / (long double)elapsed + 0.5L);
}

/* A system's clock at the moment of params->ticks. Widens the uncertainty as far as need be. */
UST_CLOCK_INLINE __u64 ust_clock_at_moment(__u32 mode, __u64 freq, int id, __u64 moment,
					   __u32 *uncertainty_ns)
{
	__u64 ticks = moment, ns = 0;
	__u32 width = ust_clock_pair(mode, freq, id, &ticks, &ns);

	if (width > *uncertainty_ns)
		*uncertainty_ns = width;
	return ns - ust_clock_scale(ticks - moment, freq);
}

/* One moment of the clock against the system's clocks. */
UST_CLOCK_INLINE void ust_clock_fill_params(__u32 mode, __u64 freq, struct ust_clock_params *ret)
{
	__u32 width, others = 0;

	memset(ret, 0, sizeof(*ret));
	width = ust_clock_pair(mode, freq, UST_CLOCK_ID_MONOTONIC, &ret->ticks, &ret->monotonic_ns);
	ret->raw_ns = ust_clock_at_moment(mode, freq, UST_CLOCK_ID_RAW, ret->ticks, &others);
	ret->realtime_ns = (__s64)(ust_clock_at_moment(mode, freq, UST_CLOCK_ID_REALTIME,
						       ret->ticks, &others) -
				   ret->monotonic_ns);
	ret->tai_ns =
		(__s64)(ust_clock_at_moment(mode, freq, UST_CLOCK_ID_TAI, ret->ticks, &others) -
			ret->monotonic_ns);
	ret->uncertainty_ns = width + others;
}

/* Makes the page. May sleep 20 ms where the kernel does not tell the counter's frequency. */
UST_CLOCK_INLINE void ust_clock_make_page(struct ust_clock_page *page)
{
	memset(page, 0, sizeof(*page));
	page->magic = UST_CLOCK_MAGIC;
	page->version = UST_CLOCK_PAGE_VERSION;
	page->source = UST_CLOCK_BY_PROCESS;
	page->mode = ust_clock_find_mode(page->reason, sizeof(page->reason));
	page->freq = 1000000000u;
	if (ust_ticks_are(page->mode)) {
		__u64 ticks = 0, raw_ns = 0;

		ust_clock_pair(page->mode, 0, UST_CLOCK_ID_RAW, &ticks, &raw_ns);
		page->freq = ust_clock_kernel_freq();
		if (!page->freq)
			page->freq = ust_clock_measure_freq(page->mode, ticks, raw_ns);
	}
	ust_clock_fill_params(page->mode, page->freq, &page->copy[0]);
}

#endif /* UST_DETAIL_CLOCK_PAGE_H */
