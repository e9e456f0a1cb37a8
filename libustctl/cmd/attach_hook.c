/* SPDX-License-Identifier: GPL-2.0-only */
/* -p and --call in a process that runs. */
#include "attach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/control.h>

#define RULES_SIZE 60000 /* of one message */

static int add_line(char *rules, const char *prefix, const char *line)
{
	size_t len = strlen(rules);

	return snprintf(rules + len, RULES_SIZE - len, "%s%s\n", prefix, line) <
			       (int)(RULES_SIZE - len)
		       ? 0
		       : ust_cmd_error("the rules of --call are too long");
}

static int add_library(char *rules, const char *prefix, const char *file)
{
	char path[PATH_MAX];

	if (!ust_path_library(file, path, sizeof(path)))
		return add_line(rules, prefix, path);
	return ust_cmd_error("cannot find %s (looked for %s); set UST_LIBDIR to its directory",
			     file, path);
}

/* The library that hooks, the libraries it opens, the functions of --call. */
static int make_rules(struct ust_record *record, char *rules)
{
	unsigned int i;
	int status = add_library(rules, "", "libust-call.so");

	for (i = 0; i < record->preloads.nr && !status; i++)
		status = add_library(rules, "preload:", record->preloads.chosen[i]->file);
	for (i = 0; i < record->calls.nr && !status; i++)
		status = add_line(rules, "", record->calls.rules[i]);
	return status;
}

int ust_attach_hook(struct ust_attach *attach)
{
	struct ust_record *record = &attach->record;
	char *rules;
	int status, tries, err = -ETIMEDOUT;

	if (!record->preloads.nr && !record->calls.nr)
		return 0;
	ust_calls_complete(&record->calls, &record->program);
	/* The page in which processes tell is found by the environment, which is not ours here. */
	record->calls.status = NULL;
	rules = calloc(1, RULES_SIZE);
	if (!rules)
		return ust_cmd_error("no memory");
	status = make_rules(record, rules);
	attach->hooked = !status;
	/* When it answers the second time, all of that is switched on. */
	for (tries = 0; !status && tries < 5 && err == -ETIMEDOUT; tries++) {
		err = ust_ctl_hook(record->ctl, attach->pid, rules);
		if (!err)
			err = ust_ctl_attach(record->ctl, attach->pid, -1);
	}
	if (!status && err < 0)
		status = ust_cmd_error("%s", ust_ctl_error(record->ctl));
	free(rules);
	return status;
}
