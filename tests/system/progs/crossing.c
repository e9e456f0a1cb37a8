/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads that tell when they enter the kernel and when they are back.
 *
 *   crossing calls THREADS NUMBER   each thread, NUMBER times: event crossing:before, a system call
 *                                   that is rare and carries the number, event crossing:after;
 *                                   from CPU to CPU
 *   crossing paced THREADS NUMBER   the same, one in a millisecond
 *   crossing hands NUMBER           two threads wake each other by futex, NUMBER times each way:
 *                                   event crossing:give in front, event crossing:take behind
 *   crossing count NUMBER           NUMBER times sched_get_priority_min(2), nothing else
 */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/tracepoint.h>

#define MIGRATE 500 /* calls between two moves */

static uint32_t number;
static int word; /* whose turn it is */
static int paced;

/* To the CPU-th of those that we may use. */
static void move(const cpu_set_t *all, int step)
{
	int nr = CPU_COUNT(all), want = nr ? step % nr : 0, cpu;
	cpu_set_t one;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, all) || want--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

static void *calls(void *arg)
{
	int thread = (int)(intptr_t)arg;
	uint32_t i;
	cpu_set_t all;

	sched_getaffinity(0, sizeof(all), &all);
	for (i = 0; i < number; i++) {
		if (i % MIGRATE == 0)
			move(&all, thread + (int)(i / MIGRATE));
		UST_EVENT(crossing, before, i);
		/* No such policy: it costs little and nobody else asks for it. */
		syscall(SYS_sched_get_priority_max, (int)(i + 1000));
		UST_EVENT(crossing, after, i);
		if (paced)
			usleep(1000);
	}
	return NULL;
}

static void *hands(void *arg)
{
	int me = (int)(intptr_t)arg;
	uint32_t i;

	for (i = 0; i < number; i++) {
		uint32_t turn = 2 * i + (uint32_t)me;

		while (__atomic_load_n(&word, __ATOMIC_SEQ_CST) != (int)turn) {
			int seen = __atomic_load_n(&word, __ATOMIC_SEQ_CST);

			if (seen != (int)turn)
				syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
		}
		UST_EVENT(crossing, take, turn);
		turn++;
		UST_EVENT(crossing, give, turn);
		__atomic_store_n(&word, (int)turn, __ATOMIC_SEQ_CST);
		syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	}
	return NULL;
}

static int run(void *(*fn)(void *), int nr)
{
	pthread_t threads[64];
	int i;

	if (nr < 1 || nr > 64)
		return 2;
	for (i = 0; i < nr; i++)
		if (pthread_create(&threads[i], NULL, fn, (void *)(intptr_t)i))
			return 1;
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

int main(int argc, char **argv)
{
	uint32_t i;

	number = argc > 2 ? (uint32_t)strtoul(argv[argc - 1], NULL, 0) : 0;
	paced = argc == 4 && strcmp(argv[1], "paced") == 0;
	if (argc == 4 && (paced || strcmp(argv[1], "calls") == 0))
		return run(calls, atoi(argv[2]));
	if (argc == 3 && strcmp(argv[1], "hands") == 0)
		return run(hands, 2);
	if (argc == 3 && strcmp(argv[1], "count") == 0) {
		for (i = 0; i < number; i++)
			syscall(SYS_sched_get_priority_min, 0);
		return 0;
	}
	fprintf(stderr,
		"usage: crossing calls|paced THREADS NUMBER | hands NUMBER | count NUMBER\n");
	return 2;
}
