/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program under test has recorded so far, in a file that outlives it: the driver reads the
 * numbers after the program was killed, too. A number is raised after the event was recorded, so
 * the trace holds at least that many, and at most one more for each thread.
 */
#ifndef TESTS_COUNTS_H
#define TESTS_COUNTS_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNTS_MAX 512

/* @path is created if it is missing. */
static inline volatile uint64_t *counts_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *map;

	if (fd < 0 || ftruncate(fd, COUNTS_MAX * sizeof(uint64_t)) < 0) {
		perror(path);
		exit(2);
	}
	map = mmap(NULL, COUNTS_MAX * sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		perror(path);
		exit(2);
	}
	close(fd);
	return map;
}

#endif /* TESTS_COUNTS_H */
