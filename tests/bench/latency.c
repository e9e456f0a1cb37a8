// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cost of one event: every row of rows.c and rows-lttng.c in turn, many short repetitions of each,
 *in one process, so that all share the clock's frequency and the machine's mood. Run by latency.py,
 * which starts the sessions that the events go to.
 *
 *	latency THREADS REPETITIONS
 *
 * Prints one JSON object a line: for each row its name, event, peer, events recorded and, for each
 * thread's repetitions together, min_ns and median_ns.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rows.h"

#define MAX_ROWS 32
#define MAX_THREADS 2
#define WARM_UP 3
#define PAUSE_US 1000

const char *bench_short = "hello world!", *bench_long;

static struct row rows[MAX_ROWS];
static int nr_rows, nr_threads, nr_reps;
static double ticks_per_ns;
static double *samples[MAX_THREADS]; /* [row * nr_reps + repetition], ns an iteration */
static volatile int arrived[MAX_THREADS];

static unsigned long long ticks(void)
{
	unsigned long long t;

	__builtin_ia32_lfence();
	t = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return t;
}

static double monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void calibrate(void)
{
	double start_ns = monotonic_ns();
	unsigned long long start = ticks();

	while (monotonic_ns() - start_ns < 1e8)
		;
	ticks_per_ns = (ticks() - start) / (monotonic_ns() - start_ns);
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		perror("sched_setaffinity");
}

/* The threads run the same row at the same time. */
static void meet(int me, int round)
{
	__atomic_store_n(&arrived[me], round, __ATOMIC_RELEASE);
	for (int i = 0; i < nr_threads; i++)
		while (__atomic_load_n(&arrived[i], __ATOMIC_ACQUIRE) < round)
			__builtin_ia32_pause();
}

static void *work(void *arg)
{
	int me = (long)arg, round = 0;

	/* The last CPU first: the first one gets most interrupts. */
	pin(sysconf(_SC_NPROCESSORS_ONLN) - 1 - me);
	for (int rep = -WARM_UP; rep < nr_reps; rep++) {
		for (int k = 0; k < nr_rows; k++) {
			int row = (k + rep + WARM_UP) % nr_rows;
			unsigned long long start, end;

			/* Time for the readers, while nothing is measured. */
			if (rows[row].event)
				usleep(PAUSE_US);
			meet(me, ++round);
			start = ticks();
			rows[row].run(rows[row].n);
			end = ticks();
			if (rep >= 0)
				samples[me][row * nr_reps + rep] =
					(end - start) / ticks_per_ns / rows[row].n;
		}
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void print_string(const char *key, const char *value)
{
	if (value)
		printf("\"%s\":\"%s\",", key, value);
	else
		printf("\"%s\":null,", key);
}

static void print_row(int row)
{
	double min_ns = 0, median_ns = 0;

	for (int i = 0; i < nr_threads; i++) {
		double *s = samples[i] + row * nr_reps;

		qsort(s, nr_reps, sizeof(*s), compare);
		min_ns += s[0] / nr_threads;
		median_ns += s[nr_reps / 2] / nr_threads;
	}
	printf("{");
	print_string("row", rows[row].name);
	print_string("event", rows[row].event);
	print_string("peer", rows[row].peer);
	printf("\"events\":%ld,\"min_ns\":%.3f,\"median_ns\":%.3f}\n",
	       rows[row].event ? rows[row].n * (nr_reps + WARM_UP) * nr_threads : 0, min_ns,
	       median_ns);
}

int main(int argc, char **argv)
{
	pthread_t threads[MAX_THREADS];
	char text[256];

	nr_threads = argc > 1 ? atoi(argv[1]) : 1;
	nr_reps = argc > 2 ? atoi(argv[2]) : 200;
	if (nr_threads < 1 || nr_threads > MAX_THREADS || nr_reps < 1) {
		fprintf(stderr, "usage: latency THREADS(1-%d) REPETITIONS\n", MAX_THREADS);
		return 2;
	}
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	bench_long = text;
	for (int i = 0; ust_rows[i].name; i++)
		rows[nr_rows++] = ust_rows[i];
	for (int i = 0; lttng_rows[i].name; i++)
		rows[nr_rows++] = lttng_rows[i];
	calibrate();
	for (int i = 0; i < nr_threads; i++) {
		samples[i] = calloc(nr_rows * nr_reps, sizeof(*samples[i]));
		if (!samples[i])
			return 1;
	}
	for (long i = 0; i < nr_threads; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < nr_threads; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < nr_rows; i++)
		print_row(i);
	return 0;
}
