/* SPDX-License-Identifier: GPL-2.0-only */
/* Loads and closes a provider while threads call its tracepoints. Arguments: the provider, how often. */
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#define LTTNG_UST_TRACEPOINT_DEFINE
#define LTTNG_UST_TRACEPOINT_PROBE_DYNAMIC_LINKAGE
#include "leave.h"

#define NR_THREADS 2

static int stop;
static unsigned long recorded; /* since the provider was loaded last */

static void *record(void *slow)
{
	int n;

	for (n = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); n++) {
		if (slow)
			lttng_ust_tracepoint(leave, slow, n);
		else
			lttng_ust_tracepoint(leave, plain, n);
		if (lttng_ust_tracepoint_enabled(leave, plain))
			__atomic_fetch_add(&recorded, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int turns = argc > 2 ? atoi(argv[2]) : 0, i;
	pthread_t threads[NR_THREADS];

	for (i = 0; i < NR_THREADS; i++)
		pthread_create(&threads[i], NULL, record, i % 2 ? &stop : NULL);
	while (turns--) {
		void *provider = dlopen(argv[1], RTLD_NOW);

		if (!provider) {
			fprintf(stderr, "%s\n", dlerror());
			return 1;
		}
		__atomic_store_n(&recorded, 0, __ATOMIC_RELAXED);
		while (__atomic_load_n(&recorded, __ATOMIC_RELAXED) < 1000)
			sched_yield();
		dlclose(provider);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
