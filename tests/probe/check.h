/* SPDX-License-Identifier: GPL-2.0-only */
/* Test Anything Protocol, as much as is needed here. */
#ifndef TESTS_PROBE_CHECK_H
#define TESTS_PROBE_CHECK_H

#include <stdio.h>

static int check_nr, check_failed;

static inline void check(int good, const char *what)
{
	check_nr++;
	check_failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", check_nr, what);
	fflush(stdout);
}

static inline int check_done(void)
{
	printf("1..%d\n", check_nr);
	return check_failed != 0;
}

#endif /* TESTS_PROBE_CHECK_H */
