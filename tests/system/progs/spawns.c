/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * spawns COUNTS ROUNDS
 *
 * Records between vfork + exec, posix_spawn and system. What is executed is this program again (as
 * "spawns COUNTS child THREAD", which records 10 events and executes itself once more to record 10
 * more) or /bin/true, which has no sites.
 */
#include <spawn.h>
#include <sys/wait.h>

#include "counts.h"
#include "shapes.h"

extern char **environ;

static volatile uint64_t *counts;

static void record(uint32_t thr, uint64_t nr)
{
	uint64_t i;

	for (i = 0; i < nr; i++) {
		shapes_record(thr, counts[thr]);
		counts[thr]++;
	}
}

static int child(char **argv, int again)
{
	uint32_t thr = (uint32_t)strtoul(argv[3], NULL, 0);
	char *next[] = {argv[0], argv[1], (char *)"again", argv[3], NULL};

	record(thr, 10);
	if (again)
		execv("/proc/self/exe", next);
	return again;
}

static int by_vfork(char **argv)
{
	pid_t pid = vfork();
	int status;

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || status;
}

static int by_spawn(char **argv)
{
	int status;
	pid_t pid;

	if (posix_spawn(&pid, argv[0], NULL, NULL, argv, environ))
		return 1;
	return waitpid(pid, &status, 0) != pid || status;
}

int main(int argc, char **argv)
{
	char self[4096], number[16];
	char *again[] = {self, argc > 1 ? argv[1] : NULL, (char *)"child", number, NULL};
	char *nothing[] = {(char *)"/bin/true", NULL};
	uint32_t i, rounds;
	ssize_t len;

	if (argc < 3)
		return 2;
	counts = counts_open(argv[1]);
	shapes_init();
	if (argc == 4)
		return child(argv, strcmp(argv[2], "child") == 0);
	len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (len < 0)
		return 2;
	self[len] = 0;
	rounds = (uint32_t)strtoul(argv[2], NULL, 0);
	for (i = 0; i < rounds; i++) {
		record(0, 7);
		snprintf(number, sizeof(number), "%u", 1 + 2 * i);
		if (by_vfork(again) || by_vfork(nothing))
			return 3;
		record(0, 7);
		snprintf(number, sizeof(number), "%u", 2 + 2 * i);
		if (by_spawn(again) || by_spawn(nothing) || system("true"))
			return 4;
		record(0, 7);
	}
	return 0;
}
