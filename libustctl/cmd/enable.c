/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl enable" and "ustctl disable": which events a session records. */
#include "cmd.h"
#include "kernel.h"

#include <stdio.h>

static int
change(const struct ust_cmd *cmd, int argc, char **argv, const struct ust_cmd_level *level,
       int (*request)(struct ust_ctl *, const char *, const char *, unsigned int, unsigned int),
       const char *done)
{
	int status = ust_cmd_operands(cmd, argc, argv, 2), nr;
	const char *name, *pattern;
	struct ust_ctl *ctl;

	if (status)
		return status;
	name = argv[optind];
	pattern = argv[optind + 1];
	ctl = ust_cmd_open(0);
	if (!ctl)
		return UST_EXIT_FAILURE;
	nr = request(ctl, name, pattern, level->op, level->level);
	if (nr > 0)
		printf("%d %s %s\n", nr, ust_cmd_plural((uint64_t)nr, "event", "events"), done);
	else if (nr == 0)
		printf("no event of a running process matches '%s'; it holds for processes to "
		       "come\n",
		       pattern);
	return ust_cmd_finish(ctl, nr);
}

/* "enable NAME -k LIST [-a]": the kernel's events instead of programs'. */
static int enable_of_kernel(int argc, char **argv, struct ust_kernel *kernel)
{
	struct ust_ctl *ctl;
	int status = ust_cmd_operands(&ust_cmd_enable, argc, argv, 1);

	if (status)
		return status;
	ctl = ust_cmd_open(0);
	if (!ctl)
		return UST_EXIT_FAILURE;
	status = ust_kernel_enable_told(ctl, argv[optind], kernel);
	ust_ctl_close(ctl);
	return status;
}

static int enable(int argc, char **argv)
{
	static const struct option longs[] = {
		{"all", no_argument, NULL, 'a'},
		{"help", no_argument, NULL, 'h'},
		{"kernel", required_argument, NULL, 'k'},
		{"loglevel", required_argument, NULL, 'l'},
		{"loglevel-only", required_argument, NULL, 'L'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_enable, .shorts = ":ahk:", .longs = longs};
	struct ust_cmd_level level = {0};
	struct ust_kernel kernel = {0};
	int option, status = 0;

	while (!status && (option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		if (option == 'k')
			status = ust_kernel_add(opts.cmd, &kernel, optarg);
		else if (option == 'a')
			kernel.all = 1;
		else
			status = ust_cmd_take_level(opts.cmd, option == 'L', optarg, &level);
	}
	if (status || kernel.nr_patterns)
		return status ? status : enable_of_kernel(argc, argv, &kernel);
	if (kernel.all)
		return ust_cmd_usage(opts.cmd, "-a is about kernel events: it needs -k");
	return change(&ust_cmd_enable, argc, argv, &level, ust_ctl_enable_level, "enabled");
}

static int disable(int argc, char **argv)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{"loglevel", required_argument, NULL, 'l'},
		{"loglevel-only", required_argument, NULL, 'L'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_disable, .shorts = ":h", .longs = longs};
	struct ust_cmd_level level = {0};
	int option, status = 0;

	while (!status && (option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		status = ust_cmd_take_level(opts.cmd, option == 'L', optarg, &level);
	}
	if (status)
		return status;
	return change(&ust_cmd_disable, argc, argv, &level, ust_ctl_disable_level, "disabled");
}

#define PATTERN_HELP                                                                               \
	"\n"                                                                                       \
	"PATTERN is \"provider:name\" in which * and ? match as in a shell; without ':' it is\n"   \
	"compared with providers and with names. Quote it.\n"                                      \
	"\n" UST_CMD_LEVEL_HELP

const struct ust_cmd ust_cmd_enable = {
	.name = "enable",
	.args = "[OPTION]... NAME PATTERN | NAME --kernel LIST [--all]",
	.summary = "record the events that match a pattern",
	.help = "Enables the events that match PATTERN in session NAME, in the processes that run "
		"now\n"
		"and in those to come.\n" PATTERN_HELP "\n"
		"  -k, --kernel LIST  instead: kernel events, e.g. sched,irq,syscalls or "
		"'block:*'; "
		"of the\n"
		"                     processes of the session. Needs root. See: ustctl list "
		"--kernel\n"
		"  -a, --all          kernel events of the whole system\n",
	.run = enable,
};

const struct ust_cmd ust_cmd_disable = {
	.name = "disable",
	.args = "[OPTION]... NAME PATTERN",
	.summary = "no longer record the events that match a pattern",
	.help = "Disables the events that match PATTERN in session NAME.\n" PATTERN_HELP,
	.run = disable,
};
