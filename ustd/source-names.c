/* SPDX-License-Identifier: GPL-2.0-only */
#include "source-names.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "source.h"

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Splits the text into lines and sorts them. */
static int split(struct ustd_names *names)
{
	uint32_t nr = 0;
	char *p, *save = NULL;

	for (p = names->text; *p; p++)
		nr += *p == '\n';
	names->names = calloc(nr + 1, sizeof(*names->names));
	names->chosen = calloc(nr + 1, sizeof(*names->chosen));
	if (!names->names || !names->chosen)
		return -ENOMEM;
	for (p = strtok_r(names->text, "\n", &save); p && names->nr < nr;
	     p = strtok_r(NULL, "\n", &save))
		if (strchr(p, ':'))
			names->names[names->nr++] = p;
	qsort(names->names, names->nr, sizeof(*names->names), compare);
	return 0;
}

int ustd_names_load(struct ustd_names *names, const struct ustd_source_ops *ops, char *why,
		    size_t size)
{
	ssize_t len;
	int err;

	memset(names, 0, sizeof(*names));
	len = ops->names(&names->text);
	err = len < 0 ? (int)len : split(names);
	if (err) {
		snprintf(why, size, "%s does not tell its events: %s", ops->name, strerror(-err));
		ustd_names_fini(names);
	}
	return err;
}

void ustd_names_fini(struct ustd_names *names)
{
	free(names->text);
	free(names->names);
	free(names->chosen);
	memset(names, 0, sizeof(*names));
}

/* "sys_enter_openat" and "sys_exit_openat" both are the system call openat. */
static const char *call_of(const char *event)
{
	if (strncmp(event, "sys_enter_", 10) == 0)
		return event + 10;
	return strncmp(event, "sys_exit_", 9) == 0 ? event + 9 : event;
}

bool ustd_source_match(const char *pattern, const char *system, const char *event, bool events)
{
	const char *colon = strchr(pattern, ':');
	char head[USTD_MAX_NAME + 1];

	if (!colon)
		return fnmatch(pattern, events ? event : system, 0) == 0;
	if ((size_t)(colon - pattern) >= sizeof(head))
		return false;
	memcpy(head, pattern, (size_t)(colon - pattern));
	head[colon - pattern] = '\0';
	if (fnmatch(head, system, 0) != 0)
		return false;
	return fnmatch(colon + 1, event, 0) == 0 ||
	       (strcmp(system, "syscalls") == 0 && fnmatch(colon + 1, call_of(event), 0) == 0);
}

static uint32_t mark(struct ustd_names *names, const char *pattern, bool events)
{
	char system[USTD_MAX_NAME + 1];
	uint32_t i, nr = 0;

	for (i = 0; i < names->nr; i++) {
		const char *name = names->names[i], *colon = strchr(name, ':');

		if ((size_t)(colon - name) >= sizeof(system))
			continue;
		memcpy(system, name, (size_t)(colon - name));
		system[colon - name] = '\0';
		if (!ustd_source_match(pattern, system, colon + 1, events))
			continue;
		names->chosen[i] = true;
		nr++;
	}
	return nr;
}

int ustd_names_choose(struct ustd_names *names, char *const *patterns, uint32_t nr_patterns,
		      char *why, size_t size)
{
	uint32_t i;

	for (i = 0; i < nr_patterns; i++) {
		if (mark(names, patterns[i], false))
			continue;
		/* A kernel without the table of system calls still counts them. */
		if (strcmp(patterns[i], "syscalls") == 0 && mark(names, "raw_syscalls:*", false))
			continue;
		if (!strchr(patterns[i], ':') && mark(names, patterns[i], true))
			continue;
		snprintf(why, size, "no kernel event matches '%s'", patterns[i]);
		return -ENOENT;
	}
	return 0;
}
