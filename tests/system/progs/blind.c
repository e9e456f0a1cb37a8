/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * blind: closes the descriptors that it thinks nobody has, as shells do, and then counts on those it
 * opens itself, until its standard input ends. Prints "right", or what was wrong.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST 3
#define LAST 7

int main(void)
{
	struct pollfd end = {.fd = 0, .events = POLLIN};
	struct timespec ts = {.tv_nsec = 2000000};
	int fds[2], i, round;
	char byte;

	puts("ready");
	fflush(stdout);
	for (round = 0; !poll(&end, 1, 0); round++) {
		for (i = FIRST; i <= LAST; i++)
			close(i);
		if (pipe(fds)) {
			printf("round %d: pipe: %s\n", round, strerror(errno));
			return 1;
		}
		/* Between the two somebody else's close() could come. */
		nanosleep(&ts, NULL);
		if (write(fds[1], "x", 1) != 1 || read(fds[0], &byte, 1) != 1 || close(fds[0]) ||
		    close(fds[1])) {
			printf("round %d, descriptors %d and %d: %s\n", round, fds[0], fds[1],
			       strerror(errno));
			return 1;
		}
	}
	puts("right");
	return 0;
}
