/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock that everything is timed with, and medians. */
#ifndef UST_BENCH_MEASURE_H
#define UST_BENCH_MEASURE_H

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static inline unsigned long long bench_ticks(void)
{
	unsigned long long t;

	__builtin_ia32_lfence();
	t = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return t;
}

static inline double bench_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static inline double bench_ticks_per_ns(void)
{
	double start_ns = bench_ns(CLOCK_MONOTONIC);
	unsigned long long start = bench_ticks();

	while (bench_ns(CLOCK_MONOTONIC) - start_ns < 1e8)
		;
	return (bench_ticks() - start) / (bench_ns(CLOCK_MONOTONIC) - start_ns);
}

/* The last CPU is number 0: the machine's first one gets most interrupts. */
static inline void bench_pin(int number)
{
	int nr = (int)sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(nr - 1 - number % nr, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		perror("sched_setaffinity");
}

static inline int bench_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Sorts them. */
static inline double bench_median(double *samples, long n)
{
	qsort(samples, n, sizeof(*samples), bench_compare);
	return samples[n / 2];
}

/*
 * The mean of all but the largest tenth, which an interrupt fell into. For single events: on some
 * machines the counter moves on by 10 ns at once, and only means are finer than that.
 */
static inline double bench_mean(double *samples, long n)
{
	long most = n - n / 10;
	double sum = 0;

	qsort(samples, n, sizeof(*samples), bench_compare);
	for (long i = 0; i < most; i++)
		sum += samples[i];
	return sum / most;
}

#endif /* UST_BENCH_MEASURE_H */
