/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which events the user asked for.
 */
#ifndef UST_VIEW_FILTER_H
#define UST_VIEW_FILTER_H

#include <stdint.h>

/* A moment as written on the command line. */
struct ust_moment {
	enum {
		UST_MOMENT_NONE,
		UST_MOMENT_EPOCH,    /* ns since 1970 */
		UST_MOMENT_RELATIVE, /* ns since the first event */
		UST_MOMENT_CLOCK, /* ns since midnight, local time, of the day of the first event */
	} kind;
	int64_t ns;
};

/* "HH:MM[:SS[.fraction]]", "+SECONDS[.fraction]" or "SECONDS[.fraction]" since 1970. 0, -EINVAL. */
int ust_moment_parse(const char *text, struct ust_moment *ret_moment);
/* As ns since 1970, once the time of the first event is known. A time of day that was more than 12
 * h before the first event is one of the next day. */
int64_t ust_moment_resolve(const struct ust_moment *moment, int64_t first_ns);

/* Whether a whole name, "provider:name", matches a pattern: one with ':' is compared with all of
 * it, one without with the provider, with the name, and with a name that has no provider. */
int ust_pattern_match(const char *pattern, const char *name);

#endif /* UST_VIEW_FILTER_H */
