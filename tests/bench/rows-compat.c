// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "rows.h"

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "rows-compat.h"

static NOINLINE void run_int(long n)
{
	for (long i = 0; i < n; i++)
		lttng_ust_tracepoint(bench, compat_one, (int)i);
}

static NOINLINE void run_string(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		lttng_ust_tracepoint(bench, compat_string, (int)i, s);
	}
}

static NOINLINE void run_mixed(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		lttng_ust_tracepoint(bench, compat_mixed, (int)i, (unsigned long)i, 1.5,
				     (unsigned short)i, (unsigned char)i, s);
	}
}

#define ROW(NAME, EVENT, PEER, RUN)                                                                \
	{                                                                                          \
		.name = "compat: " NAME, .event = "bench:" EVENT, .peer = "LTTng: " PEER,          \
		.run = RUN, .n = NR_EVENTS                                                         \
	}

const struct row compat_rows[] = {
	ROW("int", "compat_one", "int", run_int),
	ROW("int, 12 char", "compat_string", "int, 12 char", run_string),
	ROW("6 mixed", "compat_mixed", "6 mixed", run_mixed),
	{0},
};
