/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl record": one session around one program. */
#include "record.h"

#include "cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int add_pattern(struct ust_record *record, char *pattern)
{
	if (!*pattern)
		return ust_cmd_usage(&ust_cmd_record, "-e needs a pattern, e.g. -e 'app:*'");
	if (record->nr_patterns == UST_RECORD_MAX_PATTERNS)
		return ust_cmd_usage(&ust_cmd_record, "more than %d patterns",
				     UST_RECORD_MAX_PATTERNS);
	record->patterns[record->nr_patterns++] = pattern;
	return 0;
}

#define LISTED -2 /* of take_option(): done, with success */

static int take_preloads(struct ust_record *record, const char *list)
{
	if (!strcmp(list, "list")) {
		ust_preload_print();
		return LISTED;
	}
	return ust_preload_take("ustctl record", list, &record->preloads) ? UST_EXIT_USAGE : 0;
}

static int take_option(struct ust_record *record, int option)
{
	const struct ust_cmd *cmd = &ust_cmd_record;

	switch (option) {
	case 'o':
		record->session.output = optarg;
		return *optarg ? 0 : ust_cmd_usage(cmd, "-o needs a directory");
	case 'e':
		return add_pattern(record, optarg);
	case 'p':
		return take_preloads(record, optarg);
	case 'F':
		return ust_calls_take("ustctl record", optarg, &record->calls) ? UST_EXIT_USAGE : 0;
	case 'c':
		return ust_cmd_take_contexts(cmd, optarg, &record->session);
	case 'C':
		return ust_cmd_take_clock(cmd, optarg, &record->session);
	case 'S':
		return ust_cmd_take_subbuf_size(cmd, optarg, &record->session);
	case 'N':
		return ust_cmd_take_num_subbuf(cmd, optarg, &record->session);
	case 'k':
		return ust_kernel_add(cmd, &record->kernel, optarg);
	case 'a':
		record->kernel.all = 1;
		return 0;
	case 'l':
	case 'L':
		return ust_cmd_take_level(cmd, option == 'L', optarg, &record->level);
	case 'O':
		record->session.overwrite = 1;
		return 0;
	case 's':
		record->sched = 1;
		return 0;
	default:
		record->json = 1;
		return 0;
	}
}

/* Result: -1 go on, otherwise the exit status. */
static int parse(struct ust_record *record, int argc, char **argv)
{
	static const struct option longs[] = {
		{"all", no_argument, NULL, 'a'},
		{"call", required_argument, NULL, 'F'},
		{"clock", required_argument, NULL, 'C'},
		{"context", required_argument, NULL, 'c'},
		{"event", required_argument, NULL, 'e'},
		{"help", no_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'},
		{"kernel", required_argument, NULL, 'k'},
		{"loglevel", required_argument, NULL, 'l'},
		{"loglevel-only", required_argument, NULL, 'L'},
		{"num-subbuf", required_argument, NULL, 'N'},
		{"output", required_argument, NULL, 'o'},
		{"overwrite", no_argument, NULL, 'O'},
		{"preload", required_argument, NULL, 'p'},
		{"sched", no_argument, NULL, 's'},
		{"subbuf-size", required_argument, NULL, 'S'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {
		.cmd = &ust_cmd_record, .shorts = "+:aho:e:k:p:", .longs = longs};
	int option, status;

	record->session.contexts = UST_CTL_CONTEXT_TID;
	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		status = take_option(record, option);
		if (status)
			return status == LISTED ? UST_EXIT_OK : status;
	}
	if (optind == argc)
		return ust_cmd_usage(opts.cmd, "no program to run");
	record->argv = argv + optind;
	if (!record->nr_patterns) {
		record->is_default_pattern = 1;
		record->patterns[record->nr_patterns++] = (char *)"*";
	}
	return -1;
}

static int not_executable(const struct ust_record *record, int err)
{
	if (err == -ENOENT && !strchr(record->argv[0], '/'))
		ust_cmd_error("%s: not found in PATH", record->argv[0]);
	else
		ust_cmd_error("%s: %s", record->argv[0], strerror(-err));
	return err == -ENOENT ? UST_EXIT_NOT_FOUND : UST_EXIT_NOT_EXEC;
}

/* A name that no other session has, and a scope that no other process has in its environment. */
static void make_names(struct ust_record *record)
{
	uint64_t random = 0;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) != sizeof(random))
		random = (uint64_t)time(NULL);
	snprintf(record->name, sizeof(record->name), "record-%d-%06x", (int)getpid(),
		 (unsigned int)(random & 0xffffff));
	snprintf(record->scope, sizeof(record->scope), "record-%d-%016llx", (int)getpid(),
		 (unsigned long long)random);
	/* The whole system: its programs, too. */
	record->session.scope = record->kernel.all ? NULL : record->scope;
	record->session.flags |= UST_CTL_OWNED;
}

