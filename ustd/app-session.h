/* SPDX-License-Identifier: GPL-2.0-only */
/* What a process is told about sessions, and what it answers. */
#ifndef USTD_APP_SESSION_H
#define USTD_APP_SESSION_H

#include "app.h"

struct ustd_request;

/* Makes its buffers and tells it everything about the session; @request counts the matches of the
 * newest rule. */
void ustd_app_attach(struct ustd_app *app, struct ustd_session *session,
		     struct ustd_request *request);
/* Sends SYNC and READY if they are due and nothing is in their way. */
void ustd_app_settle(struct ustd_app *app);
/* The process has refused a message with this seq: if it was a session, the session tells so. */
void ustd_app_refused(struct ustd_app *app, uint32_t seq, int error);
int ustd_app_matched(struct ustd_app *app, struct ust_wire_in *in);
void ustd_app_drop_enables(struct ustd_app *app);

#endif /* USTD_APP_SESSION_H */
