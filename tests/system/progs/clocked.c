/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clocked ROUNDS PAUSE_US: events that hold CLOCK_REALTIME as read before them and behind the one in
 * front. What the trace says of an event's time must lie between the two. A last line on standard
 * output, and events that follow, when a line comes on standard input.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <ust/marker.h>

static unsigned long long realtime(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (unsigned long long)ts.tv_sec * 1000000000 + (unsigned long long)ts.tv_nsec;
}

static void rounds(long nr, long pause_us)
{
	unsigned long long before, after = 0;

	while (nr-- > 0) {
		before = realtime();
		trace_mark(clocked, now, "before %llu after_last %llu", before, after);
		after = realtime();
		if (pause_us)
			usleep((unsigned int)pause_us);
	}
}

int main(int argc, char **argv)
{
	long nr = argc > 1 ? atol(argv[1]) : 1000, pause_us = argc > 2 ? atol(argv[2]) : 0;
	char line[16];

	rounds(nr, pause_us);
	puts("done");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		rounds(nr, pause_us);
	return 0;
}
