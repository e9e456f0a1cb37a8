/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock-pingpong SECONDS: two threads hand each other the time they saw last and wander over all CPUs;
 * each reads the clock in the kernel (ioctl), by the image, inline, and in the kernel again, and none may
 * be before the one in front. First tries what the device must refuse.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ust/clock.h>

#include "libust/clock/vdso.h"

#define STEPS 5
#define ENOUGH 200

static struct ust_vdso vdso;
static uint64_t cell, handovers, violations;
static int turn, stop;

static uint64_t in_kernel(void)
{
	uint64_t ticks;

	if (ioctl(vdso.fd, UST_CLOCK_IOC_READ, &ticks)) {
		perror("ioctl");
		exit(2);
	}
	return ticks;
}

static void wander(unsigned int *seed)
{
	long nr = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)rand_r(seed) % (size_t)nr, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void step(void)
{
	uint64_t seen[STEPS + 1];
	int i;

	seen[0] = cell;
	seen[1] = in_kernel();
	seen[2] = vdso.read();
	seen[3] = ust_clock_read_ordered();
	seen[4] = in_kernel();
	seen[5] = vdso.read();
	for (i = 0; i < STEPS; i++) {
		if (seen[i] <= seen[i + 1])
			continue;
		if (violations++ < 5)
			printf("reading %d was %llu, then %llu\n", i, (unsigned long long)seen[i],
			       (unsigned long long)seen[i + 1]);
	}
	cell = seen[STEPS];
	__atomic_store_n(&handovers, handovers + 1, __ATOMIC_RELAXED);
}

static void *player(void *arg)
{
	int me = (int)(intptr_t)arg;
	unsigned int seed = (unsigned int)me + 1, i, spins;

	for (i = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); i++) {
		if (i % 64 == 0)
			wander(&seed);
		for (spins = 1; __atomic_load_n(&turn, __ATOMIC_ACQUIRE) != me; spins++) {
			if (__atomic_load_n(&stop, __ATOMIC_RELAXED))
				return NULL;
			/* The other one may be waiting for this CPU. */
			if (spins % 256 == 0)
				sched_yield();
		}
		step();
		__atomic_store_n(&turn, !me, __ATOMIC_RELEASE);
	}
	return NULL;
}

static int refused(const char *what, void *map)
{
	if (map == MAP_FAILED)
		return 1;
	printf("%s was allowed\n", what);
	return 0;
}

static int refuses(void)
{
	char *image = (char *)vdso.map + UST_CLOCK_PAGE_SIZE;
	int ok;

	ok = refused("a writable page", mmap(NULL, UST_CLOCK_PAGE_SIZE, PROT_READ | PROT_WRITE,
					     MAP_SHARED, vdso.fd, 0));
	ok &= refused(
		"a writable private page",
		mmap(NULL, UST_CLOCK_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, vdso.fd, 0));
	ok &= refused("an executable page", mmap(NULL, UST_CLOCK_PAGE_SIZE, PROT_READ | PROT_EXEC,
						 MAP_SHARED, vdso.fd, 0));
	ok &= refused("more than there is",
		      mmap(NULL, 64 * UST_CLOCK_PAGE_SIZE, PROT_READ, MAP_SHARED, vdso.fd, 0));
	if (mprotect(vdso.map, UST_CLOCK_PAGE_SIZE, PROT_READ | PROT_WRITE) == 0 ||
	    mprotect(vdso.map, UST_CLOCK_PAGE_SIZE, PROT_READ | PROT_EXEC) == 0 ||
	    (vdso.way == UST_VDSO_MAPPED &&
	     mprotect(image, UST_CLOCK_PAGE_SIZE, PROT_READ | PROT_WRITE) == 0)) {
		printf("mprotect was allowed\n");
		ok = 0;
	}
	return ok;
}

int main(int argc, char **argv)
{
	unsigned int seconds = argc > 1 ? (unsigned int)atoi(argv[1]) : 2;
	struct ust_clock_params params;
	pthread_t threads[2];
	int i, err = ust_vdso_open_device(UST_CLOCK_DEVICE, &vdso);
	int64_t off;

	if (err) {
		printf("%s: %s\n", UST_CLOCK_DEVICE, strerror(-err));
		return 2;
	}
	if (!refuses() || vdso.mode() != ust_clock_mode() || vdso.freq() != ust_clock_freq())
		return 1;
	for (i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, player, (void *)(intptr_t)i);
	sleep(seconds);
	/* A busy host gives a guest little time. */
	for (i = 0; i < 600 && __atomic_load_n(&handovers, __ATOMIC_RELAXED) < ENOUGH; i++)
		usleep(100000);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	ust_vdso_update(&vdso);
	ust_vdso_params(&vdso, &params);
	off = (int64_t)(ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC) - params.monotonic_ns -
			ust_clock_to_ns(vdso.read() - params.ticks));
	printf("mode %u way %d handovers %llu violations %llu\n", vdso.mode(), (int)vdso.way,
	       (unsigned long long)handovers, (unsigned long long)violations);
	printf("freq %llu off %lld ns\n", (unsigned long long)vdso.freq(), (long long)off);
	return violations || handovers < ENOUGH;
}
