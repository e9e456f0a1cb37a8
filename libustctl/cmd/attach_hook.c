/* SPDX-License-Identifier: GPL-2.0-only */
/* -p, --call and --follow in a process that runs. */
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

static int add_shell(char *rules)
{
	char path[PATH_MAX];

	if (!ust_path_program("ust-shell", path, sizeof(path)))
		return add_line(rules, "shell:", path);
	return ust_cmd_error("cannot find ust-shell (looked for %s); install UST anew", path);
}

/* What the programs get that the process executes, so that libust gets into them. */
static int add_environment(const struct ust_attach *attach, char *rules)
{
	const struct ust_record *record = &attach->record;
	char rundir[PATH_MAX], *preload;
	unsigned int i;
	int status;

	if (ust_ctl_runtime_dir(rundir, sizeof(rundir)))
		return ust_cmd_error("no runtime directory; set UST_RUNTIME_DIR");
	if (ust_record_preload(record, NULL, &preload))
		return UST_EXIT_FAILURE;
	status = add_line(rules, "exec:", preload);
	free(preload);
	if (!status)
		status = add_line(rules, "exec:" UST_ENV_RUNTIME_DIR "=", rundir);
	for (i = 0; i < record->calls.nr && !status; i++)
		status = add_line(rules, "exec:" UST_ENV_CALL "=", record->calls.rules[i]);
	return status;
}

/* The library that hooks, the libraries it opens, the functions of --call. */
static int make_rules(struct ust_attach *attach, char *rules)
{
	struct ust_record *record = &attach->record;
	unsigned int i;
	int status = add_library(rules, "", "libust-call.so");

	if (!status && attach->follow)
		status = add_environment(attach, rules);
	if (!status && attach->follow)
		status = add_shell(rules);
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

	if (!record->preloads.nr && !record->calls.nr && !attach->follow)
		return 0;
	if (ust_calls_complete(&record->calls, &record->program))
		return UST_EXIT_FAILURE;
	/* The page in which processes tell is found by the environment, which is not ours here. */
	record->calls.status = NULL;
	rules = calloc(1, RULES_SIZE);
	if (!rules)
		return ust_cmd_error("no memory");
	status = make_rules(attach, rules);
	attach->hooked = !status;
	/* When it answers the second time, all of that is switched on. */
	for (tries = 0; !status && tries < 5 && err == -ETIMEDOUT; tries++) {
		err = ust_ctl_hook(record->ctl, attach->pid, rules);
		if (!err)
			err = ust_ctl_attach(record->ctl, attach->pid, -1);
	}
	/* Where libust-call.so is not there (another mount namespace), forks are followed all the same. */
	if (err == -ELIBACC && !record->preloads.nr && !record->calls.nr)
		fprintf(stderr, "ustctl: programs that process %d executes are not recorded: %s\n",
			(int)attach->pid, ust_ctl_error(record->ctl));
	else if (!status && err < 0)
		status = ust_cmd_error("%s", ust_ctl_error(record->ctl));
	free(rules);
	return status;
}
