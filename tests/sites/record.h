/* SPDX-License-Identifier: GPL-2.0-only */
/* What each macro records, for C and C++. EXPECT runs one event and compares its text. */
#ifndef UST_TESTS_RECORD_H
#define UST_TESTS_RECORD_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ust/marker.h>
#include <ust/tracepoint.h>

#include "recorder.h"

/* Fused paths exist here, and the system registers threads for rseq. */
#define EXPECT_FUSED UST_FUSED

extern enum recorder_mode mode;
extern unsigned int failures, evaluations;

/* Evaluates to x and counts that it was evaluated. */
#define ONCE(x) (evaluations++, (x))

#define EXPECT(nr, text, statement)                                                                \
	do {                                                                                       \
		evaluations = 0;                                                                   \
		statement;                                                                         \
		expect(__FILE__, __LINE__, nr, text);                                              \
	} while (0)

static inline void expect(const char *file, int line, unsigned int nr, const char *text)
{
	const char *got = recorder_take();

	if (mode == RECORDER_OFF) {
		nr = 0;
		text = "";
	}
	if (strcmp(got, text) || evaluations != nr) {
		fprintf(stderr, "%s:%d: %u evaluations, expected %u\n  got  %s\n  want %s\n", file,
			line, evaluations, nr, got, text);
		failures++;
	}
}

enum small { ONE = 1, TWO, MINUS = -3 };
enum big { HUGE_VALUE = INT_MAX, BIG_MINUS = INT_MIN };
UST_ENUM_TABLE(smalls, {"one", ONE}, {"two", TWO}, {"minus", MINUS});
UST_ENUM_TABLE(bits, {"none", 0}, {"top", 0x80000000}, {"wide", 1LL << 40});

struct fields {
	unsigned int bits3 : 3;
	int sbits5 : 5;
	bool flag : 1;
	unsigned long long wide40 : 40;
	char name[12];
	const char *ptr;
};

/* "off", "slow" or "ring" chooses how; the sites must number at least nr_min. */
static int run(int argc, char **argv, void (*test)(void), int nr_min)
{
	int nr_sites;

	mode = argc > 1 && !strcmp(argv[1], "slow")   ? RECORDER_SLOW
	       : argc > 1 && !strcmp(argv[1], "ring") ? RECORDER_RING
						      : RECORDER_OFF;
	nr_sites = recorder_start(mode);
	if (nr_sites < nr_min) {
		fprintf(stderr, "%d sites, expected at least %d\n", nr_sites, nr_min);
		return 1;
	}
	test();
	if (mode == RECORDER_RING && EXPECT_FUSED && !recorder_fused) {
		fprintf(stderr, "no event took the fused path\n");
		failures++;
	}
	printf("%d sites, %u fused, %u words, %u strings, %u args, %u failures\n", nr_sites,
	       recorder_fused, recorder_words, recorder_strings, recorder_args, failures);
	return failures != 0;
}

#endif /* UST_TESTS_RECORD_H */
