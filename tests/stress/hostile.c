/* SPDX-License-Identifier: GPL-2.0-only */
/*
 *	hostile SEED MILLISECONDS [doorbell]
 *
 * A traced program that writes at random into all memory that it shares with ustd, while it records
 * events as well: counters, sub-buffer headers, contents, the loss ledger, whole pages. Whatever it
 * does to itself, ustd and the other processes must not notice.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <ust/abi/ring.h>
#include <ust/tracepoint.h>

#define MAX_MAPS 16

static struct {
	unsigned char *begin;
	size_t size;
} maps[MAX_MAPS];
static unsigned int nr_maps;
static uint64_t seed;

static uint64_t any(void)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return seed >> 24;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void find_maps(int doorbell)
{
	FILE *file = fopen("/proc/self/maps", "re");
	unsigned long begin, end;
	char line[512];

	nr_maps = 0;
	while (file && fgets(line, sizeof(line), file) && nr_maps < MAX_MAPS) {
		if (!strstr(line, "memfd:ust") || sscanf(line, "%lx-%lx", &begin, &end) != 2)
			continue;
		if ((end - begin == 4096) != doorbell)
			continue;
		maps[nr_maps].begin = (unsigned char *)begin;
		maps[nr_maps++].size = end - begin;
	}
	if (file)
		fclose(file);
}

/* Something that a counter could be, or nearly. */
static uint64_t likely(uint64_t old)
{
	switch (any() % 8) {
	case 0:
		return any() << 24 ^ any();
	case 1:
		return 0;
	case 2:
		return UINT64_MAX - any() % 8192;
	case 3:
		return old + (any() % 64 << 12);
	case 4:
		return old - any() % 4096;
	default:
		return old + any() % 4096;
	}
}

static void scribble(void)
{
	unsigned char *begin;
	size_t size, at;
	uint64_t old;

	if (!nr_maps)
		return;
	begin = maps[any() % nr_maps].begin;
	size = maps[any() % nr_maps].size;
	at = any() % size;
	if (size > UST_RINGS_OFFSET && any() % 4) {
		/* What stands on the first page of a ring, whose size we do not even ask for. */
		at = UST_RINGS_OFFSET + (any() % ((size - UST_RINGS_OFFSET) >> 12) << 12);
		at += any() % 3 ? (any() % 4) * 8 : any() % 272;
	}
	at &= ~7ul;
	switch (any() % 16) {
	case 0:
		memset(begin + (at & ~4095ul), (int)any(), 4096);
		break;
	case 1:
		for (old = 0; old < 4096; old++)
			begin[(at & ~4095ul) + old] = (unsigned char)any();
		break;
	default:
		memcpy(&old, begin + at, 8);
		old = likely(old);
		memcpy(begin + at, &old, 8);
		break;
	}
}

/* Wants nobody's bell to be heard: hides that it was rung, and takes its wakes. */
static void *silence(void *arg)
{
	struct ust_doorbell_shm *bell = arg;
	const struct timespec soon = {0, 100000};

	for (;;) {
		__atomic_store_n(&bell->rings, 0, __ATOMIC_SEQ_CST);
		__atomic_store_n(&bell->reserved, 0, __ATOMIC_SEQ_CST);
		syscall(SYS_futex, &bell->rings, FUTEX_WAIT,
			__atomic_load_n(&bell->rings, __ATOMIC_SEQ_CST), &soon, NULL, 0);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int doorbell = argc > 3, silent = 0, i;
	pthread_t thread;
	uint64_t end;

	if (argc < 3)
		return 2;
	seed = strtoull(argv[1], NULL, 0) + 1;
	end = now_ms() + strtoull(argv[2], NULL, 0);
	for (i = 0; now_ms() < end; i++) {
		UST_EVENT(hostile, event, i);
		if (i % 1000 == 0)
			find_maps(0);
		if (doorbell && !silent) {
			find_maps(1);
			silent = nr_maps && !pthread_create(&thread, NULL, silence, maps[0].begin);
			find_maps(0);
		}
		scribble();
		if (i % 8 == 0)
			usleep(50);
	}
	return 0;
}
