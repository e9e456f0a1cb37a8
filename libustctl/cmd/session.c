/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands on one session: create, start, stop, destroy; and shutdown. */
#include "cmd.h"
#include "kernel.h"
#include "record.h"
#include "why.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct option help_only[] = {
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/* Commands with nothing but operands. Result: 0 go on, UST_CMD_DONE exit with *ret_status. */
static int operands_only(const struct ust_cmd *cmd, int argc, char **argv, int nr, int *ret_status)
{
	struct ust_cmd_opts opts = {.cmd = cmd, .shorts = ":h", .longs = help_only};

	if (ust_cmd_next(&opts, argc, argv) == UST_CMD_DONE) {
		*ret_status = opts.status;
		return UST_CMD_DONE;
	}
	*ret_status = ust_cmd_operands(cmd, argc, argv, nr);
	return *ret_status ? UST_CMD_DONE : 0;
}

static int create(int argc, char **argv)
{
	static const struct option longs[] = {
		{"all", no_argument, NULL, 'a'},
		{"clock", required_argument, NULL, 'C'},
		{"context", required_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{"kernel", required_argument, NULL, 'k'},
		{"num-subbuf", required_argument, NULL, 'N'},
		{"output", required_argument, NULL, 'o'},
		{"overwrite", no_argument, NULL, 'O'},
		{"subbuf-size", required_argument, NULL, 'S'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_create, .shorts = ":aho:k:", .longs = longs};
	struct ust_ctl_session_opts session = {.contexts = UST_CTL_CONTEXT_TID};
	struct ust_kernel kernel = {0};
	struct ust_ctl *ctl;
	char output[300];
	int option, status = 0, err;

	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		if (option == 'c')
			status = ust_cmd_take_contexts(opts.cmd, optarg, &session);
		else if (option == 'C')
			status = ust_cmd_take_clock(opts.cmd, optarg, &session);
		else if (option == 'N')
			status = ust_cmd_take_num_subbuf(opts.cmd, optarg, &session);
		else if (option == 'S')
			status = ust_cmd_take_subbuf_size(opts.cmd, optarg, &session);
		else if (option == 'k')
			status = ust_kernel_add(opts.cmd, &kernel, optarg);
		else if (option == 'a')
			kernel.all = 1;
		else if (option == 'o')
			session.output = optarg;
		else if (option == 'O')
			session.overwrite = 1;
		if (status)
			return status;
	}
	status = ust_cmd_operands(opts.cmd, argc, argv, 1);
	if (status)
		return status;
	if (!argv[optind][0] || strchr(argv[optind], '/') || strlen(argv[optind]) > 255)
		return ust_cmd_usage(opts.cmd,
				     "a session's name has 1 to 255 characters and no '/'");
	if (kernel.all && !kernel.nr_patterns)
		return ust_cmd_usage(opts.cmd, "-a is about kernel events: it needs -k");
	if (!session.output) {
		snprintf(output, sizeof(output), "ust-%s", argv[optind]);
		session.output = output;
	}
	ctl = ust_cmd_open(1);
	if (!ctl)
		return UST_EXIT_FAILURE;
	err = ust_ctl_create(ctl, argv[optind], &session);
	if (!err)
		printf("session '%s' writes to %s\n", argv[optind], session.output);
	if (err || !kernel.nr_patterns)
		return ust_cmd_finish(ctl, err);
	status = ust_kernel_enable_told(ctl, argv[optind], &kernel);
	/* All or nothing: it can be tried again with another pattern. */
	if (status && !ust_ctl_destroy(ctl, argv[optind], NULL))
		ust_record_remove_trace(session.output, 0);
	ust_ctl_close(ctl);
	return status;
}

const struct ust_cmd ust_cmd_create = {
	.name = "create",
	.args = "NAME [--output DIR] [--overwrite] [--subbuf-size N] [--num-subbuf N] "
		"[--context LIST] [--clock CLOCK] [--kernel LIST [--all]]",
	.summary = "make a session; starts ustd if none runs",
	.help = "Makes a session, which is empty and not started: enable events, then start it.\n"
		"\n"
		"  -o, --output DIR     where the trace goes; default ./ust-NAME. Must not exist "
		"or be\n"
		"                       empty\n"
		"  --overwrite          flight recorder: keep the newest events when buffers are "
		"full\n"
		"                       (default: drop new ones and count them)\n"
		"  --subbuf-size N      bytes of a sub-buffer, a power of two; suffixes k and M\n"
		"  --num-subbuf N       sub-buffers for each CPU, a power of two from 2 to 256\n"
		"  --context LIST       recorded with every event: tid, comm, ip; or none. Default "
		"tid\n"
		"  --clock CLOCK        tsc: the cycle counter; strict: the same, never read "
		"before\n"
		"                       earlier loads; monotonic: CLOCK_MONOTONIC. Default: tsc "
		"where\n"
		"                       the kernel trusts it\n"
		"  -k, --kernel LIST    record kernel events: systems and events, e.g. "
		"sched,irq,syscalls\n"
		"                       or 'block:*'; of the processes of the session. Needs root\n"
		"  -a, --all            kernel events of the whole system\n",
	.run = create,
};

static int start(int argc, char **argv)
{
	struct ust_ctl_session *session;
	struct ust_ctl *ctl;
	int status, err, nr;

	if (operands_only(&ust_cmd_start, argc, argv, 1, &status))
		return status;
	ctl = ust_cmd_open(0);
	if (!ctl)
		return UST_EXIT_FAILURE;
	err = ust_ctl_start(ctl, argv[optind]);
	if (err)
		return ust_cmd_finish(ctl, err);
	nr = ust_ctl_status(ctl, argv[optind], &session);
	if (nr == 1) {
		if (!session->nr_patterns && session->kernel_source)
			printf("session '%s' is started: kernel events only\n", argv[optind]);
		else if (!session->nr_patterns)
			printf("session '%s' is started, but no event is enabled; use: ustctl "
			       "enable "
			       "%s PATTERN\n",
			       argv[optind], argv[optind]);
		else if (!session->nr_apps_live)
			printf("session '%s' is started; no process is reachable now, those to "
			       "come "
			       "are recorded\n",
			       argv[optind]);
		else
			printf("session '%s' is started in %u %s\n", argv[optind],
			       session->nr_apps_live,
			       ust_cmd_plural(session->nr_apps_live, "process", "processes"));
		ust_ctl_sessions_free(session, nr);
	}
	return ust_cmd_finish(ctl, 0);
}

const struct ust_cmd ust_cmd_start = {
	.name = "start",
	.args = "NAME",
	.summary = "start recording",
	.help = "Starts session NAME. Every reachable process records when the command returns.\n",
	.run = start,
};

static int stop(int argc, char **argv)
{
	struct ust_ctl *ctl;
	int status, err;

	if (operands_only(&ust_cmd_stop, argc, argv, 1, &status))
		return status;
	ctl = ust_cmd_open(0);
	if (!ctl)
		return UST_EXIT_FAILURE;
	err = ust_ctl_stop(ctl, argv[optind]);
	if (!err)
		printf("session '%s' is stopped\n", argv[optind]);
	return ust_cmd_finish(ctl, err);
}

const struct ust_cmd ust_cmd_stop = {
	.name = "stop",
	.args = "NAME",
	.summary = "stop recording; may be started again",
	.help = "Stops session NAME. No process records into it when the command returns.\n",
	.run = stop,
};

static int destroy(int argc, char **argv)
{
	struct ust_ctl_session *session = NULL;
	struct ust_ctl *ctl;
	int status, err;

	if (operands_only(&ust_cmd_destroy, argc, argv, 1, &status))
		return status;
	ctl = ust_cmd_open(0);
	if (!ctl)
		return UST_EXIT_FAILURE;
	err = ust_ctl_destroy(ctl, argv[optind], &session);
	if (!err) {
		printf("session '%s' is closed: %llu bytes, %llu lost, in %s\n", argv[optind],
		       (unsigned long long)session->bytes, (unsigned long long)session->lost,
		       session->output);
		if ((!session->nr_events && !session->kernel_source) || session->error) {
			struct ust_why why = {0};

			ust_why_session(&why, session, NULL);
			ust_why_print(&why, stdout);
		}
		ust_ctl_sessions_free(session, 1);
	}
	return ust_cmd_finish(ctl, err);
}

const struct ust_cmd ust_cmd_destroy = {
	.name = "destroy",
	.args = "NAME",
	.summary = "stop, write what is buffered, close the trace",
	.help = "Ends session NAME: stops it if needed, writes what is buffered and closes the "
		"trace,\n"
		"which stays.\n",
	.run = destroy,
};

static int shut_down(int argc, char **argv)
{
	struct ust_ctl *ctl;
	int status, err;

	if (operands_only(&ust_cmd_shutdown, argc, argv, 0, &status))
		return status;
	err = ust_ctl_open(0, &ctl);
	if (err == -ECONNREFUSED) {
		puts("no ustd runs");
		return UST_EXIT_OK;
	}
	if (err)
		return ust_cmd_error("%s", ust_ctl_error(NULL));
	return ust_cmd_finish(ctl, ust_ctl_shutdown(ctl));
}

const struct ust_cmd ust_cmd_shutdown = {
	.name = "shutdown",
	.args = "",
	.summary = "end ustd after it closed all traces",
	.help = "Ends the user's ustd. All its sessions are stopped and their traces closed; "
		"traced\n"
		"programs run on.\n",
	.run = shut_down,
};
