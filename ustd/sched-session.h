/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When threads of a session's processes have a CPU: events sched:switch_in, sched:switch_out and
 * sched:exit in the session's own trace, DIR/ust/sched_N for CPU N. Root is not needed: perf.h.
 *
 * All functions run in ustd's one thread. A session without is fine everywhere.
 */
#ifndef USTD_SCHED_SESSION_H
#define USTD_SCHED_SESSION_H

#include "conn.h"

struct ustd_session;

/* The request UST_MSG_ENABLE_SCHED. See control.c for what handlers return. */
int ustd_sched_request(struct ustd_conn *conn, struct ust_wire_in *in);

void ustd_sched_start(struct ustd_session *session);
/* When it returns all is written. */
void ustd_sched_stop(struct ustd_session *session);
/* Somebody looks at the trace, or other events were delivered. @session NULL: of all sessions. */
void ustd_sched_look(struct ustd_session *session);
/* The end, before the session's losses and metadata are closed. */
void ustd_sched_close(struct ustd_session *session);

#endif /* USTD_SCHED_SESSION_H */
