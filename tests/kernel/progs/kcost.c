/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a system call takes, and a round trip through two pipes between two processes of one CPU (two
 * switches): for a guest with -icount, where the cycle counter counts instructions. guest/cost.py runs
 * it without events and with.
 */
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#define NR 301

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* A tenth are faster: what interrupts come in between is left out. */
static uint64_t low(uint64_t *samples)
{
	qsort(samples, NR, sizeof(samples[0]), compare);
	return samples[NR / 10];
}

static uint64_t cost_of_syscall(void)
{
	uint64_t samples[NR], start;
	int i;

	for (i = 0; i < NR; i++) {
		start = __rdtsc();
		syscall(SYS_getppid);
		samples[i] = __rdtsc() - start;
	}
	return low(samples);
}

static int to[2], from[2];

static void echo(void)
{
	char c;

	while (read(to[0], &c, 1) == 1 && write(from[1], &c, 1) == 1)
		;
	_exit(0);
}

static uint64_t cost_of_round_trip(void)
{
	uint64_t samples[NR], start;
	char c = 0;
	int i;

	for (i = 0; i < NR; i++) {
		start = __rdtsc();
		if (write(to[1], &c, 1) != 1 || read(from[0], &c, 1) != 1)
			exit(1);
		samples[i] = __rdtsc() - start;
	}
	return low(samples);
}

int main(void)
{
	cpu_set_t one;
	pid_t pid;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	if (pipe(to) || pipe(from))
		return 1;
	pid = fork();
	if (!pid)
		echo();
	/* Once to warm up. */
	cost_of_syscall();
	cost_of_round_trip();
	printf("getppid %llu pipe %llu\n", (unsigned long long)cost_of_syscall(),
	       (unsigned long long)cost_of_round_trip());
	kill(pid, SIGKILL);
	return 0;
}
