// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "rows.h"
#include "work.h"

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

static NOINLINE void first(int i)
{
	lttng_ust_tracepoint(bench, one, i);
}

static double time_first(long n)
{
	return bench_first(first, n);
}

static double time_sparse(long n)
{
	return bench_sparse(first, n);
}

const struct row lttng_rows[] = {
	{.name = "LTTng: disabled", .run = run_disabled, .n = NR_EVENTS},
	{.name = "LTTng: int", .event = "bench:one", .run = run_int, .n = NR_EVENTS},
	{.name = "LTTng: int, 12 char", .event = "bench:string", .run = run_string, .n = NR_EVENTS},
	{.name = "LTTng: 6 mixed", .event = "bench:mixed", .run = run_mixed, .n = NR_EVENTS},
	{.name = "LTTng: int, 255 char", .event = "bench:large", .run = run_large, .n = NR_LARGE},
	{0},
};

const struct row lttng_path_rows[] = {
	{.name = "LTTng: int", .event = "bench:one", .run = run_int, .n = NR_EVENTS},
	{.name = "LTTng: first of a thread",
	 .event = "bench:one",
	 .timed = time_first,
	 .n = NR_FIRST},
	{.name = "LTTng: sparse",
	 .event = "bench:one",
	 .timed = time_sparse,
	 .n = NR_SPARSE,
	 .base = "sparse: nothing"},
	{0},
};

#define LOOP(work)                                                                                 \
	static NOINLINE void run_##work(long n)                                                    \
	{                                                                                          \
		uint64_t x = 1;                                                                    \
                                                                                                   \
		for (long i = 0; i < n; i++) {                                                     \
			x = work(x);                                                               \
			lttng_ust_tracepoint(bench, one, (int)i);                                  \
		}                                                                                  \
		bench_sink = x;                                                                    \
	}

BENCH_WORKS(LOOP)

#define ROW(work)                                                                                  \
	{.name = "LTTng in " #work,                                                                \
	 .event = "bench:one",                                                                     \
	 .run = run_##work,                                                                        \
	 .n = NR_WORK,                                                                             \
	 .base = #work " alone"},

const struct row lttng_work_rows[] = {BENCH_WORKS(ROW){0}};

#else

const struct row lttng_rows[] = {{0}}, lttng_path_rows[] = {{0}}, lttng_work_rows[] = {{0}};

#endif
