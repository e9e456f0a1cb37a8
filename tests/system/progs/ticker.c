/* SPDX-License-Identifier: GPL-2.0-only */
/* ticker [SECONDS]: one event each millisecond, until it is killed or the time is over. */
#include <stdlib.h>
#include <time.h>

#include <ust/tracepoint.h>

int main(int argc, char **argv)
{
	long left = argc > 1 ? (long)(atof(argv[1]) * 1000) : -1;
	struct timespec ts = {.tv_nsec = 1000000};
	unsigned long n = 0;

	while (left-- != 0) {
		UST_EVENT(ticker, tick, n);
		n++;
		if (nanosleep(&ts, NULL))
			return 1;
	}
	return 0;
}
