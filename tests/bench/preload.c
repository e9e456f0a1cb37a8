/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that interposition libraries stand in front of, timed from outside: what differs between
 * two runs is theirs. One JSON line for each row: the median of many batches.
 *
 *	bench-preload BATCHES
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>

#include "measure.h"

#define CALLS 1000
#define BATCHES_MAX 100000

int bench_called(int number, void *pointer);

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static double samples[BATCHES_MAX];
static volatile int fd;

static void pair(void)
{
	/* The compiler may not know that nobody looks at it. */
	void *volatile p = malloc(64);

	free(p);
}

static void lock(void)
{
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
}

static void transfer(void)
{
	char c;

	if (read(fd, &c, 1) != 1)
		abort();
}

static void call(void)
{
	bench_called(1, &mutex);
}

static const struct {
	const char *name;
	void (*run)(void);
} rows[] = {
	{"malloc+free", pair},
	{"mutex lock+unlock", lock},
	{"read 1 byte", transfer},
	{"call", call},
};

int main(int argc, char **argv)
{
	long nr = argc > 1 ? strtol(argv[1], NULL, 0) : 1000, batch;
	double per_ns = bench_ticks_per_ns();
	unsigned int row, i;

	if (nr < 1 || nr > BATCHES_MAX)
		return 2;
	fd = open("/dev/zero", O_RDONLY);
	bench_pin(0);
	for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		for (batch = 0; batch < nr; batch++) {
			unsigned long long start = bench_ticks();

			for (i = 0; i < CALLS; i++)
				rows[row].run();
			samples[batch] = (double)(bench_ticks() - start) / per_ns / CALLS;
		}
		printf("{\"row\": \"%s\", \"median_ns\": %.2f}\n", rows[row].name,
		       bench_median(samples, nr));
	}
	return 0;
}
