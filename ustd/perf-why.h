/* SPDX-License-Identifier: GPL-2.0-only */
/* Why the kernel refuses perf events, and what to do. */
#ifndef USTD_PERF_WHY_H
#define USTD_PERF_WHY_H

#include <stddef.h>
#include <sys/types.h>

/* perf_event_open(2) on a thread of @pid (0: our own) said @err. */
void ustd_perf_why_open(int err, pid_t pid, char *why, size_t size);
/* mmap(2) of a ring said @err. */
void ustd_perf_why_map(int err, char *why, size_t size);

#endif /* USTD_PERF_WHY_H */
