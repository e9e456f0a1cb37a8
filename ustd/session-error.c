/* SPDX-License-Identifier: GPL-2.0-only */
/* A session that cannot write: it waits for room, or ends. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "log.h"
#include "sched-session.h"
#include "session.h"
#include "source.h"

bool ustd_session_await_room(struct ustd_session *session, int error, const char *what)
{
	if ((error != -ENOSPC && error != -EDQUOT) || session->state != UST_SESSION_STARTED ||
	    session->source || session->sched)
		return false;
	if (session->waiting)
		return true;
	session->waiting = true;
	session->error = error;
	snprintf(session->error_text, sizeof(session->error_text),
		 "cannot write %s/ust/%s: %s; it is tried again each second, what the buffers "
		 "cannot hold meanwhile is lost and counted",
		 session->output, what, strerror(-error));
	ustd_warn("session %s: %s", session->name, session->error_text);
	return true;
}

bool ustd_session_awaits_room(const struct ustd_session *session)
{
	return session->waiting && session->state == UST_SESSION_STARTED;
}

void ustd_session_go_on(struct ustd_session *session)
{
	if (!session->waiting)
		return;
	session->waiting = false;
	session->error = 0;
	session->error_text[0] = '\0';
	ustd_warn("session %s: there is room again", session->name);
}

void ustd_session_fail_at(struct ustd_session *session, int error, const char *folder,
			  const char *what)
{
	if (session->state == UST_SESSION_FAILED)
		return;
	ustd_session_stopped(session);
	session->state = UST_SESSION_FAILED;
	session->waiting = false;
	session->error = error;
	snprintf(session->error_text, sizeof(session->error_text),
		 "cannot write %s/%s/%s: %s; tracing stopped, what was written before is readable",
		 session->output, folder, what, strerror(-error));
	ustd_warn("session %s: %s", session->name, session->error_text);
	ustd_app_stop_session(session, NULL);
	ustd_source_stop(session);
	ustd_sched_stop(session);
}

void ustd_session_fail(struct ustd_session *session, int error, const char *what)
{
	ustd_session_fail_at(session, error, "ust", what);
}
