/* SPDX-License-Identifier: GPL-2.0-only */
#include "preloads.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "near.h"

const struct ust_preload ust_preloads[] = {
	{"malloc", "libust-malloc.so", "malloc", "malloc, calloc, realloc, free and their kin"},
	{"pthread", "libust-pthread.so", "pthread",
	 "mutexes, rwlocks, conditions, semaphores, barriers, threads"},
	{"io", "libust-io.so", "io", "open, close, read, write, sockets, poll, epoll"},
	{"dl", "libust-dl.so", "dl", "dlopen, dlclose, dlsym; objects that come and go"},
	{"time", "libust-time.so", "time", "clocks, sleeping, timers"},
	{"signal", "libust-signal.so", "signal", "handlers, masks, waiting for signals"},
	{"process", "libust-process.so", "process", "fork, exec, posix_spawn, wait, kill, exit"},
	{NULL, NULL, NULL, NULL},
};

static const struct ust_preload *find(const char *name, size_t len)
{
	const struct ust_preload *preload;

	for (preload = ust_preloads; preload->name; preload++)
		if (strlen(preload->name) == len && !strncmp(preload->name, name, len))
			return preload;
	return NULL;
}

static void print(FILE *to)
{
	const struct ust_preload *preload;

	for (preload = ust_preloads; preload->name; preload++)
		fprintf(to, "  %-8s %s\n", preload->name, preload->summary);
}

void ust_preload_print(void)
{
	print(stdout);
}

static int refuse(const char *command, const char *name, size_t len)
{
	const char *names[UST_PRELOADS_MAX];
	unsigned int nr = 0;
	char word[64];
	int nearest;

	while (ust_preloads[nr].name) {
		names[nr] = ust_preloads[nr].name;
		nr++;
	}
	snprintf(word, sizeof(word), "%.*s", (int)len, name);
	nearest = *word ? ust_near_one(word, names, nr) : -1;
	if (len)
		fprintf(stderr, "%s: -p does not know '%.*s'", command, (int)len, name);
	else
		fprintf(stderr, "%s: -p needs a name between commas", command);
	if (nearest >= 0)
		fprintf(stderr, "; did you mean '%s'?", names[nearest]);
	fprintf(stderr, "\nKnown:\n");
	print(stderr);
	return -ENOENT;
}

int ust_preload_take(const char *command, const char *list, struct ust_preload_list *preloads)
{
	for (;;) {
		size_t len = strcspn(list, ",");
		const struct ust_preload *preload = find(list, len);
		unsigned int i;

		if (!preload)
			return refuse(command, list, len);
		for (i = 0; i < preloads->nr; i++)
			if (preloads->chosen[i] == preload)
				break;
		if (i == preloads->nr && i < UST_PRELOADS_MAX)
			preloads->chosen[preloads->nr++] = preload;
		if (!list[len])
			return 0;
		list += len + 1;
	}
}
