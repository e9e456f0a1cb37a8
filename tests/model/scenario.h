/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_SCENARIO_H
#define MODEL_SCENARIO_H

#include <stdint.h>

enum writer_kind { W_NONE, W_LOCKED, W_FUSED, W_STAGED, W_LARGE };
enum reader_kind { R_NONE, R_DRAIN, R_EVENT, R_SWITCH, R_SNAPSHOT };

struct writer {
	enum writer_kind kind;
	int count;
	int cpu;
	enum writer_kind handler; /* a signal handler that records once */
};

struct scenario {
	const char *name;
	struct writer writers[3];
	enum reader_kind reader;
	int rounds;     /* of the reader */
	int nr_subbufs; /* of 256 bytes, 96 of them header */
	int nr_rings;   /* CPUs that have one; 0 means 1 */
	int overwrite;
	int kill;        /* the writers' death is checked at each point */
	int fine;        /* stores to the data are steps of their own; kill has that too */
	int torn;        /* fine, and short copies are done word by word, from both ends */
	int restart;     /* so often the reader dies, at any point, and a new one goes on */
	int preemptions; /* of a sequence */
	int migrations;
	int unread;        /* the filling is left in the ring */
	int first_read;    /* but for its first sub-buffer */
	int no_loss, fast; /* see check.h */
	uint64_t clock_jump;
	/* The ring is filled up to each of these offsets before; counts from 0. */
	uint32_t from, to, step;
	int tso_only, weak_only;
	int long_run; /* only when it is named */
};

extern const struct scenario scenarios[];

struct sched_result;
/* Explores one start offset of a scenario. */
void scenario_run(const struct scenario *scenario, uint32_t offset, int tso, int quiet,
		  struct sched_result *ret_result);

#endif /* MODEL_SCENARIO_H */
