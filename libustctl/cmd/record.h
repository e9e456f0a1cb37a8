/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of "ustctl record". */
#ifndef USTCTL_CMD_RECORD_H
#define USTCTL_CMD_RECORD_H

#include <limits.h>
#include <stdint.h>

#include <ust/ctl.h>

#include "calls.h"
#include "child.h"
#include "kernel.h"
#include "cmd.h"
#include "paths.h"
#include "preloads.h"
#include "program.h"

#define UST_RECORD_MAX_PATTERNS 256

struct ust_record {
	/* Asked for. */
	struct ust_ctl_session_opts session;
	char *patterns[UST_RECORD_MAX_PATTERNS];
	unsigned int nr_patterns;
	int is_default_pattern;
	struct ust_cmd_level level;
	struct ust_preload_list preloads;
	struct ust_calls calls;
	struct ust_kernel kernel;
	int sched;
	int json;
	char **argv; /* of the program */

	/* Found or made. */
	struct ust_program program;
	struct ust_ctl *ctl;
	char name[64];
	char scope[64];
	char output[PATH_MAX];
	int made_output; /* the directory was not there before us */
	struct ust_child child;
	unsigned int nr_left; /* processes of its tree that still ran at the end */
};

/* "LD_PRELOAD=" and what brings libust into a program, in front of the @users own value, which may
 * be NULL. Result: 0 and a string to free, or a negative errno after a message. */
int ust_record_preload(const struct ust_record *record, const char *users, char **ret_value);

/* The program's environment: ours with LD_PRELOAD, UST_SCOPE and what --call needs. Result: 0 and an
 * array, or a negative errno after a message. */
int ust_record_environ(const struct ust_record *record, char ***ret_envp);
void ust_record_environ_free(const struct ust_record *record, char **envp);

/* Removes the trace of a program that was never started: the files of ours in @dir, and @dir itself
 * if
 * @made. Anything else stays. */
void ust_record_remove_trace(const char *dir, int made);

/* The block of numbers after the end, and why there are none. @session NULL: ustd did not tell. */
void ust_record_summary(const struct ust_record *record, const struct ust_ctl_session *session);

#endif /* USTCTL_CMD_RECORD_H */
