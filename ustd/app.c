/* SPDX-License-Identifier: GPL-2.0-only */
#include "app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "app-session.h"
#include "channel.h"
#include "consumer.h"
#include "bounds.h"
#include "descriptors.h"
#include "log.h"
#include "request.h"
#include "session.h"
#include "snapshot.h"

static CDS_LIST_HEAD(apps);
static unsigned int nr_apps;
static bool is_full; /* and that was said */

struct cds_list_head *ustd_apps(void)
{
	return &apps;
}

struct ustd_app *ustd_app_find(pid_t pid)
{
	struct ustd_app *app;

	cds_list_for_each_entry (app, &apps, node) {
		if (app->pid == pid)
			return app;
	}
	return NULL;
}

static void drop_waits(struct ustd_app *app)
{
	while (!cds_list_empty(&app->waits))
		ustd_wait_done(cds_list_entry(app->waits.next, struct ustd_wait, app_node));
}

static void app_discard(struct ustd_app *app)
{
	free(app->exe);
	free(app->scope);
	free(app);
}

/* The process has ended, or its program was replaced: what it recorded is read to the end. */
static void app_free(struct ustd_app *app)
{
	struct ustd_channel *channel, *next;

	cds_list_del(&app->node);
	nr_apps--;
	is_full = false;
	cds_list_for_each_entry_safe (channel, next, &app->channels, app_node) {
		cds_list_del(&channel->app_node);
		channel->app = NULL;
		ustd_consumer_finish(channel);
	}
	ustd_app_drop_enables(app);
	drop_waits(app);
	if (app->conn)
		app->conn->app = NULL;
	if (app->pidfd.fd >= 0) {
		ustd_loop_unwatch(&app->pidfd);
		close(app->pidfd.fd);
	}
	app_discard(app);
}

static void died(struct ustd_watch *watch, uint32_t events USTD_UNUSED)
{
	struct ustd_app *app = caa_container_of(watch, struct ustd_app, pidfd);
	struct ustd_session *session;

	cds_list_for_each_entry (session, ustd_sessions(), node) {
		ustd_session_forget_pid(session, app->pid);
	}
	ustd_info("process %d (%s) ended", (int)app->pid, app->comm);
	app_free(app);
}

/* The end of a connection is not the end of the process: it may have closed all its descriptors. */
void ustd_app_disconnected(struct ustd_conn *conn)
{
	struct ustd_app *app = conn->app;

	if (!app)
		return;
	app->conn = NULL;
	if (app->pidfd.fd < 0 || app->detaching) {
		app_free(app);
		return;
	}
	ustd_app_drop_enables(app);
	drop_waits(app);
}

static void watch_process(struct ustd_app *app)
{
	app->pidfd.fd = (int)syscall(SYS_pidfd_open, app->pid, 0);
	app->pidfd.ready = died;
	if (app->pidfd.fd >= 0 && ustd_loop_watch(&app->pidfd, EPOLLIN)) {
		close(app->pidfd.fd);
		app->pidfd.fd = -1;
	}
}

/* A copy of a message's string, NUL-terminated. */
static char *copy_str(struct ust_wire_str str)
{
	return strndup(str.s, str.len);
}

static struct ustd_app *app_new(struct ustd_conn *conn, struct ust_wire_in *in)
{
	struct ustd_app *app = calloc(1, sizeof(*app));
	struct ust_wire_str comm;

	if (!app)
		return NULL;
	app->pid = ust_wire_get_s32(in);
	app->ppid = ust_wire_get_s32(in);
	/* In a PID namespace a process does not know the number that we see. */
	if (conn->pid)
		app->pid = conn->pid;
	app->nr_events = ust_wire_get_u32(in);
	app->nr_sites = ust_wire_get_u32(in);
	app->nr_foreign = ust_wire_get_u32(in);
	app->flags = ust_wire_get_u32(in);
	comm = ust_wire_get_str(in);
	snprintf(app->comm, sizeof(app->comm), "%.*s", (int)comm.len, comm.s);
	app->exe = copy_str(ust_wire_get_str(in));
	app->scope = copy_str(ust_wire_get_str(in));
	app->pidfd.fd = -1;
	CDS_INIT_LIST_HEAD(&app->channels);
	CDS_INIT_LIST_HEAD(&app->enables);
	CDS_INIT_LIST_HEAD(&app->waits);
	if (in->error || !app->exe || !app->scope) {
		app_discard(app);
		return NULL;
	}
	return app;
}

/* One that is refused asks again, in longer and longer intervals. */
static int find_room(const struct ustd_app *app)
{
	if (nr_apps < ustd_descriptors_apps())
		return 0;
	if (!is_full)
		ustd_warn("process %d (%s) and others that come are not recorded: %u processes "
			  "are the most that RLIMIT_NOFILE of ustd allows",
			  (int)app->pid, app->comm, nr_apps);
	is_full = true;
	return -ECONNREFUSED;
}