static void default_output(struct ust_record *record, unsigned int attempt)
{
	const char *slash = strrchr(record->argv[0], '/');
	time_t now = time(NULL);
	char stamp[32], suffix[16] = "";
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	if (attempt)
		snprintf(suffix, sizeof(suffix), "-%u", attempt + 1);
	snprintf(record->output, sizeof(record->output), "./ust-%.128s-%s%s",
		 slash ? slash + 1 : record->argv[0], stamp, suffix);
	record->session.output = record->output;
}

static int create_session(struct ust_record *record)
{
	const char *asked = record->session.output;
	struct stat st;
	unsigned int attempt;
	int err;

	/* Two programs of the same name may be recorded within one second. */
	for (attempt = 0; attempt < 100; attempt++) {
		if (!asked)
			default_output(record, attempt);
		record->made_output = lstat(record->session.output, &st) != 0;
		err = !asked && !record->made_output
			      ? -EEXIST
			      : ust_ctl_create(record->ctl, record->name, &record->session);
		if (asked || (err != -EEXIST && err != -ENOTEMPTY))
			break;
	}
	return err ? ust_cmd_error("%s", ust_ctl_error(record->ctl)) : 0;
}

static void close_session(struct ust_record *record, int remove)
{
	ust_ctl_destroy(record->ctl, record->name, NULL);
	if (remove)
		ust_record_remove_trace(record->session.output, record->made_output);
}

/* Everything that has to hold before the program's first instruction. Result: 0 or an exit status.
 */
static int prepare(struct ust_record *record)
{
	unsigned int i;
	int status;

	record->ctl = ust_cmd_open(1);
	if (!record->ctl)
		return UST_EXIT_FAILURE;
	status = create_session(record);
	if (status)
		return status;
	for (i = 0; i < record->nr_patterns && !status; i++)
		if (ust_ctl_enable_level(record->ctl, record->name, record->patterns[i],
					 record->level.op, record->level.level) < 0)
			status = ust_cmd_error("%s", ust_ctl_error(record->ctl));
	if (!status && record->kernel.nr_patterns)
		status = ust_kernel_enable(record->ctl, record->name, &record->kernel,
					   record->child.pid);
	if (!status && record->sched &&
	    ust_ctl_enable_sched(record->ctl, record->name, record->child.pid, 1))
		status = ust_cmd_error("%s", ust_ctl_error(record->ctl));
	if (!status && ust_ctl_start(record->ctl, record->name))
		status = ust_cmd_error("%s", ust_ctl_error(record->ctl));
	if (status)
		close_session(record, 1);
	return status;
}

/* After the stop ustd knows which processes are gone. */
static void stop_session(struct ust_record *record)
{
	struct ust_ctl_session *session;
	int nr;

	if (ust_ctl_stop(record->ctl, record->name))
		return; /* the reason comes up again when it is destroyed */
	nr = ust_ctl_status(record->ctl, record->name, &session);
	if (nr != 1)
		return;
	record->nr_left = session->nr_apps_live;
	ust_ctl_sessions_free(session, nr);
}

static void report(struct ust_record *record)
{
	struct ust_ctl_session *session = NULL;

	stop_session(record);
	if (ust_ctl_destroy(record->ctl, record->name, &session)) {
		ust_cmd_error("%s; what was written stays in %s", ust_ctl_error(record->ctl),
			      record->session.output);
		session = NULL;
	}
	ust_record_summary(record, session);
	ust_ctl_sessions_free(session, 1);
}

