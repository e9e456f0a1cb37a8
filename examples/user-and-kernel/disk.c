// SPDX-License-Identifier: GPL-2.0-only
/*
 * disk FILE: writes records and has them on the disk before it goes on. What a write costs is told by
 * the program (disk:save, from its begin to its end) and by the kernel, on one time line.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ust/tracepoint.h>

#define RECORDS 20

static int save(int fd, const char *record, size_t len, int number)
{
	int ok;

	UST_EVENT(disk, save_begin, number, len);
	ok = write(fd, record, len) == (ssize_t)len && fdatasync(fd) == 0;
	UST_EVENT(disk, save_end, number, ok);
	return ok;
}

int main(int argc, char **argv)
{
	char record[16384];
	int fd, i;

	if (argc != 2) {
		fprintf(stderr, "usage: disk FILE\n");
		return 2;
	}
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	for (i = 0; i < RECORDS; i++) {
		memset(record, 'a' + i, sizeof(record));
		if (!save(fd, record, sizeof(record), i)) {
			perror(argv[1]);
			return 1;
		}
	}
	close(fd);
	unlink(argv[1]);
	printf("%d records are on the disk\n", RECORDS);
	return 0;
}
