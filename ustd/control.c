/* SPDX-License-Identifier: GPL-2.0-only */
#include "control.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "app.h"
#include "bounds.h"
#include "control-kernel.h"
#include "log.h"
#include "reach.h"
#include "request.h"
#include "rotate.h"
#include "sched-session.h"
#include "session.h"
#include "snapshot.h"
#include "source-list.h"
#include "source.h"
#include "status.h"

static bool shut_down;

/* Handlers answer themselves with 1, or leave an error to be answered: 0 or negative errno. */
typedef int handler_fn(struct ustd_conn *conn, struct ust_wire_in *in);

static int get_session(struct ust_wire_in *in, struct ustd_session **ret_session)
{
	char name[USTD_MAX_NAME + 1];
	int err = ust_wire_get_cstr(in, name, sizeof(name));

	if (err)
		return err == -ENAMETOOLONG ? -EINVAL : err;
	*ret_session = ustd_session_find(name);
	if (!*ret_session)
		return -ENOENT;
	return (*ret_session)->rotating ? -EBUSY : 0;
}

int ustd_control_get_output(struct ustd_conn *conn, struct ust_wire_in *in,
			    int (*check)(const struct ustd_session *session, char *why,
					 size_t size),
			    struct ustd_session **ret_session, char *output, size_t size)
{
	char name[USTD_MAX_NAME + 1], why[640] = "";
	int err = ust_wire_get_cstr(in, name, sizeof(name));

	if (!err)
		err = ust_wire_get_cstr(in, output, size);
	if (err)
		return err == -ENAMETOOLONG ? -EINVAL : -EBADMSG;
	*ret_session = ustd_session_find(name);
	if (!*ret_session)
		return -ENOENT;
	err = check(*ret_session, why, sizeof(why));
	if (err)
		ustd_conn_reply(conn, in->header.seq, err, why);
	return err ? 1 : 0;
}

static int on_control(struct ustd_conn *conn, struct ust_wire_in *in)
{
	struct ust_wire_out *out = ustd_conn_begin(UST_MSG_REPLY, in->header.seq, 0);

	ust_wire_put_u32(out, UST_PROTOCOL_VERSION);
	ust_wire_put_s32(out, getpid());
	ustd_conn_send(conn, out);
	return 1;
}

/* The restriction of a session; *ret_pids is on the heap. */
static int get_pids(struct ust_wire_in *in, pid_t **ret_pids, uint32_t *ret_nr)
{
	uint32_t nr = ust_wire_get_u32(in), i;
	pid_t *pids;

	*ret_pids = NULL;
	*ret_nr = 0;
	if (in->error || !nr)
		return in->error;
	if (nr > (size_t)(in->end - in->p) / 4)
		return -EBADMSG;
	pids = malloc(nr * sizeof(*pids));
	if (!pids)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		pids[i] = ust_wire_get_s32(in);
	*ret_pids = pids;
	*ret_nr = nr;
	return 0;
}

static int on_create(struct ustd_conn *conn, struct ust_wire_in *in)
{
	char name[USTD_MAX_NAME + 1], output[PATH_MAX], scope[USTD_MAX_NAME + 1];
	struct ustd_session_opts opts = {.name = name, .output = output, .scope = scope};
	struct ustd_session *session;
	struct ust_wire_out *out;
	char why[256];
	pid_t *pids = NULL;
	int err = ust_wire_get_cstr(in, name, sizeof(name));

	if (!err)
		err = ust_wire_get_cstr(in, output, sizeof(output));
	opts.subbuf_size = ust_wire_get_u64(in);
	opts.nr_subbufs = ust_wire_get_u32(in);
	opts.overwrite = ust_wire_get_u32(in);
	opts.contexts = ust_wire_get_u32(in);
	if (!err)
		err = ust_wire_get_cstr(in, scope, sizeof(scope));
	if (err || in->error)
		return err == -ENAMETOOLONG ? -EINVAL : -EBADMSG;
	/* What is missing at the end is 0: an older client knows no more. */
	opts.clock = in->p < in->end ? ust_wire_get_u32(in) : 0;
	opts.flags = in->p < in->end ? ust_wire_get_u32(in) : 0;
	if (shut_down)
		return -ESHUTDOWN;
	err = in->p < in->end ? get_pids(in, &pids, &opts.nr_pids) : 0;
	if (err)
		return err;
	opts.pids = pids;
	err = ustd_session_create(&opts, &session, why, sizeof(why));
	free(pids);
	if (err) {
		ustd_conn_reply(conn, in->header.seq, err, why);
		return 1;
	}
	session->owner =
		scope[0] || session->is_restricted || (opts.flags & UST_CREATE_OWNED) ? conn : NULL;
	out = ustd_conn_begin(UST_MSG_REPLY, in->header.seq, 0);
	ust_wire_put_u64(out, session->id);
	ustd_conn_send(conn, out);
	return 1;
}

