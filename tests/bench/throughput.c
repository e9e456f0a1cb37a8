// SPDX-License-Identifier: GPL-2.0-only
/*
 * Producers that record as fast as they can. Run by throughput.py.
 *
 *	throughput ust|lttng THREADS EVENTS
 *
 * Prints the seconds that the slowest of the threads needed for EVENTS events of one int each.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "rows.h"

#define MAX_THREADS 64

const char *bench_short = "hello world!", *bench_long = "";

static const struct row *row;
static long nr_events;
static pthread_barrier_t barrier;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void *work(void *arg)
{
	(void)arg;
	pthread_barrier_wait(&barrier);
	row->run(nr_events);
	return NULL;
}

int main(int argc, char **argv)
{
	int nr_threads = argc > 2 ? atoi(argv[2]) : 1;
	pthread_t threads[MAX_THREADS];
	double start;

	row = argc > 1 && !strcmp(argv[1], "lttng") ? lttng_rows : ust_rows;
	while (row->name && (!row->event || strcmp(row->event, "bench:one") != 0))
		row++;
	nr_events = argc > 3 ? atol(argv[3]) : 10000000;
	if (!row->name || nr_threads < 1 || nr_threads > MAX_THREADS) {
		fprintf(stderr, "usage: throughput ust|lttng THREADS EVENTS\n");
		return 2;
	}
	pthread_barrier_init(&barrier, NULL, nr_threads + 1);
	for (int i = 0; i < nr_threads; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	pthread_barrier_wait(&barrier);
	start = now();
	for (int i = 0; i < nr_threads; i++)
		pthread_join(threads[i], NULL);
	printf("%.9f\n", now() - start);
	return 0;
}
