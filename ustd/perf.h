/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Context switches of threads, told by the kernel to whoever may trace them: a perf software event
 * for each thread and CPU, and one ring for each CPU.
 *
 *   own event of CPU n, never enabled ── mmap ──► ring n ◄── set output ── events of threads on CPU n
 *
 * The rings belong to events of our own, because an event whose thread has ended would report an
 * error to poll for ever. Events are inherited by what a thread starts, so a process has to be
 * looked for only once.
 */
#ifndef USTD_PERF_H
#define USTD_PERF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "loop.h"

struct ustd_perf;

enum ustd_perf_kind {
	USTD_PERF_IN = 1, /* a thread gets the CPU */
	USTD_PERF_OUT,    /* it leaves it */
	USTD_PERF_EXIT,   /* it ends, and so leaves it */
	USTD_PERF_COMM,   /* it has another name */
	USTD_PERF_LOST,
};

struct ustd_perf_record {
	enum ustd_perf_kind kind;
	uint64_t time; /* ns of the clock asked for */
	int32_t pid, tid;
	bool preempted; /* USTD_PERF_OUT: it could go on */
	uint64_t lost;
	char comm[16];
};

struct ustd_perf_ring {
	struct ustd_watch watch; /* fd: the event that the ring belongs to */
	struct ustd_perf *perf;
	void *map;
	size_t size; /* of the data */
	uint32_t cpu;
	uint64_t lost;      /* told so far */
	uint64_t last_seen; /* the last record, to know its twin by */
	int *fds;           /* of threads */
	uint32_t nr_fds, max_fds;
};

struct ustd_perf {
	struct ustd_perf_ring *rings;
	uint32_t nr_rings;
	int32_t *tids; /* that have events of their own */
	uint32_t nr_tids;
	int clockid;
	void (*ready)(struct ustd_perf *perf); /* some ring is half full */
	void (*record)(struct ustd_perf_ring *ring, const struct ustd_perf_record *record);
};

/*
 * Makes the rings of all CPUs below @nr_cpus that are online. Set ready and record before. 0, or a
 * negative errno and a sentence in @why; ustd_perf_close() is due in any case.
 */
int ustd_perf_open(struct ustd_perf *perf, uint32_t nr_cpus, int clockid, char *why, size_t size);
/* All threads of a process and those they start; with @children its children, too. Likewise. */
int ustd_perf_add(struct ustd_perf *perf, pid_t pid, bool children, char *why, size_t size);
/* When it returns the threads are recorded, or no longer. */
void ustd_perf_enable(struct ustd_perf *perf, bool on);
/* Hands out what was in a ring when it was asked for its head. */
uint64_t ustd_perf_head(const struct ustd_perf_ring *ring);
void ustd_perf_read(struct ustd_perf_ring *ring, uint64_t head);
/* Hands out the names in it, and leaves it as it is. */
void ustd_perf_read_names(struct ustd_perf_ring *ring, uint64_t head);
/* Losses that no record has told, after the last one was read. */
uint64_t ustd_perf_untold(struct ustd_perf_ring *ring);
void ustd_perf_close(struct ustd_perf *perf);

#endif /* USTD_PERF_H */
