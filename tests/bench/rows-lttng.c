// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "rows.h"

#ifdef UST_BENCH_LTTNG

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "provider.h"

static NOINLINE void run_disabled(long n)
{
	for (long i = 0; i < n; i++)
		lttng_ust_tracepoint(bench, disabled, (int)i);
}

static NOINLINE void run_int(long n)
{
	for (long i = 0; i < n; i++)
		lttng_ust_tracepoint(bench, one, (int)i);
}

static NOINLINE void run_string(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		lttng_ust_tracepoint(bench, string, (int)i, s);
	}
}

static NOINLINE void run_mixed(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		lttng_ust_tracepoint(bench, mixed, (int)i, (unsigned long)i, 1.5, (unsigned short)i,
				     (unsigned char)i, s);
	}
}

static NOINLINE void run_large(long n)
{
	const char *s = bench_long;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		lttng_ust_tracepoint(bench, large, (int)i, s);
	}
}

const struct row lttng_rows[] = {
	{"LTTng: disabled", NULL, NULL, run_disabled, NR_EVENTS},
	{"LTTng: int", "bench:one", NULL, run_int, NR_EVENTS},
	{"LTTng: int, 12 char", "bench:string", NULL, run_string, NR_EVENTS},
	{"LTTng: 6 mixed", "bench:mixed", NULL, run_mixed, NR_EVENTS},
	{"LTTng: int, 255 char", "bench:large", NULL, run_large, NR_LARGE},
	{0},
};

#else

const struct row lttng_rows[] = {{0}};

#endif
