/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests that concern one process: reach it, let it go, tell it what to hook. */
#ifndef USTD_REACH_H
#define USTD_REACH_H

#include "conn.h"

struct ustd_app;

/* Results as those of control.c's handlers: 1 answered or to be answered later, else the status to
 * answer with. */
int ustd_reach_attach(struct ustd_conn *conn, struct ust_wire_in *in);
int ustd_reach_detach(struct ustd_conn *conn, struct ust_wire_in *in);
int ustd_reach_hook(struct ustd_conn *conn, struct ust_wire_in *in);

/* Tells it to detach. */
void ustd_reach_let_go(struct ustd_app *app);
/* A client is gone: what it attached to is let go. */
void ustd_reach_disconnected(struct ustd_conn *client);

#endif /* USTD_REACH_H */