static int rule(struct ustd_conn *conn, struct ust_wire_in *in, bool enable)
{
	char pattern[2 * USTD_MAX_NAME + 1];
	struct ustd_request *request;
	struct ustd_session *session;
	uint32_t level = 0;
	int err = get_session(in, &session);

	if (err)
		return err;
	err = ust_wire_get_cstr(in, pattern, sizeof(pattern));
	if (err)
		return err == -ENAMETOOLONG ? -EINVAL : err;
	/* The level rule came later than the rest: who does not know it asks for all levels. */
	if (in->p < in->end)
		level = ust_wire_get_u32(in);
	if (in->error)
		return in->error;
	if (!ustd_level_rule_ok(level))
		return -EINVAL;
	if (session->state == UST_SESSION_FAILED)
		return session->error;
	err = ustd_session_add_rule(session, pattern, level, enable);
	if (err)
		return err;
	request = ustd_request_new(conn, in->header.seq, in->header.type, NULL);
	if (!request)
		return -ENOMEM;
	ustd_app_rule_session(session, pattern, level, enable, request);
	ustd_request_go(request);
	return 1;
}

static int on_enable(struct ustd_conn *conn, struct ust_wire_in *in)
{
	return rule(conn, in, true);
}

static int on_disable(struct ustd_conn *conn, struct ust_wire_in *in)
{
	return rule(conn, in, false);
}

static int on_start(struct ustd_conn *conn, struct ust_wire_in *in)
{
	struct ustd_request *request;
	struct ustd_session *session;
	int err = get_session(in, &session);

	if (err)
		return err;
	if (session->state == UST_SESSION_FAILED)
		return session->error;
	if (session->state == UST_SESSION_STARTED)
		return 0;
	request = ustd_request_new(conn, in->header.seq, in->header.type, NULL);
	if (!request)
		return -ENOMEM;
	err = ustd_source_start(session);
	if (err) {
		ustd_request_free(request);
		return err;
	}
	ustd_sched_start(session);
	ustd_session_started(session);
	ustd_app_start_session(session, request);
	ustd_request_go(request);
	return 1;
}

static int on_stop(struct ustd_conn *conn, struct ust_wire_in *in)
{
	struct ustd_request *request;
	struct ustd_session *session;
	int err = get_session(in, &session);

	if (err)
		return err;
	request = ustd_request_new(conn, in->header.seq, in->header.type, session);
	if (!request)
		return -ENOMEM;
	ustd_session_stopped(session);
	ustd_session_check_clock(session, true);
	ustd_app_stop_session(session, request);
	ustd_request_go(request);
	return 1;
}

static int destroy(struct ustd_session *session, struct ustd_conn *conn, uint32_t seq)
{
	struct ustd_request *request = ustd_request_new(conn, seq, UST_MSG_DESTROY, session);

	if (!request)
		return -ENOMEM;
	ustd_session_stopped(session);
	session->destroying = true;
	ustd_app_stop_session(session, request);
	ustd_request_go(request);
	return 1;
}

static int on_destroy(struct ustd_conn *conn, struct ust_wire_in *in)
{
	struct ustd_session *session;
	int err = get_session(in, &session);

	return err ? err : destroy(session, conn, in->header.seq);
}

static int on_status(struct ustd_conn *conn, struct ust_wire_in *in)
{
	struct ust_wire_in peek = *in;
	struct ustd_session *session = NULL;

	if (ust_wire_get_str(&peek).len) {
		int err = get_session(in, &session);

		if (err && err != -EBUSY)
			return err;
	} else if (peek.error) {
		return -EBADMSG;
	}
	ustd_source_look(session);
	ustd_sched_look(session);
	ustd_status_reply(conn, in->header.seq, session);
	return 1;
}

static int on_list_apps(struct ustd_conn *conn, struct ust_wire_in *in)
{
	ustd_status_reply_apps(conn, in->header.seq);
	return 1;
}

