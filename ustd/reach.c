/* SPDX-License-Identifier: GPL-2.0-only */
#include "reach.h"

#include <errno.h>
#include <unistd.h>

#include "app-session.h"
#include "app.h"
#include "request.h"
#include "server.h"
#include "session.h"

/* A process that we can talk to, or NULL. */
static struct ustd_app *connected(pid_t pid)
{
	struct ustd_app *app = ustd_app_find(pid);

	return app && app->conn && !app->detaching ? app : NULL;
}

/* Connects to it; HELLO comes later. Result: 0 or a negative errno, @ret_pid: who it will be. */
static int reach(pid_t pid, int fd, pid_t *ret_pid, bool *ret_detached)
{
	if (fd < 0) {
		*ret_pid = pid;
		return ustd_server_reach(pid, ret_detached);
	}
	*ret_detached = true;
	*ret_pid = ustd_conn_peer(fd);
	if (*ret_pid <= 0) {
		close(fd);
		return -ESRCH;
	}
	return ustd_conn_add_trusted(fd);
}

int ustd_reach_attach(struct ustd_conn *conn, struct ust_wire_in *in)
{
	pid_t pid = ust_wire_get_s32(in);
	struct ustd_request *request;
	struct ustd_app *app;
	bool detached = false;
	int fd, err = 0;

	if (in->error)
		return -EBADMSG;
	fd = ust_wire_get_fd(in);
	app = fd < 0 ? connected(pid) : NULL;
	if (!app)
		err = reach(pid, fd, &pid, &detached);
	if (err)
		return err == -ENOENT ? -ESRCH : err;
	request = ustd_request_new(conn, in->header.seq, in->header.type, NULL);
	if (!request)
		return -ENOMEM;
	if (app) {
		ustd_app_wait(app, request);
		ustd_app_settle(app);
	} else {
		request->pid = pid;
		request->nr_events = detached;
	}
	ustd_request_go(request);
	return 1;
}

void ustd_reach_let_go(struct ustd_app *app)
{
	struct ustd_session *session;

	app->detaching = true;
	cds_list_for_each_entry (session, ustd_sessions(), node) {
		ustd_session_forget_pid(session, app->pid);
	}
	ustd_conn_send(app->conn, ustd_conn_begin(UST_MSG_DETACH, 0, 0));
}

void ustd_reach_disconnected(struct ustd_conn *client)
{
	struct ustd_app *app;

	cds_list_for_each_entry (app, ustd_apps(), node) {
		if (app->owner != client)
			continue;
		app->owner = NULL;
		if (app->conn && !app->detaching)
			ustd_reach_let_go(app);
	}
}

/* A request about a process that answers it with @seq. NULL: no memory. */
static struct ustd_request *ask(struct ustd_conn *conn, struct ust_wire_in *in,
				struct ustd_app *app, uint32_t seq)
{
	struct ustd_request *request =
		ustd_request_new(conn, in->header.seq, in->header.type, NULL);
	struct ustd_wait *wait = request ? ustd_request_wait(request, app, seq) : NULL;

	if (wait) {
		wait->reply = true;
		return request;
	}
	if (request)
		ustd_request_free(request);
	return NULL;
}

int ustd_reach_detach(struct ustd_conn *conn, struct ust_wire_in *in)
{
	pid_t pid = ust_wire_get_s32(in);
	struct ustd_request *request;
	struct ustd_app *app;

	if (in->error)
		return -EBADMSG;
	app = connected(pid);
	if (!app)
		return -ESRCH;
	/* It does not answer: it ends the connection when it has done. */
	request = ask(conn, in, app, 0);
	if (!request)
		return -ENOMEM;
	ustd_reach_let_go(app);
	ustd_request_go(request);
	return 1;
}

int ustd_reach_hook(struct ustd_conn *conn, struct ust_wire_in *in)
{
	static uint32_t seq;
	pid_t pid = ust_wire_get_s32(in);
	struct ust_wire_str rules = ust_wire_get_str(in);
	struct ustd_request *request;
	struct ust_wire_out *out;
	struct ustd_app *app;

	if (in->error)
		return -EBADMSG;
	app = connected(pid);
	if (!app)
		return -ESRCH;
	request = ask(conn, in, app, ++seq);
	if (!request)
		return -ENOMEM;
	request->error = -ESRCH; /* until it answers */
	out = ustd_conn_begin(UST_MSG_HOOK, seq, 0);
	ust_wire_put_bytes(out, rules.s, rules.len);
	ustd_conn_send(app->conn, out);
	ustd_request_go(request);
	return 1;
}
