/* SPDX-License-Identifier: LGPL-2.1-only */
/* What each preload library has once: its next functions, its clock. */
#include "preload.h"

#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

#include "lookup.h"

/* Not by name: it may be a wrapper, of this library or of another of its family. */
static void *real_clock_gettime;

struct search {
	int is_behind; /* of this library, in the order in which names are looked for */
	int in_front;  /* second pass: any other object will do */
};

/* What a program gets that calls a function which its libc has not: as if the kernel had not. */
static long missing(void)
{
	ust_errno = ENOSYS;
	return -1;
}

static int search_object(struct dl_phdr_info *info, size_t size, void *data)
{
	const struct ust_preload_entry *entry;
	struct search *search = data;
	struct ust_dynamic dynamic;

	(void)size;
	if (ust_object_has(info, (uintptr_t)ust_preload_functions)) {
		search->is_behind = 1;
		return 0;
	}
	if (!(search->is_behind || search->in_front) || ust_object_is_vdso(info) ||
	    ust_dynamic_read(info, &dynamic) || ust_dynamic_is_own(&dynamic))
		return 0;
	if (!real_clock_gettime)
		real_clock_gettime = ust_dynamic_symbol(&dynamic, "clock_gettime");
	for (entry = ust_preload_functions; entry->name; entry++) {
		void *found;

		if (__atomic_load_n(entry->real, __ATOMIC_RELAXED))
			continue;
		found = ust_dynamic_symbol(&dynamic, entry->name);
		if (found)
			__atomic_store_n(entry->real, found, __ATOMIC_RELAXED);
	}
	return 0;
}

/*
 * Preloaded, the library stands in front of libc, and the next function is the one that the program
 * would have got. Opened later it stands behind everything: then it is the first of all.
 */
void ust_preload_resolve(void)
{
	const struct ust_preload_entry *entry;
	struct search search = {0};

	dl_iterate_phdr(search_object, &search);
	search.in_front = 1;
	dl_iterate_phdr(search_object, &search);
	if (!real_clock_gettime)
		real_clock_gettime = (void *)(uintptr_t)missing;
	for (entry = ust_preload_functions; entry->name; entry++)
		if (!__atomic_load_n(entry->real, __ATOMIC_RELAXED))
			__atomic_store_n(entry->real, (void *)(uintptr_t)missing, __ATOMIC_RELAXED);
}

/* libust's text, once it is known. */
static uintptr_t own_start, own_end;

/* Refers to libust, so that the library brings it along. */
extern const int ust_linked;

static int find_own(struct dl_phdr_info *info, size_t size, void *data)
{
	unsigned int i;

	(void)size;
	(void)data;
	if (!ust_object_has(info, (uintptr_t)&ust_linked))
		return 0;
	own_start = info->dlpi_addr;
	for (i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD)
			own_end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr +
				  info->dlpi_phdr[i].p_memsz;
	return 1;
}

int ust_preload_is_own(const void *address)
{
	return (uintptr_t)address - own_start < own_end - own_start;
}

static __attribute__((constructor(101))) void init(void)
{
	int saved = ust_errno;

	ust_preload_resolve();
	dl_iterate_phdr(find_own, NULL);
	ust_errno = saved;
}

/*
 * The clock: the cycle counter once it has run beside CLOCK_MONOTONIC for some milliseconds, until
 * then that one, which costs twice as much. Both give nanoseconds of the same origin.
 */
enum clock_state {
	CLOCK_NEW,
	CLOCK_STARTING,
	CLOCK_MEASURING,
	CLOCK_COUNTER,
	CLOCK_SYSTEM, /* the counter is no clock here */
};

#define MEASURE_NS 10000000

static int clock_state;
static uint64_t first_ticks, first_ns, ns_per_tick; /* the last in 2^-32 */

static uint64_t system_ns(void)
{
	struct timespec ts = {0};

	if (!real_clock_gettime)
		ust_preload_resolve();
	((int (*)(clockid_t, struct timespec *))real_clock_gettime)(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

#ifdef __x86_64__
static int counter_is_clock(void)
{
	unsigned int a, b, c, d;
	int allowed = PR_TSC_ENABLE;

	if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & 1 << 8))
		return 0;
	prctl(PR_GET_TSC, &allowed);
	return allowed == PR_TSC_ENABLE;
}

static inline uint64_t ticks(void)
{
	uint32_t low, high;

	__asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}
#else
static int counter_is_clock(void)
{
	return 0;
}

static inline uint64_t ticks(void)
{
	return 0;
}
#endif

static uint64_t measure(void)
{
	uint64_t ns = system_ns(), now;
	int state = CLOCK_NEW;

	if (__atomic_compare_exchange_n(&clock_state, &state, CLOCK_STARTING, 0, __ATOMIC_ACQUIRE,
					__ATOMIC_ACQUIRE)) {
		int saved = ust_errno;

		state = counter_is_clock() ? CLOCK_MEASURING : CLOCK_SYSTEM;
		first_ns = system_ns();
		first_ticks = ticks();
		__atomic_store_n(&clock_state, state, __ATOMIC_RELEASE);
		ust_errno = saved;
	} else if (state == CLOCK_MEASURING && ns - first_ns > MEASURE_NS) {
		ns = system_ns();
		now = ticks();
		/* Several threads may be here: each result is as good as the others. */
		__atomic_store_n(&ns_per_tick,
				 (uint64_t)(((unsigned __int128)(ns - first_ns) << 32) /
					    (now - first_ticks)),
				 __ATOMIC_RELAXED);
		__atomic_store_n(&clock_state, CLOCK_COUNTER, __ATOMIC_RELEASE);
	}
	return ns;
}

uint64_t ust_preload_now(void)
{
	uint64_t rate;

	if (__builtin_expect(__atomic_load_n(&clock_state, __ATOMIC_ACQUIRE) != CLOCK_COUNTER, 0))
		return measure();
	rate = __atomic_load_n(&ns_per_tick, __ATOMIC_RELAXED);
	return first_ns + (uint64_t)((unsigned __int128)(ticks() - first_ticks) * rate >> 32);
}
