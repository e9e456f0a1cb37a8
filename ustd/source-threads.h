/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which threads are which: programs in PID namespaces record the ids that they see themselves, the
 * kernel those of the first namespace. Events ust:thread in DIR/kernel/lost tell of each pair.
 */
#ifndef USTD_SOURCE_THREADS_H
#define USTD_SOURCE_THREADS_H

struct ustd_app;
struct ustd_session;

/* Writes what is new about the threads of a process; costs nothing for one of our own namespace. */
void ustd_source_threads(struct ustd_session *session, struct ustd_app *app);
/* The same for all processes of the session. */
void ustd_source_threads_all(struct ustd_session *session);

#endif /* USTD_SOURCE_THREADS_H */
