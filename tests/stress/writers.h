/* SPDX-License-Identifier: GPL-2.0-only */
/* The threads that torture the ring: what they record, who disturbs them. */
#ifndef UST_STRESS_WRITERS_H
#define UST_STRESS_WRITERS_H

#include <stdint.h>
#include <sys/types.h>

#define STRESS_MAX_THREADS 64

/* Tags: 2 * i and, for its signal handler, 2 * i + 1 of writer i; then those of the storms. */
#define STRESS_TAG_STORM 128  /* threads that live for a few events */
#define STRESS_TAG_FORKER 136 /* a thread that forks */
#define STRESS_TAG_FORKED 255 /* its children: must never be seen */

struct stress_writers_opts {
	unsigned int threads, norseq; /* the first norseq of them have no rseq */
	unsigned int hz;              /* signals for a CPU and second */
	unsigned int large, sizes;    /* some large events; all sizes */
	unsigned int forks, storm, move;
	uint32_t max_sized; /* the largest sequence that fits */
};

/* Memory shared with a child that records and is killed. */
struct stress_counts {
	struct {
		uint64_t seq, too_large;
	} __attribute__((aligned(64))) tag[256];
	pid_t tids[STRESS_MAX_THREADS];
	uint64_t signals, forked, spawned;
	uint8_t known_tids[(4 << 20) / 8]; /* bits: threads that recorded */
};

void stress_writers_start(const struct stress_writers_opts *opts, struct stress_counts *counts);
/* Stops and joins them. */
void stress_writers_stop(void);
int stress_in_handler(void);

int stress_tid_known(const struct stress_counts *counts, uint32_t tid);

#endif /* UST_STRESS_WRITERS_H */
