/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages, options and the values that several commands take. */
#include "cmd.h"
#include "names.h"
#include "near.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/ring.h>

int ust_cmd_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("ustctl: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	return UST_EXIT_FAILURE;
}

int ust_cmd_usage(const struct ust_cmd *cmd, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fprintf(stderr, "ustctl %s: ", cmd->name);
	vfprintf(stderr, fmt, args);
	fprintf(stderr, "\nUsage: ustctl %s %s\nTry 'ustctl %s --help'.\n", cmd->name, cmd->args,
		cmd->name);
	va_end(args);
	return UST_EXIT_USAGE;
}

void ust_cmd_help(const struct ust_cmd *cmd)
{
	printf("Usage: ustctl %s%s%s\n", cmd->name, cmd->args[0] ? " " : "", cmd->args);
	fputs(cmd->help, stdout);
}

static int refuse_option(const struct ust_cmd_opts *opts, char **argv)
{
	const char *given = argv[optind - 1];
	const char *names[32];
	char word[64];
	unsigned int nr = 0;
	int nearest;

	if (optopt && strncmp(given, "--", 2))
		return ust_cmd_usage(opts->cmd, "unknown option '-%c'", optopt);
	/* A known long option with a value it does not take. */
	if (optopt)
		return ust_cmd_usage(opts->cmd, "option '%s' takes no value", given);
	for (; opts->longs[nr].name && nr < 32; nr++)
		names[nr] = opts->longs[nr].name;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(given + 2, "="), given + 2);
	nearest = ust_near_one(word, names, nr);
	if (nearest >= 0)
		return ust_cmd_usage(opts->cmd, "unknown option '--%s'; did you mean '--%s'?", word,
				     names[nearest]);
	return ust_cmd_usage(opts->cmd, "unknown option '--%s'", word);
}

int ust_cmd_next(struct ust_cmd_opts *opts, int argc, char **argv)
{
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, opts->shorts, opts->longs, NULL);
	switch (option) {
	case 'h':
		ust_cmd_help(opts->cmd);
		opts->status = UST_EXIT_OK;
		return UST_CMD_DONE;
	case ':':
		opts->status =
			ust_cmd_usage(opts->cmd, "option '%s' needs a value", argv[optind - 1]);
		return UST_CMD_DONE;
	case '?':
		opts->status = refuse_option(opts, argv);
		return UST_CMD_DONE;
	}
	return option;
}

int ust_cmd_operands(const struct ust_cmd *cmd, int argc, char **argv, int nr)
{
	if (argc - optind < nr)
		return ust_cmd_usage(cmd, "an argument is missing");
	if (argc - optind > nr)
		return ust_cmd_usage(cmd, "'%s' is one argument too many", argv[optind + nr]);
	return 0;
}

struct ust_ctl *ust_cmd_open(int spawn)
{
	struct ust_ctl *ctl;
	int err = ust_ctl_open(spawn ? UST_CTL_SPAWN : 0, &ctl);

	if (!err)
		return ctl;
	if (err == -ECONNREFUSED && !spawn)
		ust_cmd_error("%s, so there is no session; \"ustctl create\" and \"ustctl record\" "
			      "start one",
			      ust_ctl_error(NULL));
	else
		ust_cmd_error("%s", ust_ctl_error(NULL));
	return NULL;
}

int ust_cmd_finish(struct ust_ctl *ctl, int err)
{
	int status = err < 0 ? ust_cmd_error("%s", ust_ctl_error(ctl)) : UST_EXIT_OK;

	ust_ctl_close(ctl);
	return status;
}

int ust_cmd_parse_size(const char *text, uint64_t min, uint64_t max, uint64_t *ret_bytes)
{
	static const char units[] = "kmg";
	unsigned long long value;
	unsigned int shift = 0;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno)
		return -ERANGE;
	if (*end) {
		const char *unit = strchr(units, tolower((unsigned char)*end));

		if (!unit)
			return -EINVAL;
		shift = 10 * (unsigned int)(unit - units + 1);
		end++;
		if (!strcasecmp(end, "ib") || !strcasecmp(end, "b"))
			end += strlen(end);
	}
	if (*end)
		return -EINVAL;
	if (value > UINT64_MAX >> shift)
		return -ERANGE;
	value <<= shift;
	if (value < min || value > max || (value & (value - 1)))
		return -ERANGE;
	*ret_bytes = value;
	return 0;
}

