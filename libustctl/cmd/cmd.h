/* SPDX-License-Identifier: GPL-2.0-only */
/* What every command of ustctl uses: the table, messages, options. */
#ifndef USTCTL_CMD_CMD_H
#define USTCTL_CMD_CMD_H

#include <getopt.h>
#include <stdint.h>

#include <ust/ctl.h>

/* Exit statuses. record returns the program's instead once it has run. */
#define UST_EXIT_OK 0
#define UST_EXIT_FAILURE 1
#define UST_EXIT_USAGE 2
#define UST_EXIT_NOT_EXEC 126
#define UST_EXIT_NOT_FOUND 127

struct ust_cmd {
	const char *name;
	const char *args;    /* behind the name in the usage line */
	const char *summary; /* one line of ustctl --help */
	const char *help; /* what "ustctl NAME --help" prints behind the usage line; whole lines */
	int (*run)(int argc, char **argv); /* argv[0] is the name; result: exit status */
};

/* All commands in the order of the help text, and a NULL. */
extern const struct ust_cmd *const ust_cmds[];

extern const struct ust_cmd ust_cmd_attach, ust_cmd_detach, ust_cmd_record, ust_cmd_create,
	ust_cmd_enable, ust_cmd_disable, ust_cmd_start, ust_cmd_stop, ust_cmd_destroy,
	ust_cmd_rotate, ust_cmd_snapshot, ust_cmd_shutdown, ust_cmd_status, ust_cmd_list,
	ust_cmd_view, ust_cmd_stats, ust_cmd_doctor;

/* "ustctl: ..." on stderr; returns UST_EXIT_FAILURE. */
int ust_cmd_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same, and where the usage is explained; returns UST_EXIT_USAGE. */
int ust_cmd_usage(const struct ust_cmd *cmd, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "Usage: ..." and the help text on stdout. */
void ust_cmd_help(const struct ust_cmd *cmd);

/*
 * Options of one command. ust_cmd_next() is getopt_long(3) that answers --help and refuses what it
 * does not know, with the nearest option there is.
 */
struct ust_cmd_opts {
	const struct ust_cmd *cmd;
	const char *shorts;
	const struct option *longs;
	int status; /* after UST_CMD_DONE: exit with it */
};
#define UST_CMD_END (-1) /* no more options: operands from optind */
#define UST_CMD_DONE (-2)
int ust_cmd_next(struct ust_cmd_opts *opts, int argc, char **argv);

/* Exactly @nr operands from optind on; otherwise complains and returns UST_EXIT_USAGE. */
int ust_cmd_operands(const struct ust_cmd *cmd, int argc, char **argv, int nr);

/* A connection. Result: NULL after a message. With @spawn, ustd is started if none runs. */
struct ust_ctl *ust_cmd_open(int spawn);

/* Closes the connection, after a failure behind its sentence. Result: an exit status. */
int ust_cmd_finish(struct ust_ctl *ctl, int err);

/* Options that several commands take. -EINVAL; -ERANGE: a number out of bounds or no power of two.
 */
int ust_cmd_parse_size(const char *text, uint64_t min, uint64_t max, uint64_t *ret_bytes);
int ust_cmd_parse_contexts(const char *text, unsigned int *ret_contexts);

/* --subbuf-size, --num-subbuf, --context with a message on failure. Result: 0 or an exit status. */
int ust_cmd_take_subbuf_size(const struct ust_cmd *cmd, const char *text,
			     struct ust_ctl_session_opts *opts);
int ust_cmd_take_num_subbuf(const struct ust_cmd *cmd, const char *text,
			    struct ust_ctl_session_opts *opts);
int ust_cmd_take_contexts(const struct ust_cmd *cmd, const char *text,
			  struct ust_ctl_session_opts *opts);

/* --loglevel, --loglevel-only: for ust_ctl_enable_level(). */
struct ust_cmd_level {
	unsigned int op, level;
};
int ust_cmd_take_level(const struct ust_cmd *cmd, int only, const char *text,
		       struct ust_cmd_level *level);

#define UST_CMD_LEVEL_HELP                                                                         \
	"  --loglevel LEVEL     only events of this log level and the more severe ones: EMERG,\n"  \
	"                       ALERT, CRIT, ERR, WARNING, NOTICE, INFO, DEBUG_SYSTEM,\n"          \
	"                       DEBUG_PROGRAM, DEBUG_PROCESS, DEBUG_MODULE, DEBUG_UNIT,\n"         \
	"                       DEBUG_FUNCTION, DEBUG_LINE, DEBUG; or its number, 0 to 14\n"       \
	"  --loglevel-only LEVEL  only events of exactly this log level\n"

/* --clock */
int ust_cmd_take_clock(const struct ust_cmd *cmd, const char *text,
		       struct ust_ctl_session_opts *opts);

/* "1 event", "2 events": for "%u %s". */
const char *ust_cmd_plural(uint64_t nr, const char *one, const char *many);

#endif /* USTCTL_CMD_CMD_H */