static int run(struct ust_record *record)
{
	char **envp;
	int err, status;

	make_names(record);
	if (ust_calls_complete(&record->calls, &record->program))
		return UST_EXIT_FAILURE;
	if (ust_record_environ(record, &envp))
		return UST_EXIT_FAILURE;
	/* Its process id is what the kernel's events are chosen by. */
	err = ust_child_fork(&record->child, record->program.path, record->argv, envp);
	status =
		err ? ust_cmd_error("cannot start a process: %s", strerror(-err)) : prepare(record);
	if (status) {
		if (!err)
			ust_child_cancel(&record->child);
		goto out;
	}
	err = ust_child_go(&record->child);
	if (err) {
		close_session(record, 1);
		status = not_executable(record, err);
		goto out;
	}
	ust_child_wait(&record->child);
	/* Our own output may go to a reader that ended with the program. */
	signal(SIGPIPE, SIG_IGN);
	report(record);
	status = ust_child_exit_status(&record->child);
out:
	ust_record_environ_free(record, envp);
	return status;
}

static int record_main(int argc, char **argv)
{
	struct ust_record *record = calloc(1, sizeof(*record));
	int status, err;

	if (!record)
		return ust_cmd_error("no memory");
	status = parse(record, argc, argv);
	if (status < 0) {
		err = ust_program_find(&record->program, record->argv[0]);
		status = err ? not_executable(record, err) : run(record);
	}
	ust_ctl_close(record->ctl);
	ust_calls_fini(&record->calls);
	free(record);
	return status;
}

const struct ust_cmd ust_cmd_record = {
	.name = "record",
	.args = "[OPTION]... [--] PROGRAM [ARGUMENT]...",
	.summary = "run a program and record it",
	.help = "Runs PROGRAM and records its events and those of the processes it starts, until "
		"it\n"
		"ends. Then tells on standard error how many events were recorded and lost, the "
		"bytes,\n"
		"the seconds and the trace's directory. Starts ustd if none runs.\n"
		"\n"
		"  -o, --output DIR     where the trace goes: absent or empty. Default:\n"
		"                       ./ust-PROGRAM-DATE-TIME\n"
		"  -e, --event PATTERN  record only events that match, \"provider:name\" with * "
		"and ?;\n"
		"                       may be given several times. Default '*': "
		"all\n" UST_CMD_LEVEL_HELP
		"  -k, --kernel LIST    record kernel events as well: systems and events, e.g.\n"
		"                       sched,irq,syscalls or 'block:*'; of PROGRAM and what it "
		"starts.\n"
		"                       Needs root. See: ustctl list --kernel\n"
		"  -a, --all            record the whole system: kernel events of all processes, "
		"and "
		"all\n"
		"                       processes that ustd reaches\n"
		"  --sched              record when each thread of PROGRAM, and of what it "
		"starts, gets\n"
		"                       and leaves a CPU; without root. See: ustctl doctor\n"
		"  -p, --preload LIST   record calls of libraries as well: malloc, pthread, io, "
		"dl, time,\n"
		"                       signal, process; \"list\" tells what each stands for\n"
		"  --call RULE          record calls of one function of a library, e.g. "
		"'libz.so:inflate'\n"
		"                       or 'libz.so:deflate(ptr strm, int flush) -> int'; may be "
		"given\n"
		"                       several times. Without a list of parameters they are "
		"taken from\n"
		"                       debug information, else six registers are recorded\n"
		"  --context LIST       recorded with every event: tid, comm, ip; or none. Default "
		"tid\n"
		"  --clock CLOCK        tsc: the cycle counter; strict: the same, never read "
		"before\n"
		"                       earlier loads; monotonic: CLOCK_MONOTONIC. Default: tsc "
		"where\n"
		"                       the kernel trusts it\n"
		"  --overwrite          flight recorder: keep the newest events when buffers are "
		"full\n"
		"  --subbuf-size N      bytes of a sub-buffer, a power of two; suffixes k and M\n"
		"  --num-subbuf N       sub-buffers for each CPU, a power of two from 2 to 256\n"
		"  --json               tell the result as one JSON object on standard error\n"
		"\n"
		"The exit status is PROGRAM's, 128+N if signal N killed it, 127 if it is not "
		"found,\n"
		"126 if it cannot be executed, 2 for wrong usage, 1 if nothing could be recorded\n"
		"(PROGRAM was not started then). Signals are forwarded; a second Ctrl-C ends the\n"
		"recording although PROGRAM still runs.\n",
	.run = record_main,
};