static int on_list_events(struct ustd_conn *conn, struct ust_wire_in *in)
{
	struct ustd_request *request;
	struct ustd_app *app;
	int pid = ust_wire_get_s32(in), err;

	if (in->error)
		return -EBADMSG;
	app = ustd_app_find(pid);
	if (!app)
		return -ESRCH;
	request = ustd_request_new(conn, in->header.seq, in->header.type, NULL);
	if (!request)
		return -ENOMEM;
	err = ustd_app_list(app, request);
	if (err) {
		ustd_request_free(request);
		return err == -ENOMEM ? err : -ESRCH;
	}
	ustd_request_go(request);
	return 1;
}

static int on_shutdown(struct ustd_conn *conn, struct ust_wire_in *in)
{
	ustd_conn_reply(conn, in->header.seq, 0, NULL);
	ustd_control_shutdown();
	return 1;
}

static handler_fn *const handlers[] = {
	[UST_MSG_CONTROL - UST_MSG_CONTROL] = on_control,
	[UST_MSG_CREATE - UST_MSG_CONTROL] = on_create,
	[UST_MSG_ENABLE_EVENT - UST_MSG_CONTROL] = on_enable,
	[UST_MSG_DISABLE_EVENT - UST_MSG_CONTROL] = on_disable,
	[UST_MSG_START_SESSION - UST_MSG_CONTROL] = on_start,
	[UST_MSG_STOP_SESSION - UST_MSG_CONTROL] = on_stop,
	[UST_MSG_DESTROY - UST_MSG_CONTROL] = on_destroy,
	[UST_MSG_STATUS - UST_MSG_CONTROL] = on_status,
	[UST_MSG_LIST_APPS - UST_MSG_CONTROL] = on_list_apps,
	[UST_MSG_LIST_EVENTS - UST_MSG_CONTROL] = on_list_events,
	[UST_MSG_SHUTDOWN - UST_MSG_CONTROL] = on_shutdown,
	[UST_MSG_HOOK_APP - UST_MSG_CONTROL] = ustd_reach_hook,
	[UST_MSG_DETACH_APP - UST_MSG_CONTROL] = ustd_reach_detach,
	[UST_MSG_ATTACH_APP - UST_MSG_CONTROL] = ustd_reach_attach,
	[UST_MSG_ENABLE_KERNEL - UST_MSG_CONTROL] = ustd_control_enable_kernel,
	[UST_MSG_LIST_KERNEL - UST_MSG_CONTROL] = ustd_control_list_kernel,
	[UST_MSG_ENABLE_SCHED - UST_MSG_CONTROL] = ustd_sched_request,
	[UST_MSG_SNAPSHOT - UST_MSG_CONTROL] = ustd_snapshot_request,
	[UST_MSG_ROTATE - UST_MSG_CONTROL] = ustd_rotate_request,
};

int ustd_control_message(struct ustd_conn *conn, struct ust_wire_in *in)
{
	unsigned int index = in->header.type - UST_MSG_CONTROL;
	int ret = -EOPNOTSUPP;

	if (in->header.type >= UST_MSG_CONTROL && index < sizeof(handlers) / sizeof(handlers[0]) &&
	    handlers[index])
		ret = handlers[index](conn, in);
	if (ret <= 0)
		ustd_conn_reply(conn, in->header.seq, ret, NULL);
	return 0;
}

void ustd_control_disconnected(struct ustd_conn *conn)
{
	struct ustd_session *session, *next;

	ustd_request_forget(conn);
	ustd_reach_disconnected(conn);
	ustd_source_list_forget(conn);
	/* Nobody knows the name of a recorder's session but the recorder, and that was killed. */
	cds_list_for_each_entry_safe (session, next, ustd_sessions(), node) {
		if (session->owner != conn)
			continue;
		session->owner = NULL;
		if (!session->destroying && destroy(session, NULL, 0) < 0)
			ustd_warn("session %s: no memory to close it", session->name);
	}
}

bool ustd_control_is_shutdown(void)
{
	return shut_down;
}

void ustd_control_shutdown(void)
{
	struct ustd_session *session, *next;

	shut_down = true;
	cds_list_for_each_entry_safe (session, next, ustd_sessions(), node) {
		if (!session->destroying && destroy(session, NULL, 0) < 0)
			ustd_warn("session %s: no memory to close it", session->name);
	}
}
