/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl attach": one session around a process that runs. */
#include "attach.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TRIES 5 /* of 2 s, which is what ustd waits for a process */

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int take_duration(struct ust_attach *attach, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end != text && !strcmp(end, "s"))
		end++;
	if (end == text || *end || !(seconds > 0) || seconds > 1e9)
		return ust_cmd_usage(&ust_cmd_attach,
				     "--duration '%s' is not a number of seconds above 0", text);
	attach->duration_ns = (uint64_t)(seconds * 1e9);
	return 0;
}

static int take_pattern(struct ust_record *record, char *pattern)
{
	if (!*pattern)
		return ust_cmd_usage(&ust_cmd_attach, "-e needs a pattern, e.g. -e 'app:*'");
	if (record->nr_patterns == UST_RECORD_MAX_PATTERNS)
		return ust_cmd_usage(&ust_cmd_attach, "more than %d patterns",
				     UST_RECORD_MAX_PATTERNS);
	record->patterns[record->nr_patterns++] = pattern;
	return 0;
}

static int take_option(struct ust_attach *attach, int option)
{
	struct ust_record *record = &attach->record;
	const struct ust_cmd *cmd = &ust_cmd_attach;

	switch (option) {
	case 'o':
		record->session.output = optarg;
		return *optarg ? 0 : ust_cmd_usage(cmd, "-o needs a directory");
	case 'e':
		return take_pattern(record, optarg);
	case 'c':
		return ust_cmd_take_contexts(cmd, optarg, &record->session);
	case 'S':
		return ust_cmd_take_subbuf_size(cmd, optarg, &record->session);
	case 'N':
		return ust_cmd_take_num_subbuf(cmd, optarg, &record->session);
	case 'p':
		if (!strcmp(optarg, "list")) {
			ust_preload_print();
			exit(UST_EXIT_OK);
		}
		return ust_preload_take("ustctl attach", optarg, &record->preloads) ? UST_EXIT_USAGE
										    : 0;
	case 'l':
		return ust_calls_take("ustctl attach", optarg, &record->calls) ? UST_EXIT_USAGE : 0;
	case 'd':
		return take_duration(attach, optarg);
	case 'O':
		record->session.overwrite = 1;
		return 0;
	case 'f':
		attach->follow = 1;
		return 0;
	case 's':
		record->sched = 1;
		return 0;
	case 'u':
		attach->unload = 1;
		return 0;
	default:
		record->json = 1;
		return 0;
	}
}

int ust_attach_pid(const struct ust_cmd *cmd, const char *text, pid_t *ret_pid)
{
	char *end;
	long pid = strtol(text, &end, 10);

	if (end == text || *end || pid < 1 || pid > 4194304)
		return ust_cmd_usage(cmd, "'%s' is not a process id", text);
	*ret_pid = (pid_t)pid;
	return 0;
}

