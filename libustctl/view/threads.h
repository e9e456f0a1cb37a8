/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ids of threads in PID namespaces. Events ust:thread pair the id that a thread sees itself, which its
 * own events carry, with the one that the kernel's events carry.
 */
#ifndef UST_VIEW_THREADS_H
#define UST_VIEW_THREADS_H

#include <stdint.h>

struct ust_thread_id {
	int32_t pid, tid, vpid, vtid;
};

/* Zero it before use. */
struct ust_threads {
	struct ust_thread_id *ids;
	unsigned int nr;
};

/* Reads them out of the trace in @dir, ahead of all events. A trace without any has none. */
void ust_threads_load(struct ust_threads *threads, const char *dir);
void ust_threads_fini(struct ust_threads *threads);

/* The kernel's id of the thread that process @pid (of the host) calls @vtid; @vtid if there is no
 * other. */
int64_t ust_threads_find(const struct ust_threads *threads, int64_t pid, int64_t vtid);

#endif /* UST_VIEW_THREADS_H */
