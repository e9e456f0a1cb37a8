// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same events with a constant instead of the clock: what is left is the buffer's own cost. The
 * time is long before every deadline, so the way through the record is the usual one.
 */
#define UST_FUSED_CLOCK "xorl %%eax, %%eax\n\txorl %%edx, %%edx\n\t"

#include <stddef.h>

#include <ust/tracepoint.h>

#include "rows.h"

static NOINLINE void run_clockless_int(long n)
{
	for (long i = 0; i < n; i++)
		UST_EVENT(bench, one, UST_F(v, (int)i));
}

static NOINLINE void run_clockless_string(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		UST_EVENT(bench, string, UST_F(v, (int)i), UST_STR(s, s));
	}
}

const struct row clockless_rows[] = {
	{.name = "no clock: int", .event = "bench:one", .run = run_clockless_int, .n = NR_EVENTS},
	{.name = "no clock: int, 12 char",
	 .event = "bench:string",
	 .run = run_clockless_string,
	 .n = NR_EVENTS},
	{0},
};
