// SPDX-License-Identifier: GPL-2.0-only
#include "work.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <ust/clock.h>
#include <ust/tracepoint.h>

#include "measure.h"
#include "rows.h"

#define MAX_SAMPLES 64
#define CODE_SIZE (128 << 10)
#define STREAM_SIZE (256u << 20)
#define SPARSE_US 10

uint64_t bench_l1[512];
uint32_t *bench_chain;
char bench_from[8192], bench_to[8192];
volatile uint64_t bench_sink;

static unsigned char *code, *stream;
static size_t stream_at;
static unsigned long long sparse_ticks;

/* Sattolo's shuffle: one cycle. */
static void make_chain(void)
{
	uint32_t n = BENCH_BIG / sizeof(*bench_chain);

	for (uint32_t i = 0; i < n; i++)
		bench_chain[i] = i;
	for (uint32_t i = n - 1; i; i--) {
		uint32_t j = (uint32_t)((((uint64_t)rand() << 16) ^ (uint64_t)rand()) % i);
		uint32_t other = bench_chain[i];

		bench_chain[i] = bench_chain[j];
		bench_chain[j] = other;
	}
}

static void *map(size_t size, int prot)
{
	void *p =
		mmap(NULL, size, PROT_READ | PROT_WRITE | prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* A jump to the next cache line in each: all of it goes through the instruction cache. */
static int make_code(void)
{
	code = map(CODE_SIZE + 64, PROT_EXEC);
	if (!code)
		return -1;
	memset(code, 0x90, CODE_SIZE);
	for (size_t i = 0; i < CODE_SIZE; i += 64) {
		code[i] = 0xeb;
		code[i + 1] = 62;
	}
	code[CODE_SIZE] = 0xc3;
	return 0;
}

int bench_work_init(void)
{
	bench_chain = map(2 * BENCH_BIG, 0);
	stream = map(STREAM_SIZE, 0);
	if (!bench_chain || !stream || make_code())
		return -1;
	make_chain();
	memset(stream, 1, STREAM_SIZE);
	sparse_ticks = (unsigned long long)(bench_ticks_per_ns() * SPARSE_US * 1000);
	return 0;
}

static void use_caches(void)
{
	unsigned long long end = bench_ticks() + sparse_ticks;
	uint64_t sum = 0;

	((void (*)(void))code)();
	do {
		for (int i = 0; i < 32; i++) {
			volatile uint64_t *p = (volatile uint64_t *)(stream + stream_at);

			sum += p[0];
			p[1] = sum;
			stream_at = (stream_at + 64) & (STREAM_SIZE - 1);
		}
	} while (bench_ticks() < end);
	bench_sink = sum;
}

static double one(void (*f)(int), int i)
{
	unsigned long long start;

	HIDE(f);
	start = bench_ticks();
	f(i);
	return (double)(bench_ticks() - start);
}

double bench_sparse(void (*f)(int), long n)
{
	double samples[MAX_SAMPLES];

	for (long i = 0; i < n; i++) {
		use_caches();
		samples[i] = one(f, (int)i);
	}
	return bench_mean(samples, n);
}

struct first {
	void (*f)(int);
	double ticks;
};

static NOINLINE void nothing(int i)
{
	(void)i;
	__asm__ __volatile__("");
}

static void *thread(void *arg)
{
	struct first *first = arg;

	one(nothing, 0);
	first->ticks = one(first->f, 0) - one(nothing, 0);
	return NULL;
}

double bench_first(void (*f)(int), long n)
{
	double samples[MAX_SAMPLES];

	for (long i = 0; i < n; i++) {
		struct first first = {.f = f};
		pthread_t id;

		if (pthread_create(&id, NULL, thread, &first) == 0)
			pthread_join(id, NULL);
		samples[i] = first.ticks;
	}
	return bench_mean(samples, n);
}

static NOINLINE void read_clock(int i)
{
	(void)i;
	bench_sink = __builtin_ia32_rdtsc();
}

static NOINLINE void event(int i)
{
	UST_EVENT(bench, one, UST_F(v, i));
}

static double time_first_ust(long n)
{
	return bench_first(event, n);
}

static double time_sparse_nothing(long n)
{
	return bench_sparse(nothing, n);
}

static double time_sparse_rdtsc(long n)
{
	return bench_sparse(read_clock, n);
}

static double time_sparse_ust(long n)
{
	return bench_sparse(event, n);
}

static NOINLINE void run_plain_int(long n)
{
	for (long i = 0; i < n; i++)
		UST_EVENT(bench, one, UST_F(v, (int)i));
}

static NOINLINE void run_ordered_rdtsc(long n)
{
	for (long i = 0; i < n; i++) {
		__builtin_ia32_lfence();
		bench_sink = __builtin_ia32_rdtsc();
	}
}

/*
 * The strictly ordered clock, in the session that the other rows have: the event goes through a copy
 * of the instance that the session gave to bench:one, with the flag set.
 */
static struct ust_event_inst strict_inst;
static struct ust_site_state strict_state;
extern const char sites_begin[] __asm__("__start_" UST_SITE_SECTION);
extern const char sites_end[] __asm__("__stop_" UST_SITE_SECTION);

int bench_path_init(void)
{
	const struct ust_site_rec *rec;

	for (const char *p = sites_begin; p < sites_end; p += rec->size) {
		const struct ust_site_state *state;

		rec = (const struct ust_site_rec *)p;
		state = (const struct ust_site_state *)((const char *)&rec->state + rec->state);
		if (strcmp((const char *)&rec->name + rec->name, "one") != 0 || !state->inst)
			continue;
		strict_state = *state;
		strict_inst = *(const struct ust_event_inst *)state->inst;
		strict_inst.shift |= UST_INST_STRICT;
		strict_state.inst = &strict_inst;
		return 0;
	}
	return -1;
}

static NOINLINE void run_strict(long n)
{
#if UST_FUSED
	for (long i = 0; i < n; i++)
		ust_fused_words1(&strict_state, (uint32_t)i, 4);
#endif
}

static NOINLINE void run_clock_read(long n)
{
	for (long i = 0; i < n; i++)
		bench_sink = ust_clock_read();
}

const struct row path_rows[] = {
	{.name = "ust_clock_read()", .run = run_clock_read, .n = NR_EVENTS},
	{.name = "event: int",
	 .event = "bench:one",
	 .peer = "LTTng: int",
	 .run = run_plain_int,
	 .n = NR_EVENTS},
	{.name = "lfence; rdtsc", .run = run_ordered_rdtsc, .n = NR_EVENTS},
	{.name = "strict clock: int",
	 .event = "bench:one",
	 .peer = "LTTng: int",
	 .run = run_strict,
	 .n = NR_EVENTS},
	{.name = "first of a thread",
	 .event = "bench:one",
	 .peer = "LTTng: first of a thread",
	 .timed = time_first_ust,
	 .n = NR_FIRST},
	{.name = "sparse: nothing", .timed = time_sparse_nothing, .n = NR_SPARSE},
	{.name = "sparse: rdtsc",
	 .timed = time_sparse_rdtsc,
	 .n = NR_SPARSE,
	 .base = "sparse: nothing"},
	{.name = "sparse: int",
	 .event = "bench:one",
	 .peer = "LTTng: sparse",
	 .timed = time_sparse_ust,
	 .n = NR_SPARSE,
	 .base = "sparse: nothing"},
	{0},
};

#define LOOP(work, what, ...)                                                                      \
	static NOINLINE void run_##work##_##what(long n)                                           \
	{                                                                                          \
		uint64_t x = 1;                                                                    \
                                                                                                   \
		for (long i = 0; i < n; i++) {                                                     \
			x = work(x);                                                               \
			__VA_ARGS__;                                                               \
		}                                                                                  \
		bench_sink = x;                                                                    \
	}
#define LOOPS(work)                                                                                \
	LOOP(work, alone, )                                                                        \
	LOOP(work, rdtsc, bench_sink = __builtin_ia32_rdtsc())                                     \
	LOOP(work, event, UST_EVENT(bench, one, UST_F(v, (int)i)))

BENCH_WORKS(LOOPS)

#define ROWS(work)                                                                                 \
	{.name = #work " alone", .run = run_##work##_alone, .n = NR_WORK},                         \
		{.name = "rdtsc in " #work,                                                        \
		 .run = run_##work##_rdtsc,                                                        \
		 .n = NR_WORK,                                                                     \
		 .base = #work " alone"},                                                          \
		{.name = "event in " #work,                                                        \
		 .event = "bench:one",                                                             \
		 .peer = "LTTng in " #work,                                                        \
		 .run = run_##work##_event,                                                        \
		 .n = NR_WORK,                                                                     \
		 .base = #work " alone"},

const struct row work_rows[] = {BENCH_WORKS(ROWS){0}};