/* Result: -1 go on, otherwise the exit status. */
static int parse(struct ust_attach *attach, int argc, char **argv)
{
	static const struct option longs[] = {
		{"call", required_argument, NULL, 'l'},
		{"context", required_argument, NULL, 'c'},
		{"duration", required_argument, NULL, 'd'},
		{"event", required_argument, NULL, 'e'},
		{"follow", no_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'},
		{"num-subbuf", required_argument, NULL, 'N'},
		{"output", required_argument, NULL, 'o'},
		{"overwrite", no_argument, NULL, 'O'},
		{"preload", required_argument, NULL, 'p'},
		{"sched", no_argument, NULL, 's'},
		{"subbuf-size", required_argument, NULL, 'S'},
		{"unload", no_argument, NULL, 'u'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_attach, .shorts = ":ho:e:p:", .longs = longs};
	struct ust_record *record = &attach->record;
	int option, status;

	record->session.contexts = UST_CTL_CONTEXT_TID;
	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		status = take_option(attach, option);
		if (status)
			return status;
	}
	if (optind == argc)
		return ust_cmd_usage(opts.cmd, "no process id");
	status = ust_cmd_operands(opts.cmd, argc, argv, 1);
	if (!status)
		status = ust_attach_pid(opts.cmd, argv[optind], &attach->pid);
	if (status)
		return status;
	if (!record->nr_patterns) {
		record->is_default_pattern = 1;
		record->patterns[record->nr_patterns++] = (char *)"*";
	}
	return -1;
}

static void default_output(struct ust_attach *attach, unsigned int attempt)
{
	struct ust_record *record = &attach->record;
	time_t now = time(NULL);
	char stamp[32], suffix[16] = "", *p;
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	if (attempt)
		snprintf(suffix, sizeof(suffix), "-%u", attempt + 1);
	snprintf(record->output, sizeof(record->output), "./ust-%s-%s%s", attach->comm, stamp,
		 suffix);
	/* A thread's name is not a path. */
	for (p = record->output + 2; *p; p++)
		if (*p == '/' || (unsigned char)*p < ' ')
			*p = '_';
	record->session.output = record->output;
}

static int create_session(struct ust_attach *attach)
{
	struct ust_record *record = &attach->record;
	const char *asked = record->session.output;
	unsigned int attempt;
	struct stat st;
	int err = 0;

	snprintf(record->name, sizeof(record->name), "attach-%d-%d", (int)attach->pid,
		 (int)getpid());
	record->session.pids = &attach->pid;
	record->session.nr_pids = 1;
	record->session.flags = attach->follow ? UST_CTL_FOLLOW : 0;
	/* Two processes of the same name may be attached to within one second. */
	for (attempt = 0; attempt < 100; attempt++) {
		if (!asked)
			default_output(attach, attempt);
		record->made_output = lstat(record->session.output, &st) != 0;
		err = !asked && !record->made_output
			      ? -EEXIST
			      : ust_ctl_create(record->ctl, record->name, &record->session);
		if (asked || (err != -EEXIST && err != -ENOTEMPTY))
			break;
	}
	return err ? ust_cmd_error("%s", ust_ctl_error(record->ctl)) : 0;
}

/* Reaches the process and lets it record. Result: 0 or an exit status after a message. */
static int reach(struct ust_attach *attach)
{
	struct ust_record *record = &attach->record;
	int ret = -ETIMEDOUT, tries;

	if (ust_attach_is_stopped(attach))
		return ust_cmd_error("cannot attach to process %d (%s): it is stopped (SIGSTOP, "
				     "SIGTSTP); continue it first, with: kill -CONT %d",
				     (int)attach->pid, attach->comm, (int)attach->pid);
	/* On a busy machine its thread may get the CPU late. */
	for (tries = 0; tries < TRIES && ret == -ETIMEDOUT; tries++)
		ret = ust_ctl_attach(record->ctl, attach->pid, -1);
	if (ret == -ESRCH)
		return ust_attach_inject(attach);
	if (ret < 0)
		return ust_cmd_error("%s", ust_ctl_error(record->ctl));
	/* Asked again, it is connected already: what it was before is not known any more. */
	attach->was_detached = ret == UST_CTL_WAS_DETACHED || tries > 1;
	return 0;
}

static int begin(struct ust_attach *attach)
{
	struct ust_record *record = &attach->record;
	unsigned int i;
	int status = create_session(attach);

	if (status)
		return status;
	for (i = 0; i < record->nr_patterns && !status; i++)
		if (ust_ctl_enable(record->ctl, record->name, record->patterns[i]) < 0)
			status = ust_cmd_error("%s", ust_ctl_error(record->ctl));
	if (!status && record->sched &&
	    ust_ctl_enable_sched(record->ctl, record->name, attach->pid, attach->follow))
		status = ust_cmd_error("%s", ust_ctl_error(record->ctl));
	if (!status && ust_ctl_start(record->ctl, record->name))
		status = ust_cmd_error("%s", ust_ctl_error(record->ctl));
	if (!status)
		status = reach(attach);
	if (!status)
		status = ust_attach_hook(attach);
	if (status) {
		ust_ctl_destroy(record->ctl, record->name, NULL);
		ust_record_remove_trace(record->session.output, record->made_output);
	}
	return status;
}

static void end(struct ust_attach *attach)
{
	struct ust_record *record = &attach->record;
	struct ust_ctl_session *session = NULL;
	int err;

	ust_ctl_stop(record->ctl, record->name);
	if (attach->hooked && !attach->was_detached)
		ust_ctl_hook(record->ctl, attach->pid, "");
	if (attach->was_detached) {
		err = ust_ctl_detach(record->ctl, attach->pid);
		/* One that ended, or was detached by somebody else, is no failure. */
		if (err && err != -ESRCH)
			ust_cmd_error("%s", ust_ctl_error(record->ctl));
	}
	if (ust_ctl_destroy(record->ctl, record->name, &session)) {
		ust_cmd_error("%s; what was written stays in %s", ust_ctl_error(record->ctl),
			      record->session.output);
		session = NULL;
	}
	if (attach->ended_how && !record->json)
		fprintf(stderr, "ustctl: process %d %s\n", (int)attach->pid, attach->ended_how);
	ust_record_summary(record, session);
	ust_ctl_sessions_free(session, 1);
}

static void tell_start(const struct ust_attach *attach)
{
	fprintf(stderr, "ustctl: attached to process %d (%s) after %.1f ms", (int)attach->pid,
		attach->comm, (double)attach->latency_ns / 1e6);
	if (attach->stopped_ns)
		fprintf(stderr, ", of which a thread of it was stopped for %.2f ms",
			(double)attach->stopped_ns / 1e6);
	fputs("; Ctrl-C detaches\n", stderr);
}

static int run(struct ust_attach *attach, uint64_t begun_ns)
{
	struct ust_record *record = &attach->record;
	sigset_t set;
	int status = ust_attach_find(attach);

	if (status)
		return status;
	/* From here on a signal ends the recording, not us. */
	ust_attach_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	record->ctl = ust_cmd_open(1);
	if (!record->ctl)
		return UST_EXIT_FAILURE;
	status = begin(attach);
	if (status)
		return status;
	attach->latency_ns = now_ns() - begun_ns;
	if (!record->json)
		tell_start(attach);
	ust_attach_wait(attach);
	end(attach);
	/* One that has ended has nothing to be unloaded from. */
	return attach->unload && !ust_attach_is_gone(attach) ? ust_attach_unload(attach->pid)
							     : UST_EXIT_OK;
}

static int attach_main(int argc, char **argv)
{
	struct ust_attach *attach = calloc(1, sizeof(*attach));
	uint64_t begun_ns = now_ns();
	int status;

	if (!attach)
		return ust_cmd_error("no memory");
	attach->pidfd = -1;
	status = parse(attach, argc, argv);
	if (status < 0)
		status = run(attach, begun_ns);
	ust_ctl_close(attach->record.ctl);
	ust_calls_fini(&attach->record.calls);
	if (attach->pidfd >= 0)
		close(attach->pidfd);
	free(attach);
	return status;
}

const struct ust_cmd ust_cmd_attach = {
	.name = "attach",
	.args = "[OPTION]... PID",
	.summary = "record a process that runs already",
	.help = "Records process PID until Ctrl-C, SIGTERM, the end of --duration, \"ustctl "
		"detach\" "
		"or its\n"
		"end, and lets go of it. Then tells what \"ustctl record\" tells at its end. "
		"Starts "
		"ustd if\n"
		"none runs. \"ustctl doctor PID\" tells beforehand what stands in the way.\n"
		"\n"
		"  -o, --output DIR     where the trace goes: absent or empty. Default:\n"
		"                       ./ust-NAME-DATE-TIME\n"
		"  -e, --event PATTERN  record only events that match, \"provider:name\" with * "
		"and ?;\n"
		"                       may be given several times. Default '*': all\n"
		"  -p, --preload LIST   record calls of libraries as well: see ustctl record -p "
		"help\n"
		"  --call RULE          record calls of one function of a library: see ustctl "
		"record\n"
		"  --sched              record when its threads get and leave a CPU; without "
		"root\n"
		"  --duration SECONDS   end after this time\n"
		"  --follow             record the processes that it forks as well, and the "
		"programs\n"
		"                       that it and they execute\n"
		"  --unload             at the end take libust out of the process again, as "
		"ustctl\n"
		"                       detach --unload does\n"
		"  --context LIST       recorded with every event: tid, comm, ip; or none. Default "
		"tid\n"
		"  --overwrite          flight recorder: keep the newest events when buffers are "
		"full\n"
		"  --subbuf-size N      bytes of a sub-buffer, a power of two; suffixes k and M\n"
		"  --num-subbuf N       sub-buffers for each CPU, a power of two from 2 to 256\n"
		"  --json               tell the result as one JSON object on standard error\n"
		"\n"
		"Calls of -p and --call are seen where an object calls another one by name; not "
		"seen are\n"
		"calls within a library, and through pointers that were taken before.\n"
		"The exit status is 0, 2 for wrong usage, 1 if nothing could be recorded, or if "
		"libust\n"
		"stays in spite of --unload.\n",
	.run = attach_main,
};
