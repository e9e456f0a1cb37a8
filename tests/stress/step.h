/* SPDX-License-Identifier: GPL-2.0-only */
/* Stepping through the record path: what the child does and the parent checks. */
#ifndef UST_STRESS_STEP_H
#define UST_STRESS_STEP_H

#include <stdint.h>

#include "rig.h"
#include "shapes.h"

enum step_flags {
	STEP_NORSEQ = 1,    /* the thread has no rseq */
	STEP_FIRST = 2,     /* it is the first event of its thread */
	STEP_SWITCH = 4,    /* it does not fit the sub-buffer */
	STEP_SLACK = 8,     /* it fits, but ends in the last 64 bytes */
	STEP_FULL = 16,     /* there is no room: counted as lost */
	STEP_DEADLINE = 32, /* its header is extended */
	STEP_KICK = 64,     /* a reader sleeps and wants the bell at the next event */
	STEP_OVERWRITE = 128,
};

struct step_case {
	const char *name;
	unsigned int id, size, flags;
};

/* How the child runs. */
enum step_mode {
	STEP_REAL, /* as in a program */
	STEP_DRY, /* rseq is not registered but the CPU number is right: no sequence ever aborts, so
		   * that all of it can be stepped through */
};

/* Tags. */
enum { STEP_TAG_MAIN, STEP_TAG_HANDLER, STEP_TAG_OTHER, STEP_NR_TAGS };

/* Shared with the child. */
struct step_log {
	uint64_t started[STEP_NR_TAGS], finished[STEP_NR_TAGS];
	int phase; /* 1: about to record; 2: has recorded */
	int stop_in_handler;
};
extern struct step_log *step_log;

extern const struct step_case step_cases[];
extern const unsigned int nr_step_cases;

/* Signals whose handlers do what the parent wants at the instruction it stopped at. */
#define STEP_SIG_RECORD SIGUSR1 /* records two events */
#define STEP_SIG_NOCPU SIGUSR2  /* unregisters rseq: cpu_id becomes -1 */
#define STEP_SIG_BADCPU SIGALRM /* and sets it to 0x7fffffff */

/* The child: is traced, prepares the case, stops by int3, records one event, stops by int3, records
 * two more, exits. */
void step_child(struct stress_rig *rig, const struct step_case *c, enum step_mode mode)
	__attribute__((noreturn));

/* Whether the address lies in a restartable sequence. */
int step_in_sequence(uint64_t ip);

#endif /* UST_STRESS_STEP_H */
