/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two files share: sched-session.c keeps the events, sched-write.c writes them. */
#ifndef USTD_SCHED_WRITE_H
#define USTD_SCHED_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/types.h>

#include "libust/ring/read.h"
#include "perf.h"
#include "stream.h"

#define USTD_SCHED_KINDS 3 /* switch_in, switch_out, exit: of enum ustd_perf_kind */
#define USTD_SCHED_NAMES 1024

struct ustd_session;

struct ustd_sched_cpu {
	struct ustd_stream stream;
	struct ust_reader_piece piece;
	uint64_t content; /* bytes of the packet so far */
	uint64_t last_time;
};

/* The kernel's clock and the session's at one moment. */
struct ustd_sched_moment {
	__u64 ns, ticks;
};

/* Names of threads, for sessions with that context: a thread's place may be taken by another. */
struct ustd_sched_name {
	int32_t tid;
	char comm[16];
};

struct ustd_sched {
	struct ustd_perf perf;
	struct ustd_session *session;
	struct ustd_sched_cpu *cpus; /* by ring */
	uint32_t ids[USTD_SCHED_KINDS];
	struct ustd_sched_moment begin, now;
	struct ustd_sched_name *names;
	bool running;
};

void ustd_sched_take_moment(const struct ustd_sched *sched, struct ustd_sched_moment *ret_moment);
/* Callbacks of perf.h: a ring is to be emptied; a record. */
void ustd_sched_drain(struct ustd_perf *perf);
void ustd_sched_record(struct ustd_perf_ring *ring, const struct ustd_perf_record *record);
/* Tells of losses on a ring's CPU. */
void ustd_sched_lost(struct ustd_sched *sched, const struct ustd_perf_ring *ring, uint64_t count);
/* The name of a thread, which is remembered. */
void ustd_sched_comm(struct ustd_sched *sched, int32_t pid, int32_t tid, char ret_comm[16]);

#endif /* USTD_SCHED_WRITE_H */
