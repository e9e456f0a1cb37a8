/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of "ustctl attach". */
#ifndef USTCTL_CMD_ATTACH_H
#define USTCTL_CMD_ATTACH_H

#include <signal.h>
#include <sys/types.h>

#include "cmd.h"
#include "record.h"

struct ust_attach {
	struct ust_record record; /* what it shares with record: session, patterns, summary */
	pid_t pid;
	int pidfd;
	uint64_t duration_ns; /* 0: until told */
	int follow;
	int unload; /* at the end */
	int hooked; /* -p, --call or --follow */
	char comm[32];
	int was_detached;       /* before us: it is let go at the end */
	unsigned int nr_silent; /* looks in a row that found no process to record */
	const char *ended_how;  /* why the wait ended; NULL: we were told */
	uint64_t latency_ns;    /* from the command's start until it recorded */
	uint64_t stopped_ns;    /* how long a thread of it was stopped for the injection */
};

/* The process is there: 0, or an exit status after a message. Fills in pidfd, comm and
 * record.program. */
int ust_attach_find(struct ust_attach *attach);

/* Puts libust into the process and lets it record. Likewise. */
int ust_attach_inject(struct ust_attach *attach);

/* -p, --call and --follow. Likewise. */
int ust_attach_hook(struct ust_attach *attach);

/* Takes libust out of a process that is not recorded any more. Result: 0, or an exit status after a
 * message, which says why it stays. */
int ust_attach_unload(pid_t pid);

/* Whether it has ended. */
int ust_attach_is_gone(const struct ust_attach *attach);

/* Whether a signal has stopped it. */
int ust_attach_is_stopped(const struct ust_attach *attach);

/* The signals that end the recording; blocked in us. */
void ust_attach_signals(sigset_t *ret_set);

/* A process id of the command line: 0 or an exit status. */
int ust_attach_pid(const struct ust_cmd *cmd, const char *text, pid_t *ret_pid);

/* Waits until somebody wants the end, or there is nothing left to record. */
void ust_attach_wait(struct ust_attach *attach);

#endif /* USTCTL_CMD_ATTACH_H */
