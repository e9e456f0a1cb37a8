/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * closer COUNTS HOW
 *
 * Records 1000 events, does what daemons do to their surroundings, records 1000 more.
 *   close    closes every descriptor above 2
 *   daemon   daemon(3): forks, the parent ends, the child goes on
 *   chdir    chroots to / and changes directory, drops to another user
 */
#include <sys/types.h>

#include "counts.h"
#include "shapes.h"

int main(int argc, char **argv)
{
	volatile uint64_t *counts;
	uint64_t seq;
	int fd;

	if (argc != 3)
		return 2;
	counts = counts_open(argv[1]);
	shapes_init();
	for (seq = 0; seq < 2000; seq++) {
		if (seq == 1000) {
			if (strcmp(argv[2], "close") == 0)
				for (fd = 3; fd < 1024; fd++)
					close(fd);
			if (strcmp(argv[2], "daemon") == 0 && daemon(1, 1))
				return 3;
			if (strcmp(argv[2], "chdir") == 0 &&
			    (chroot("/") || chdir("/") || setgid(65534) || setuid(65534)))
				return 4;
		}
		shapes_record(0, seq);
		counts[0] = seq + 1;
	}
	return 0;
}
