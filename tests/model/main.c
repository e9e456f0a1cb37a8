// SPDX-License-Identifier: GPL-2.0-only
/*
 *	model [-q | -v] [NAME...]
 *
 * Explores the scenarios, all but the long ones or those whose name begins with one of the
 *arguments, and prints how much there was of each. Exit status 1 and a schedule if something does
 *not hold.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "model.h"
#include "scenario.h"

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int wanted(const struct scenario *s, int argc, char **argv)
{
	int i, any = 0;

	for (i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			continue;
		any = 1;
		if (!strncmp(s->name, argv[i], strlen(argv[i])))
			return 1;
	}
	return !any && !s->long_run;
}

int main(int argc, char **argv)
{
	int quiet = argc > 1 && !strcmp(argv[1], "-q");
	int verbose = argc > 1 && !strcmp(argv[1], "-v");
	const struct scenario *s;
	uint64_t states = 0, runs = 0, nr = 0;
	double schedules = 0, start = seconds();

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (s = scenarios; s->name; s++) {
		struct sched_result sum = {0}, one;
		double begin = seconds();
		uint32_t offset;
		int tso;

		if (!wanted(s, argc, argv))
			continue;
		nr++;
		for (offset = s->from; offset <= s->to; offset += s->step ? s->step : 1) {
			for (tso = s->tso_only; tso <= !s->weak_only; tso++) {
				scenario_run(s, offset, tso, quiet, &one);
				runs++;
				if (verbose)
					printf("  %s from %u, %s: %llu states\n", s->name, offset,
					       tso ? "tso" : "weak",
					       (unsigned long long)one.states);
				sum.states += one.states;
				sum.ends += one.ends;
				sum.schedules += one.schedules;
			}
		}
		states += sum.states;
		schedules += sum.schedules;
		if (!quiet)
			printf("%-24s %9llu states %8llu ends %10.3g interleavings %6.2f s\n",
			       s->name, (unsigned long long)sum.states,
			       (unsigned long long)sum.ends, sum.schedules, seconds() - begin);
	}
	printf("%llu scenarios, %llu runs, %llu states, %.3g interleavings, %.1f s\n",
	       (unsigned long long)nr, (unsigned long long)runs, (unsigned long long)states,
	       schedules, seconds() - start);
	return 0;
}
