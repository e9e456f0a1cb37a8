/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * causal ROUNDS: two threads hand a number to each other through memory, on different CPUs if there are
 * any; each records an event behind its load and in front of its store. So the number orders the events.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <ust/tracepoint.h>

static unsigned long rounds, baton;

static void pin(int number)
{
	long nr = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)(number % nr), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void *player(void *arg)
{
	unsigned long next = (unsigned long)(uintptr_t)arg, spins = 0;

	pin((int)next);
	while (next < rounds) {
		if (__atomic_load_n(&baton, __ATOMIC_ACQUIRE) != next) {
			/* On one CPU, or beside other work, the other one has to run first. */
			if (++spins % 4096 == 0)
				sched_yield();
			continue;
		}
		UST_EVENT(causal, baton, UST_F(number, next));
		__atomic_store_n(&baton, next + 1, __ATOMIC_RELEASE);
		next += 2;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t other;

	rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	if (pthread_create(&other, NULL, player, (void *)1))
		return 1;
	player(NULL);
	pthread_join(other, NULL);
	return 0;
}
