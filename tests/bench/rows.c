// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <stdint.h>

#include <ust/class.h>
#include <ust/marker.h>
#include <ust/span.h>
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

UST_EVENT_CLASS(of_int, (int v), v);
UST_EVENT_CLASS(of_string, (int v, const char *s), v, UST_STR(s, s));

static NOINLINE void run_class_int(long n)
{
	for (long i = 0; i < n; i++)
		UST_CLASS_EVENT(of_int, bench, class_one, (int)i);
}

static NOINLINE void run_class_string(long n)
{
	const char *s = bench_short;

	for (long i = 0; i < n; i++) {
		HIDE(s);
		UST_CLASS_EVENT(of_string, bench, class_string, (int)i, s);
	}
}

/* Two events: it begins and ends. */
static NOINLINE void run_span(long n)
{
	for (long i = 0; i < n; i++) {
		UST_SPAN(bench, span);
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

const struct row common_rows[] = {
	{.name = "empty loop", .run = run_empty, .n = NR_EVENTS},
	{.name = "rdtsc", .run = run_rdtsc, .n = NR_EVENTS},
	{0},
};

#define ROW(NAME, EVENT, PEER, RUN, N)                                                             \
	{                                                                                          \
		.name = NAME, .event = "bench:" EVENT, .peer = "LTTng: " PEER, .run = RUN, .n = N  \
	}

const struct row ust_rows[] = {
	{.name = "event: disabled", .peer = "LTTng: disabled", .run = run_disabled, .n = NR_EVENTS},
	ROW("event: int", "one", "int", run_int, NR_EVENTS),
	ROW("event: int, 12 char", "string", "int, 12 char", run_string, NR_EVENTS),
	ROW("event: 6 mixed", "mixed", "6 mixed", run_mixed, NR_EVENTS),
	ROW("event: int, 255 char", "large", "int, 255 char", run_large, NR_LARGE),
	ROW("class: int", "class_one", "int", run_class_int, NR_EVENTS),
	ROW("class: int, 12 char", "class_string", "int, 12 char", run_class_string, NR_EVENTS),
	{.name = "span", .event = "bench:span_begin", .run = run_span, .n = NR_EVENTS / 2},
	ROW("mark: int", "mark_one", "int", run_mark_int, NR_EVENTS),
	ROW("mark: int, 12 char", "mark_string", "int, 12 char", run_mark_string, NR_EVENTS),
	ROW("mark: 6 mixed", "mark_mixed", "6 mixed", run_mark_mixed, NR_EVENTS),
	ROW("mark: int, 255 char", "mark_large", "int, 255 char", run_mark_large, NR_LARGE),
	{0},
};
