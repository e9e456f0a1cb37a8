/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl view" and "ustctl stats": their options. What they do is in libustctl/view. */
#include "cmd.h"
#include "near.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "libustctl/view/view.h"

#define MAX_NEAR 5

static void unmatched(const char *pattern, const char *const *names, unsigned int nr)
{
	unsigned int found[MAX_NEAR], i;

	nr = ust_near_events(pattern, names, nr, found, MAX_NEAR);
	fprintf(stderr, "ustctl view: no event of the trace matches '%s'", pattern);
	for (i = 0; i < nr; i++)
		fprintf(stderr, "%s%s", i ? ", " : "; near: ", names[found[i]]);
	fputs(nr ? "\n" : "; \"ustctl stats\" lists those that there are\n", stderr);
}

static int take_tid(const struct ust_cmd *cmd, const char *text, long *ret_tid)
{
	char *end;

	errno = 0;
	*ret_tid = strtol(text, &end, 10);
	if (errno || end == text || *end || *ret_tid < 0)
		return ust_cmd_usage(cmd, "--tid '%s' is not a thread id", text);
	return 0;
}

static int take_moment(const struct ust_cmd *cmd, const char *option, const char *text,
		       struct ust_moment *moment)
{
	if (!ust_moment_parse(text, moment))
		return 0;
	return ust_cmd_usage(cmd, "%s '%s' is no time: HH:MM:SS, +SECONDS or SECONDS since 1970",
			     option, text);
}

static int take_option(int option, const char **patterns, struct ust_view_opts *view)
{
	const struct ust_cmd *cmd = &ust_cmd_view;

	switch (option) {
	case 'e':
		if (!*optarg)
			return ust_cmd_usage(cmd, "-e needs a pattern, e.g. -e 'app:*'");
		patterns[view->nr_patterns++] = optarg;
		return 0;
	case 'i':
		return take_tid(cmd, optarg, &view->tid);
	case 'f':
		return take_moment(cmd, "--from", optarg, &view->from);
	case 't':
		return take_moment(cmd, "--to", optarg, &view->to);
	default:
		view->json = 1;
		return 0;
	}
}

/* Result: -1 go on, otherwise the exit status. */
static int view_parse(int argc, char **argv, const char **patterns, struct ust_view_opts *view)
{
	static const struct option longs[] = {
		{"event", required_argument, NULL, 'e'},
		{"from", required_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'},
		{"tid", required_argument, NULL, 'i'},
		{"to", required_argument, NULL, 't'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_view, .shorts = ":e:h", .longs = longs};
	int option, status = 0;

	while (!status && (option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		status = take_option(option, patterns, view);
	}
	if (!status)
		status = ust_cmd_operands(opts.cmd, argc, argv, 1);
	view->dir = argv[optind];
	return status ? status : -1;
}

static int view_main(int argc, char **argv)
{
	const char **patterns = calloc((size_t)argc, sizeof(*patterns));
	struct ust_view_opts view = {.patterns = patterns, .tid = -1, .unmatched = unmatched};
	int status;

	if (!patterns)
		return ust_cmd_error("no memory");
	status = view_parse(argc, argv, patterns, &view);
	if (status < 0)
		status = ust_view_trace(&view);
	free(patterns);
	return status;
}

const struct ust_cmd ust_cmd_view = {
	.name = "view",
	.args = "[OPTION]... DIR",
	.summary = "print the events of a trace in the order of time",
	.help = "Shows the events of a trace, merged by time, one on a line. DIR is what \"ustctl "
		"record\"\n"
		"printed, or any directory with CTF 1.8 traces in it.\n"
		"\n"
		"  -e, --event PATTERN  only events that match; may be repeated. \"provider:name\" "
		"with *\n"
		"                       and ?; without a ':' a provider or a name\n"
		"      --tid N          only events of this thread\n"
		"      --from T         only events at or after T: HH:MM:SS.nnnnnnnnn (local "
		"time),\n"
		"                       +SECONDS since the first event, or SECONDS since 1970\n"
		"      --to T           only events at or before T\n"
		"      --json           one JSON object on a line\n"
		"\n"
		"A line: time (+seconds since the line before) process pid tid cpu event { fields "
		"}\n",
	.run = view_main,
};

static int stats_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_stats, .shorts = ":h", .longs = longs};
	int option, json = 0, status;

	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		json = 1;
	}
	status = ust_cmd_operands(opts.cmd, argc, argv, 1);
	return status ? status : ust_view_stats(argv[optind], json);
}

const struct ust_cmd ust_cmd_stats = {
	.name = "stats",
	.args = "[--json] DIR",
	.summary = "count the events of a trace by name, thread and rate",
	.help = "Shows what a trace holds: events by name with count and rate, events by thread, "
		"losses\n"
		"by event and reason, how long spans took, the longest silences, duration and "
		"size. DIR is\n"
		"what \"ustctl record\" printed, or any directory with CTF 1.8 traces in it.\n"
		"\n"
		"      --json  one JSON object\n",
	.run = stats_main,
};
