/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two threads on one CPU that wake each other by futex: handover NUMBER [idle]
 *
 *   handover:take { turn }   it is this thread's turn: it was switched in since the last give
 *   handover:give { turn }   the other's turn: this thread will be switched out
 *   handover:try { nr }      the kernel has counted so many switches of this thread before ...
 *   handover:good { nr }     ... and none more right behind that event: the count is of its moment
 *
 * With "idle" it then prints "idle" and sleeps until standard input ends; then NUMBER times more.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/tracepoint.h>

static uint32_t number;
static int word; /* whose turn it is */

static long switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

static void mark(void)
{
	long nr;

	do {
		nr = switches();
		UST_EVENT(handover, try, nr);
	} while (switches() != nr);
	UST_EVENT(handover, good, nr);
}

static void *hands(void *arg)
{
	int me = (int)(intptr_t)arg;
	uint32_t i;

	for (i = 0; i < number; i++) {
		int turn = (int)(2 * i) + me, seen;

		while ((seen = __atomic_load_n(&word, __ATOMIC_SEQ_CST)) != turn)
			syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
		UST_EVENT(handover, take, turn);
		turn++;
		UST_EVENT(handover, give, turn);
		__atomic_store_n(&word, turn, __ATOMIC_SEQ_CST);
		syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	}
	mark();
	return NULL;
}

static void both(void)
{
	pthread_t threads[2];
	int i;

	word = 0;
	for (i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, hands, (void *)(intptr_t)i))
			exit(1);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	int cpu = sched_getcpu();
	cpu_set_t one;
	char byte;

	number = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : 1;
	mark();
	CPU_ZERO(&one);
	CPU_SET(cpu < 0 ? 0 : cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return 1;
	both();
	if (argc > 2 && strcmp(argv[2], "idle") == 0) {
		puts("idle");
		fflush(stdout);
		while (read(0, &byte, 1) > 0)
			;
		mark();
		both();
	}
	mark();
	return 0;
}
