/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * forks COUNTS CHILDREN EVENTS [among-objects]
 *
 * Forks while another thread records. Child i records EVENTS events as thread 2 + i, forks a
 * grandchild that does the same as thread 2 + CHILDREN + i, and ends by exit or _exit in turn.
 * Thread 0 is main, thread 1 the one that records throughout. among-objects: one more is in a callback of
 * dl_iterate_phdr() at every fork, so that the lock of the list of objects is held in the children for ever.
 */
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "counts.h"
#include "shapes.h"

static volatile uint64_t *counts;
static atomic_bool enough;

static void record(uint32_t thr, uint64_t nr)
{
	uint64_t i;

	for (i = 0; i < nr; i++) {
		shapes_record(thr, counts[thr]);
		counts[thr]++;
	}
}

static void *run(void *arg)
{
	(void)arg;
	while (!atomic_load(&enough)) {
		record(1, 10);
		usleep(100);
	}
	return NULL;
}

static atomic_bool among;

static int stay(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info;
	(void)size;
	(void)data;
	atomic_store(&among, true);
	while (!atomic_load(&enough))
		usleep(100);
	return 1;
}

static void *look(void *arg)
{
	dl_iterate_phdr(stay, NULL);
	return arg;
}

static void child(uint32_t i, uint32_t nr_children, uint64_t nr_events)
{
	pid_t pid;

	record(2 + i, nr_events);
	pid = fork();
	if (pid == 0) {
		record(2 + nr_children + i, nr_events);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	if (i % 2)
		_exit(0);
	exit(0);
}

int main(int argc, char **argv)
{
	uint32_t i, nr_children;
	uint64_t nr_events;
	pthread_t thread, looks;
	int status, bad = 0;

	if (argc != 4 && !(argc == 5 && !strcmp(argv[4], "among-objects")))
		return 2;
	counts = counts_open(argv[1]);
	nr_children = (uint32_t)strtoul(argv[2], NULL, 0);
	nr_events = strtoull(argv[3], NULL, 0);
	if (2 + 2 * nr_children > COUNTS_MAX)
		return 2;
	shapes_init();
	if (pthread_create(&thread, NULL, run, NULL))
		return 2;
	if (argc == 5 && pthread_create(&looks, NULL, look, NULL))
		return 2;
	while (argc == 5 && !atomic_load(&among))
		usleep(100);
	for (i = 0; i < nr_children; i++) {
		pid_t pid;

		record(0, 20);
		pid = fork();
		if (pid < 0)
			return 2;
		if (pid == 0)
			child(i, nr_children, nr_events);
		record(0, 20);
		/* Some children run beside their parent, some before it goes on. */
		if (i % 3 == 0 && (waitpid(pid, &status, 0) != pid || status))
			bad = 1;
	}
	while (wait(&status) > 0)
		if (status)
			bad = 1;
	atomic_store(&enough, true);
	pthread_join(thread, NULL);
	if (argc == 5)
		pthread_join(looks, NULL);
	return bad;
}
