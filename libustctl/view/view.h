/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands that read a trace: ustctl view and ustctl stats.
 */
#ifndef UST_VIEW_VIEW_H
#define UST_VIEW_VIEW_H

#include "filter.h"

/* Which events of which trace, and how. */
struct ust_view_opts {
	const char *dir;
	const char *const *patterns; /* see ust_pattern_match(); none: all events */
	unsigned int nr_patterns;
	long tid; /* -1: all threads */
	struct ust_moment from, to;
	int json;
	/* Called for each pattern that no event of the trace matches, with the names that there are. */
	void (*unmatched)(const char *pattern, const char *const *names, unsigned int nr);
};

/*
 * They write to standard output and standard error, set SIGPIPE to be ignored, and return the exit
 * status: 0, or 1 if the trace cannot be read or the output not be written.
 */
int ust_view_trace(const struct ust_view_opts *opts);
int ust_view_stats(const char *dir, int json);

#endif /* UST_VIEW_VIEW_H */
