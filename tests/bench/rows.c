// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <stdint.h>

#include <ust/marker.h>
#include <ust/tracepoint.h>

#include "rows.h"

static volatile uint64_t sink;

static NOINLINE void run_empty(long n)
{
	for (long i = 0; i < n; i++)
		__asm__ __volatile__("");
}

static NOINLINE void run_rdtsc(long n)
{
	for (long i = 0; i < n; i++)
		sink = __builtin_ia32_rdtsc();
}

static NOINLINE void run_int(long n)
{
	for (long i = 0; i < n; i++)
		UST_EVENT(bench, one, UST_F(v, (int)i));
}

static NOINLINE void run_string(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		UST_EVENT(bench, string, UST_F(v, (int)i), UST_STR(s, s));
	}
}

static NOINLINE void run_mixed(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		UST_EVENT(bench, mixed, UST_F(a, (int)i), UST_F(b, (unsigned long)i), UST_F(c, 1.5),
			  UST_F(d, (unsigned short)i), UST_F(e, (unsigned char)i), UST_STR(s, s));
	}
}

static NOINLINE void run_large(long n)
{
	const char *s = bench_long;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		UST_EVENT(bench, large, UST_F(v, (int)i), UST_STR(s, s));
	}
}

static NOINLINE void run_mark_int(long n)
{
	for (long i = 0; i < n; i++)
		trace_mark(bench, mark_one, "v %d", (int)i);
}

static NOINLINE void run_mark_string(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		trace_mark(bench, mark_string, "v %d s %s", (int)i, s);
	}
}

static NOINLINE void run_mark_mixed(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		trace_mark(bench, mark_mixed, "a %d b %lu c %f d %hu e %hhu s %s", (int)i,
			   (unsigned long)i, 1.5, (unsigned short)i, (unsigned char)i, s);
	}
}

static NOINLINE void run_mark_large(long n)
{
	const char *s = bench_long;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		trace_mark(bench, mark_large, "v %d s %s", (int)i, s);
	}
}

/* Of another provider, which the session does not enable. */
static NOINLINE void run_disabled(long n)
{
	for (long i = 0; i < n; i++)
		UST_EVENT(bench_off, one, UST_F(v, (int)i));
}

const struct row ust_rows[] = {
	{"empty loop", NULL, NULL, run_empty, NR_EVENTS},
	{"rdtsc", NULL, NULL, run_rdtsc, NR_EVENTS},
	{"event: disabled", NULL, "LTTng: disabled", run_disabled, NR_EVENTS},
	{"event: int", "bench:one", "LTTng: int", run_int, NR_EVENTS},
	{"event: int, 12 char", "bench:string", "LTTng: int, 12 char", run_string, NR_EVENTS},
	{"event: 6 mixed", "bench:mixed", "LTTng: 6 mixed", run_mixed, NR_EVENTS},
	{"event: int, 255 char", "bench:large", "LTTng: int, 255 char", run_large, NR_LARGE},
	{"mark: int", "bench:mark_one", "LTTng: int", run_mark_int, NR_EVENTS},
	{"mark: int, 12 char", "bench:mark_string", "LTTng: int, 12 char", run_mark_string,
	 NR_EVENTS},
	{"mark: 6 mixed", "bench:mark_mixed", "LTTng: 6 mixed", run_mark_mixed, NR_EVENTS},
	{"mark: int, 255 char", "bench:mark_large", "LTTng: int, 255 char", run_mark_large,
	 NR_LARGE},
	{0},
};