static int hello(struct ustd_conn *conn, struct ust_wire_in *in)
{
	struct ustd_session *session;
	struct ustd_app *app, *old;
	int err;

	if (conn->app)
		return -EPROTO;
	app = app_new(conn, in);
	if (!app)
		return in->error ? -EBADMSG : -ENOMEM;
	old = ustd_app_find(app->pid);
	if (old)
		app_free(old);
	err = find_room(app);
	if (err) {
		app_discard(app);
		return err;
	}
	app->conn = conn;
	conn->app = app;
	cds_list_add_tail(&app->node, &apps);
	nr_apps++;
	watch_process(app);
	ustd_info("process %d (%s): %u events, %u sites", (int)app->pid, app->comm, app->nr_events,
		  app->nr_sites);
	cds_list_for_each_entry (session, ustd_sessions(), node) {
		if (session->nr_rules && ustd_session_wants(session, app))
			ustd_app_attach(app, session, NULL);
	}
	app->ready_due = true;
	ustd_request_hello(app);
	ustd_app_settle(app);
	return 0;
}

static void replied(struct ustd_app *app, struct ust_wire_in *in)
{
	struct ust_wire_str text = ust_wire_get_str(in);
	struct ustd_wait *wait;

	cds_list_for_each_entry (wait, &app->waits, app_node) {
		if (!wait->reply || wait->seq != in->header.seq)
			continue;
		wait->request->error = in->header.status;
		if (!in->error)
			snprintf(wait->request->text, sizeof(wait->request->text), "%.*s",
				 (int)text.len, text.s);
		ustd_wait_done(wait);
		return;
	}
	ustd_app_refused(app, in->header.seq, in->header.status);
}

static void synced(struct ustd_app *app, uint32_t seq)
{
	struct ustd_wait *wait, *next;

	/* Ending one wait may answer a request, and that may end others: start anew each time. */
again:
	cds_list_for_each_entry_safe (wait, next, &app->waits, app_node) {
		if (wait->list || wait->reply || (int32_t)(seq - wait->seq) < 0)
			continue;
		ustd_wait_done(wait);
		goto again;
	}
}

/* Passes a part of the event list on. */
static int events(struct ustd_app *app, struct ust_wire_in *in)
{
	size_t len = (size_t)(in->end - in->p);
	const unsigned char *body = in->p;
	uint32_t more = ust_wire_get_u32(in);
	struct ustd_wait *wait;

	if (in->error)
		return -EBADMSG;
	cds_list_for_each_entry (wait, &app->waits, app_node) {
		struct ustd_request *request = wait->request;
		struct ust_wire_out *out;

		if (!wait->list || wait->seq != in->header.seq)
			continue;
		if (request->client) {
			out = ustd_conn_begin(UST_MSG_EVENTS, request->seq, 0);
			ustd_conn_put_raw(out, body, len);
			ustd_conn_send(request->client, out);
		}
		if (!more) {
			request->nr_events = 1;
			ustd_wait_done(wait);
		}
		break;
	}
	return 0;
}

int ustd_app_message(struct ustd_conn *conn, struct ust_wire_in *in)
{
	struct ustd_app *app = conn->app;

	if (in->header.type == UST_MSG_HELLO)
		return hello(conn, in);
	/* A process that has been replaced by a new one of its number. */
	if (!app)
		return -ESTALE;
	switch (in->header.type) {
	case UST_MSG_EVENT_DEFS:
		return ustd_app_event_defs(conn, in);
	case UST_MSG_MATCHED:
		return ustd_app_matched(app, in);
	case UST_MSG_SYNCED:
		synced(app, in->header.seq);
		return 0;
	case UST_MSG_EVENTS:
		return events(app, in);
	case UST_MSG_STATES:
		return ustd_snapshot_states(app, in);
	case UST_MSG_REPLY:
		/* It refuses something that we sent, or answers one of reach.c's. */
		replied(app, in);
		return 0;
	default:
		ustd_conn_reply(conn, in->header.seq, -EOPNOTSUPP, NULL);
		return 0;
	}
}

int ustd_app_list(struct ustd_app *app, struct ustd_request *request)
{
	static uint32_t seq;
	struct ust_wire_out *out;
	struct ustd_wait *wait;

	if (!app->conn)
		return -ESRCH;
	wait = ustd_request_wait(request, app, ++seq);
	if (!wait)
		return -ENOMEM;
	wait->list = true;
	out = ustd_conn_begin(UST_MSG_LIST, seq, 0);
	return ustd_conn_send(app->conn, out);
}
