/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records kernel events while a command runs.
 *
 *	kcat [-b BYTES] [-n NR] [-c CONTEXTS] [-k CLOCK] [-w WAKE-US] [-o] [-l] [-p] [-d]
 *	     DIR PATTERN[,PATTERN...] COMMAND [ARGUMENT...]
 *
 * -o overwrite mode, -l open sub-buffers too, -p only COMMAND and its children, -d state dump.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktrace.h"

static struct ktrace_opts opts = {.subbuf_size = 262144, .nr_subbufs = 8, .wake_us = 100000};
static int live, only, dump;

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+b:n:c:k:w:olpd")) != -1) {
		switch (c) {
		case 'b':
			opts.subbuf_size = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			opts.nr_subbufs = (uint32_t)strtoul(optarg, NULL, 0);
			break;
		case 'c':
			opts.contexts = (uint32_t)strtoul(optarg, NULL, 0);
			break;
		case 'k':
			opts.clock = (uint32_t)strtoul(optarg, NULL, 0);
			break;
		case 'w':
			opts.wake_us = (uint32_t)strtoul(optarg, NULL, 0);
			break;
		case 'o':
			opts.flags |= UST_KCHANNEL_OVERWRITE;
			break;
		case 'l':
			live = 1;
			break;
		case 'p':
			only = 1;
			break;
		case 'd':
			dump = 1;
			break;
		default:
			exit(2);
		}
	}
	if (argc - optind < 3) {
		fprintf(stderr, "kcat: DIR PATTERN COMMAND are missing\n");
		exit(2);
	}
}

/* The command begins when the session is started. */
static pid_t spawn(char **argv, int go[2])
{
	pid_t pid = fork();
	char c;

	if (pid)
		return pid;
	close(go[1]);
	if (read(go[0], &c, 1) == 1)
		execvp(argv[0], argv);
	_exit(127);
}

static void wait_for_data(struct ktrace *trace)
{
	struct pollfd fds[KTRACE_CPUS];
	nfds_t nr = 0;
	int cpu;

	for (cpu = 0; cpu < KTRACE_CPUS; cpu++)
		if (trace->streams[cpu].info.size)
			fds[nr++] = (struct pollfd){trace->streams[cpu].fd, POLLIN, 0};
	poll(fds, nr, 50);
}

int main(int argc, char **argv)
{
	struct ust_kernel_filter filter = {.size = sizeof(filter),
					   .kind = UST_KFILTER_PID,
					   .op = UST_KFILTER_ADD,
					   .flags = UST_KFILTER_FOLLOW};
	int go[2], status = 0, nr = 0;
	uint64_t pieces = 0, spliced = 0;
	struct ktrace trace;
	char *pattern;
	pid_t pid;

	options(argc, argv);
	ktrace_open(&trace, argv[optind], &opts);
	if (pipe(go))
		ktrace_die("pipe");
	pid = spawn(argv + optind + 2, go);
	if (only) {
		filter.value = (uint64_t)pid;
		ktrace_ioctl(trace.session, UST_KSESSION_FILTER, &filter, "filter");
	}
	for (pattern = strtok(argv[optind + 1], ","); pattern; pattern = strtok(NULL, ","))
		nr += ktrace_enable(&trace, pattern);
	ktrace_streams(&trace);
	ktrace_ioctl(trace.session, UST_KSESSION_START, NULL, "start");
	if (dump)
		ktrace_ioctl(trace.session, UST_KSESSION_STATEDUMP, NULL, "state dump");
	if (write(go[1], "", 1) != 1)
		ktrace_die("go");
	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (!(opts.flags & UST_KCHANNEL_OVERWRITE)) {
			wait_for_data(&trace);
			ktrace_drain(&trace, live ? 0 : UST_KPIECE_WHOLE);
		} else {
			usleep(50000);
		}
	}
	ktrace_ioctl(trace.session, UST_KSESSION_STOP, NULL, "stop");
	ktrace_streams(&trace);
	while (ktrace_drain(&trace, 0))
		;
	for (int cpu = 0; cpu < KTRACE_CPUS; cpu++) {
		pieces += trace.streams[cpu].pieces;
		spliced += trace.streams[cpu].spliced;
	}
	printf("enabled %d clock %u pieces %llu spliced %llu lost %llu status %d\n", nr,
	       trace.clock, (unsigned long long)pieces, (unsigned long long)spliced,
	       (unsigned long long)ktrace_close(&trace), status);
	return 0;
}