int ust_cmd_parse_contexts(const char *text, unsigned int *ret_contexts)
{
	static const struct {
		const char *name;
		unsigned int bit;
	} names[] = {
		{"tid", UST_CTL_CONTEXT_TID},
		{"comm", UST_CTL_CONTEXT_COMM},
		{"ip", UST_CTL_CONTEXT_IP},
	};
	unsigned int contexts = 0, i;

	if (!strcmp(text, "none")) {
		*ret_contexts = 0;
		return 0;
	}
	for (;;) {
		size_t len = strcspn(text, ",");

		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (strlen(names[i].name) == len && !strncmp(names[i].name, text, len))
				break;
		if (i == sizeof(names) / sizeof(names[0]))
			return -EINVAL;
		contexts |= names[i].bit;
		if (!text[len])
			break;
		text += len + 1;
	}
	*ret_contexts = contexts;
	return 0;
}

int ust_cmd_take_subbuf_size(const struct ust_cmd *cmd, const char *text,
			     struct ust_ctl_session_opts *opts)
{
	if (!ust_cmd_parse_size(text, UST_SUBBUF_MIN_SIZE, UST_SUBBUF_MAX_SIZE, &opts->subbuf_size))
		return 0;
	return ust_cmd_usage(cmd,
			     "--subbuf-size '%s' is not a power of two from 4096 to 16M (4k, 512k, "
			     "1M...)",
			     text);
}

int ust_cmd_take_num_subbuf(const struct ust_cmd *cmd, const char *text,
			    struct ust_ctl_session_opts *opts)
{
	uint64_t value;

	if (ust_cmd_parse_size(text, UST_RING_MIN_SUBBUFS, UST_RING_MAX_SUBBUFS, &value))
		return ust_cmd_usage(cmd, "--num-subbuf '%s' is not a power of two from %d to %d",
				     text, UST_RING_MIN_SUBBUFS, UST_RING_MAX_SUBBUFS);
	opts->nr_subbufs = (unsigned int)value;
	return 0;
}

int ust_cmd_take_contexts(const struct ust_cmd *cmd, const char *text,
			  struct ust_ctl_session_opts *opts)
{
	if (!ust_cmd_parse_contexts(text, &opts->contexts))
		return 0;
	return ust_cmd_usage(cmd, "--context '%s' is not a list of tid, comm, ip, nor 'none'",
			     text);
}

int ust_cmd_take_level(const struct ust_cmd *cmd, int only, const char *text,
		       struct ust_cmd_level *level)
{
	const char *option = only ? "--loglevel-only" : "--loglevel";
	int number = ust_name_to_level(text);

	if (number < 0)
		return ust_cmd_usage(cmd,
				     "%s '%s' is no log level: EMERG, ALERT, CRIT, ERR, "
				     "WARNING, NOTICE, INFO, DEBUG_..., DEBUG or 0 to 14",
				     option, text);
	if (level->op)
		return ust_cmd_usage(cmd, "only one log level can be given");
	level->op = only ? UST_CTL_LEVEL_ONLY : UST_CTL_LEVEL_AT_LEAST;
	level->level = (unsigned int)number;
	return 0;
}

int ust_cmd_take_clock(const struct ust_cmd *cmd, const char *text,
		       struct ust_ctl_session_opts *opts)
{
	static const struct {
		const char *name;
		unsigned int clock;
	} clocks[] = {
		{"tsc", UST_CTL_CLOCK_TSC},
		{"monotonic", UST_CTL_CLOCK_MONOTONIC},
		{"strict", UST_CTL_CLOCK_STRICT},
	};
	unsigned int i;

	for (i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		if (strcmp(text, clocks[i].name))
			continue;
		opts->clock = clocks[i].clock;
		return 0;
	}
	return ust_cmd_usage(cmd, "--clock '%s' is none of tsc, monotonic, strict", text);
}

const char *ust_cmd_plural(uint64_t nr, const char *one, const char *many)
{
	return nr == 1 ? one : many;
}
