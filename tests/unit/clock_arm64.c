/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock on arm64: its counter inline and by its image, and the loader. Built and run by clock_arm64.sh. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <ust/clock.h>

#include <clock-image.h>

#include "libust/clock/symbol.h"
#include "libust/clock/vdso.h"

static int failed;

#define CHECK(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			printf("not true: %s\n", #what);                                           \
			failed = 1;                                                                \
		}                                                                                  \
	} while (0)

static void *symbol(char *image, const char *name)
{
	return ust_clock_symbol(image, sizeof(ust_clock_image), UST_CLOCK_SYMBOL_VERSION, name);
}

static void check_image(void)
{
	size_t size = UST_CLOCK_PAGE_SIZE + sizeof(ust_clock_image);
	char *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ust_clock_page *page = (struct ust_clock_page *)map;
	char *image = map + UST_CLOCK_PAGE_SIZE;
	uint64_t (*reader)(void), before, got;
	void *at;

	memcpy(image, ust_clock_image, sizeof(ust_clock_image));
	mprotect(image, sizeof(ust_clock_image), PROT_READ | PROT_EXEC);
	at = symbol(image, UST_CLOCK_SYMBOL_READ);
	CHECK(at && symbol(image, UST_CLOCK_SYMBOL_FREQ) && symbol(image, UST_CLOCK_SYMBOL_MODE));
	if (!at)
		return;
	memcpy(&reader, &at, sizeof(at));
	page->mode = UST_CLOCK_CNTVCT;
	before = ust_ticks_ordered();
	got = reader();
	CHECK(before <= got && got <= ust_ticks_ordered());
	page->mode = UST_CLOCK_MONOTONIC;
	before = ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC);
	got = reader();
	CHECK(before <= got && got <= ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC));
}

int main(void)
{
	uint64_t ticks, raw_ns, freq, last, i;
	struct ust_vdso vdso;

	CHECK(UST_TICKS_MODE == UST_CLOCK_CNTVCT);
	for (i = 0, last = 0; i < 100000; i++) {
		ticks = ust_ticks();
		CHECK(ticks >= last);
		last = ticks;
	}
	freq = ust_clock_kernel_freq();
	CHECK(freq > 1000000);
	ust_clock_pair(UST_TICKS_MODE, freq, UST_CLOCK_ID_RAW, (__u64 *)&ticks, (__u64 *)&raw_ns);
	last = ust_clock_measure_freq(UST_TICKS_MODE, ticks, raw_ns);
	CHECK(last > freq / 2 && last < 2 * freq);
	check_image();
	CHECK(ust_vdso_open_own(&vdso) == 0);
	CHECK(vdso.mode() == ust_clock_mode() && vdso.read() <= ust_clock_read_ordered());
	return failed;
}
