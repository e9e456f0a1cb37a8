/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for libust in the tests of sites: finds the records through the note, enables the
 * sites, receives what they record and turns it into text: "name=value name=value".
 */
#ifndef UST_TESTS_RECORDER_H
#define UST_TESTS_RECORDER_H

#include <ust/abi/site.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How the sites' fused path is answered. */
enum recorder_mode {
	RECORDER_OFF,  /* sites stay off */
	RECORDER_SLOW, /* an instance without rings: everything goes through ops */
	RECORDER_RING, /* a ring for each CPU: what fits is written by the fused path */
};

/* Result: the number of records found; exits with a message when they are malformed. */
int recorder_start(enum recorder_mode mode);

/* Text of the last event, "" if there was none; forgets it. "provider:name field=value ..." */
const char *recorder_take(void);

/* Number of events that came through a ring, and of calls of the three functions of ops. */
extern unsigned int recorder_fused, recorder_words, recorder_strings, recorder_args;

/* The ip of the last call through ops. */
extern const void *recorder_ip;

#ifdef __cplusplus
}
#endif
#endif /* UST_TESTS_RECORDER_H */
