/* SPDX-License-Identifier: GPL-2.0-only */
#include "kernel.h"

#include "near.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NEAR 5

int ust_kernel_add(const struct ust_cmd *cmd, struct ust_kernel *kernel, char *list)
{
	char *pattern, *save = NULL;
	unsigned int nr = kernel->nr_patterns;

	for (pattern = strtok_r(list, ", ", &save); pattern;
	     pattern = strtok_r(NULL, ", ", &save)) {
		if (kernel->nr_patterns == UST_KERNEL_MAX_PATTERNS)
			return ust_cmd_usage(cmd, "more than %d kernel patterns",
					     UST_KERNEL_MAX_PATTERNS);
		kernel->patterns[kernel->nr_patterns++] = pattern;
	}
	if (kernel->nr_patterns == nr)
		return ust_cmd_usage(cmd, "-k needs kernel events, e.g. -k sched,irq,syscalls");
	return 0;
}

/* The names that there are: events, and the systems they belong to. */
static char **collect_names(struct ust_ctl *ctl, unsigned int *ret_nr)
{
	struct ust_ctl_event *events = NULL;
	int nr = ust_ctl_kernel_events(ctl, 0, NULL, &events), i;
	char **names = nr > 0 ? calloc(2 * (size_t)nr, sizeof(*names)) : NULL;
	unsigned int nr_names = 0;

	for (i = 0; names && i < nr; i++) {
		if ((!i || strcmp(events[i].provider, events[i - 1].provider)) &&
		    (names[nr_names] = strdup(events[i].provider)))
			nr_names++;
		if (asprintf(&names[nr_names], "%s:%s", events[i].provider, events[i].name) >= 0)
			nr_names++;
	}
	ust_ctl_events_free(events, nr > 0 ? nr : 0);
	*ret_nr = nr_names;
	return names;
}

/* ust_near_events() takes the part in front of the colon and the one behind apart. */
static void say_near(struct ust_ctl *ctl, const char *pattern)
{
	unsigned int found[MAX_NEAR], nr_names, nr, i;
	char **names = collect_names(ctl, &nr_names);

	nr = names ? ust_near_events(pattern, (const char *const *)names, nr_names, found, MAX_NEAR)
		   : 0;
	if (nr)
		fprintf(stderr, "ustctl: did you mean %s", names[found[0]]);
	for (i = 1; i < nr; i++)
		fprintf(stderr, "%s%s", i + 1 == nr ? " or " : ", ", names[found[i]]);
	fputs(nr ? "?\n" : "ustctl: see them all with: ustctl list --kernel\n", stderr);
	for (i = 0; i < nr_names; i++)
		free(names[i]);
	free(names);
}

/* The one that matches nothing, as ustd quotes it. */
static int find_quoted(const char *sentence, const struct ust_kernel *kernel)
{
	unsigned int i;
	char quoted[600];

	for (i = 0; i < kernel->nr_patterns; i++) {
		snprintf(quoted, sizeof(quoted), "'%s'", kernel->patterns[i]);
		if (strstr(sentence, quoted))
			return (int)i;
	}
	return -1;
}

int ust_kernel_enable(struct ust_ctl *ctl, const char *session, struct ust_kernel *kernel,
		      pid_t pid)
{
	struct ust_ctl_kernel_opts opts = {
		.patterns = (const char *const *)kernel->patterns,
		.nr_patterns = kernel->nr_patterns,
		.all = kernel->all,
		.pids = &pid,
		.nr_pids = pid > 0,
	};
	int nr = ust_ctl_enable_kernel(ctl, session, &opts, &kernel->got), index;

	if (nr >= 0) {
		kernel->nr_events = nr;
		return 0;
	}
	index = nr == -ENOENT ? find_quoted(ust_ctl_error(ctl), kernel) : -1;
	return ust_kernel_refused(ctl, nr, index >= 0 ? kernel->patterns[index] : NULL);
}

int ust_kernel_enable_told(struct ust_ctl *ctl, const char *name, struct ust_kernel *kernel)
{
	int status = ust_kernel_enable(ctl, name, kernel, 0);

	if (!status)
		printf("%d kernel %s enabled, through %s%s%s\n", kernel->nr_events,
		       ust_cmd_plural((uint64_t)kernel->nr_events, "event", "events"),
		       ust_kernel_source_name(kernel->got.source), kernel->got.why[0] ? ": " : "",
		       kernel->got.why);
	return status;
}

int ust_kernel_refused(struct ust_ctl *ctl, int err, const char *pattern)
{
	ust_cmd_error("%s", ust_ctl_error(ctl));
	if (err == -ENOENT && pattern)
		say_near(ctl, pattern);
	return UST_EXIT_FAILURE;
}

const char *ust_kernel_source_name(unsigned int source)
{
	switch (source) {
	case UST_CTL_KERNEL_MODULE:
		return "ust-trace.ko";
	case UST_CTL_KERNEL_TRACEFS:
		return "tracefs";
	default:
		return "none";
	}
}
