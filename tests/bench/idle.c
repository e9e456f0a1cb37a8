// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program pays that is linked with libust and not traced. Built without libust, with the
 * shared library, and with the static one; only in the last can a constructor stand directly in
 * front of libust's, and one directly behind. Run by idle.py; prints one JSON object.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double before_us, after_us;

static double now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

/* libust's constructor has priority 101. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wprio-ctor-dtor"
#endif
static __attribute__((constructor(100))) void before(void)
{
	before_us = now_us();
}

static __attribute__((constructor(102))) void after(void)
{
	after_us = now_us();
}

static long status(const char *key)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	long value = -1;

	while (file && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, key, strlen(key)))
			sscanf(line + strlen(key), ": %ld", &value);
	}
	if (file)
		fclose(file);
	return value;
}

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int nr = 0;

	while (dir && readdir(dir))
		nr++;
	if (dir)
		closedir(dir);
	/* Without ".", ".." and the directory itself. */
	return nr - 3;
}

int main(int argc, char **argv)
{
	(void)argv;
	/* For whatever libust does after main() has begun. */
	if (argc > 1)
		usleep(100000);
	printf("{\"constructor_us\":%.1f,\"rss_kib\":%ld,\"anon_kib\":%ld,\"threads\":%ld,"
	       "\"fds\":%d}\n",
	       after_us - before_us, status("VmRSS"), status("RssAnon"), status("Threads"),
	       count_fds());
	return 0;
}
