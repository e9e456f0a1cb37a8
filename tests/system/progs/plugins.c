/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plugins COUNTS THREADS ROUNDS EVENTS PLUGIN...
 *
 * Each thread, ROUNDS times: dlopens one of the plugins, has it record EVENTS events, dlcloses it.
 * With more than one thread, loading and unloading race with recording.
 */
#include <dlfcn.h>
#include <pthread.h>

#include "counts.h"
#include "shapes.h"

static volatile uint64_t *counts;
static unsigned long nr_rounds, nr_events;
static char **plugins;
static unsigned long nr_plugins;

static void *run(void *arg)
{
	void (*record)(uint32_t, volatile uint64_t *, uint64_t);
	uint32_t thr = (uint32_t)(uintptr_t)arg;
	unsigned long i;
	void *handle;

	for (i = 0; i < nr_rounds; i++) {
		handle = dlopen(plugins[(thr + i) % nr_plugins], RTLD_NOW | RTLD_LOCAL);
		if (!handle) {
			fprintf(stderr, "%s\n", dlerror());
			exit(3);
		}
		*(void **)&record = dlsym(handle, "plugin_record");
		record(thr, &counts[thr], nr_events);
		if (dlclose(handle)) {
			fprintf(stderr, "%s\n", dlerror());
			exit(4);
		}
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[64];
	unsigned long i, nr_threads;

	if (argc < 6)
		return 2;
	counts = counts_open(argv[1]);
	nr_threads = strtoul(argv[2], NULL, 0);
	nr_rounds = strtoul(argv[3], NULL, 0);
	nr_events = strtoul(argv[4], NULL, 0);
	plugins = argv + 5;
	nr_plugins = (unsigned long)argc - 5;
	if (nr_threads > 64)
		return 2;
	for (i = 1; i < nr_threads; i++)
		if (pthread_create(&threads[i], NULL, run, (void *)i))
			return 2;
	run(NULL);
	for (i = 1; i < nr_threads; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
