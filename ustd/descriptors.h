/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptors are shared out, so that no kind of use can take them all: a process needs two (its
 * connection and its pidfd), a stream one while it is written.
 *
 *   RLIMIT_NOFILE - 32:  1/3 connections, 1/3 pidfds, 1/6 streams, the rest for what sessions need
 */
#ifndef USTD_DESCRIPTORS_H
#define USTD_DESCRIPTORS_H

/* Raises the soft limit to the hard one. */
void ustd_descriptors_init(void);

/* The most connections, and how many of them may be processes: clients always find room. */
unsigned int ustd_descriptors_conns(void);
unsigned int ustd_descriptors_apps(void);
/* The most stream files that are open at a time. */
unsigned int ustd_descriptors_streams(void);

#endif /* USTD_DESCRIPTORS_H */
