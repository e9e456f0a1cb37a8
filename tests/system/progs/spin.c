/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spin MILLISECONDS: reads the clock without pause and prints the longest time between two readings
 * in microseconds, and how long it had the CPU meanwhile: what is missing of that it waited for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
	double end, last, longest = 0, cpu;

	if (argc != 2)
		return 2;
	puts("ready");
	fflush(stdout);
	last = now(CLOCK_MONOTONIC);
	end = last + atof(argv[1]) * 1000;
	cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	while (last < end) {
		double t = now(CLOCK_MONOTONIC);

		if (t - last > longest)
			longest = t - last;
		last = t;
	}
	cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	printf("%.0f %.0f\n", longest, cpu);
	return 0;
}
