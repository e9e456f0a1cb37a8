// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program with 10 000 events and 4 busy threads that pass them now and then. Run by sites.py.
 * Prints the ids of its threads and ends with its input.
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "measure.h"
#include "sites-many.h"

#define NR_THREADS 4
#define WORK_NS 500000.0

static void *work(void *arg)
{
	unsigned int i = (unsigned int)(long)arg * 17;

	printf("%d\n", (int)gettid());
	fflush(stdout);
	for (;;) {
		double end = bench_ns(CLOCK_MONOTONIC) + WORK_NS;

		while (bench_ns(CLOCK_MONOTONIC) < end)
			;
		functions[i % NR_FUNCTIONS]((int)i);
		i++;
	}
	return NULL;
}

int main(void)
{
	pthread_t thread;

	printf("%d\n", (int)gettid());
	for (long i = 0; i < NR_THREADS; i++)
		pthread_create(&thread, NULL, work, (void *)i);
	while (getchar() != EOF)
		;
	return 0;
}
