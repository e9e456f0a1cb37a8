/* SPDX-License-Identifier: GPL-2.0-only */
#include "app-session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "consumer.h"
#include "doorbell.h"
#include "bounds.h"
#include "log.h"
#include "request.h"
#include "session.h"
#include "source-threads.h"
#include "source.h"

/* An ENABLE that was not answered yet. Sessions and requests may go meanwhile, so it has numbers.
 */
struct enable {
	struct cds_list_head node;
	uint64_t session;
	struct ustd_request *request; /* compared, and used only if it still is among the waits */
};

static struct ustd_channel *channel_of(struct ustd_app *app, uint64_t session)
{
	struct ustd_channel *channel;

	cds_list_for_each_entry (channel, &app->channels, app_node) {
		if (channel->session->id == session)
			return channel;
	}
	return NULL;
}

void ustd_app_drop_enables(struct ustd_app *app)
{
	struct enable *enable, *next;

	cds_list_for_each_entry_safe (enable, next, &app->enables, node) {
		free(enable);
	}
	CDS_INIT_LIST_HEAD(&app->enables);
	app->nr_enables = 0;
}

void ustd_app_settle(struct ustd_app *app)
{
	if (!app->conn || app->nr_enables)
		return;
	if (app->sync_due) {
		app->sync_due = false;
		ustd_conn_send(app->conn, ustd_conn_begin(UST_MSG_SYNC, ++app->sync_seq, 0));
	}
	if (app->ready_due) {
		app->ready_due = false;
		ustd_conn_send(app->conn, ustd_conn_begin(UST_MSG_READY, 0, 0));
	}
}

void ustd_app_wait(struct ustd_app *app, struct ustd_request *request)
{
	if (!request || !app->conn)
		return;
	app->sync_due = true;
	ustd_request_wait(request, app, app->sync_seq + 1);
}

static void send_simple(struct ustd_app *app, enum ust_msg_type type, uint64_t session)
{
	struct ust_wire_out *out = ustd_conn_begin(type, 0, 0);

	ust_wire_put_u64(out, session);
	ustd_conn_send(app->conn, out);
}

static void send_rule(struct ustd_app *app, struct ustd_session *session, const char *pattern,
		      uint32_t level, bool on, struct ustd_request *request)
{
	struct ust_wire_out *out;
	struct enable *enable;

	if (on) {
		enable = app->nr_enables < USTD_MAX_PENDING ? calloc(1, sizeof(*enable)) : NULL;
		if (!enable) {
			ustd_warn("process %d does not answer: pattern %s not sent to it",
				  (int)app->pid, pattern);
			return;
		}
		enable->session = session->id;
		enable->request = request;
		cds_list_add_tail(&enable->node, &app->enables);
		app->nr_enables++;
	}
	out = ustd_conn_begin(on ? UST_MSG_ENABLE : UST_MSG_DISABLE, 0, 0);
	ust_wire_put_u64(out, session->id);
	ust_wire_put_str(out, pattern);
	ust_wire_put_u32(out, level);
	ustd_conn_send(app->conn, out);
}

/* A SESSION's seq, which other messages do not have, tells which one is refused. */
static uint32_t session_seq(const struct ustd_session *session)
{
	return 1u << 31 | (uint32_t)session->id;
}

static int send_session(struct ustd_app *app, struct ustd_session *session, int memfd)
{
	struct ust_wire_out *out = ustd_conn_begin(UST_MSG_SESSION, session_seq(session), 0);

	ust_wire_put_u64(out, session->id);
	ust_wire_put_u64(out, session->geo.subbuf_size);
	ust_wire_put_u32(out, session->geo.nr_subbufs);
	ust_wire_put_u32(out, session->geo.nr_rings);
	ust_wire_put_u32(out, session->geo.ring_shift);
	ust_wire_put_u32(out, session->geo.overwrite);
	ust_wire_put_u32(out, session->contexts);
	ust_wire_put_u32(out, session->clock.mode);
	ust_wire_put_fd(out, memfd);
	ust_wire_put_fd(out, ustd_doorbell_fd());
	return ustd_conn_send(app->conn, out);
}

void ustd_app_attach(struct ustd_app *app, struct ustd_session *session,
		     struct ustd_request *request)
{
	struct ustd_channel *channel;
	struct ustd_rule *rule;
	int fd, err = ustd_channel_create(session, app, &channel, &fd);

	if (err) {
		ustd_warn("session %s: no buffers for process %d (%s): %s; it is not traced",
			  session->name, (int)app->pid, app->comm, strerror(-err));
		return;
	}
	err = send_session(app, session, fd);
	close(fd);
	if (err)
		return;
	ustd_source_add_process(session, app->pid);
	ustd_source_threads(session, app);
	session->nr_apps_seen++;
	session->nr_sites_seen += app->nr_sites;
	session->nr_foreign_seen += app->nr_foreign;
	cds_list_for_each_entry (rule, &session->rules, node) {
		bool newest = rule->node.next == &session->rules;

		send_rule(app, session, rule->pattern, rule->level, rule->enable,
			  newest ? request : NULL);
	}
	if (session->state == UST_SESSION_STARTED)
		send_simple(app, UST_MSG_START, session->id);
	ustd_consumer_look(channel);
}

void ustd_app_rule_session(struct ustd_session *session, const char *pattern, uint32_t level,
			   bool enable, struct ustd_request *request)
{
	struct ustd_app *app;

	cds_list_for_each_entry (app, ustd_apps(), node) {
		if (!app->conn || !ustd_session_wants(session, app))
			continue;
		if (channel_of(app, session->id))
			send_rule(app, session, pattern, level, enable, request);
		else if (enable)
			ustd_app_attach(app, session, request);
		else
			continue;
		request->nr_processes++;
		ustd_app_wait(app, request);
		ustd_app_settle(app);
	}
}

static void tell_all(struct ustd_session *session, enum ust_msg_type type,
		     struct ustd_request *request)
{
	struct ustd_channel *channel;

	cds_list_for_each_entry (channel, &session->channels, session_node) {
		struct ustd_app *app = channel->app;

		if (!app || !app->conn)
			continue;
		/* What the rings still hold may not say what was so before. */
		if (type == UST_MSG_STOP && session->geo.overwrite)
			send_simple(app, UST_MSG_REPLAY, session->id);
		send_simple(app, type, session->id);
		ustd_app_wait(app, request);
		ustd_app_settle(app);
	}
}

void ustd_app_start_session(struct ustd_session *session, struct ustd_request *request)
{
	tell_all(session, UST_MSG_START, request);
}

void ustd_app_stop_session(struct ustd_session *session, struct ustd_request *request)
{
	tell_all(session, UST_MSG_STOP, request);
}

void ustd_app_join_session(struct ustd_app *app, struct ustd_session *session,
			   struct ustd_request *request)
{
	ustd_app_attach(app, session, NULL);
	ustd_app_wait(app, request);
	ustd_app_settle(app);
}

void ustd_app_switch_session(struct ustd_session *from, struct ustd_session *to,
			     struct ustd_request *request)
{
	struct ustd_channel *channel;

	cds_list_for_each_entry (channel, &from->channels, session_node) {
		struct ustd_app *app = channel->app;
		struct ust_wire_out *out;

		if (!app || !app->conn)
			continue;
		out = ustd_conn_begin(UST_MSG_SWITCH, 0, 0);
		ust_wire_put_u64(out, from->id);
		ust_wire_put_u64(out, to->id);
		ustd_conn_send(app->conn, out);
		ustd_app_wait(app, request);
		ustd_app_settle(app);
	}
}

void ustd_app_teardown(struct ustd_app *app, struct ustd_session *session)
{
	if (app->conn)
		send_simple(app, UST_MSG_TEARDOWN, session->id);
}

void ustd_app_refused(struct ustd_app *app, uint32_t seq, int error)
{
	struct ustd_session *session;

	cds_list_for_each_entry (session, ustd_sessions(), node) {
		if (seq != session_seq(session) || session->error || error >= 0)
			continue;
		snprintf(session->error_text, sizeof(session->error_text),
			 "process %d (%s) is not recorded, because it cannot map its buffers of "
			 "%llu "
			 "MiB: %s; raise its limit of address space (ulimit -v) or ask for less "
			 "(--num-subbuf)",
			 (int)app->pid, app->comm,
			 (unsigned long long)(session->geo.subbuf_size * session->geo.nr_subbufs *
						      session->geo.nr_rings >>
					      20),
			 strerror(-error));
		ustd_warn("session %s: %s", session->name, session->error_text);
	}
}

void ustd_app_tell_states(struct ustd_app *app, struct ustd_session *session, uint32_t seq,
			  struct ustd_request *request)
{
	struct ust_wire_out *out = ustd_conn_begin(UST_MSG_TELL_STATES, seq, 0);

	ust_wire_put_u64(out, session->id);
	ustd_conn_send(app->conn, out);
	ustd_app_wait(app, request);
	ustd_app_settle(app);
}

/* The request of an ENABLE, if it still waits for this process. */
static struct ustd_request *still_waiting(struct ustd_app *app, struct ustd_request *request)
{
	struct ustd_wait *wait;

	cds_list_for_each_entry (wait, &app->waits, app_node) {
		if (wait->request == request)
			return request;
	}
	return NULL;
}

int ustd_app_matched(struct ustd_app *app, struct ust_wire_in *in)
{
	uint64_t id = ust_wire_get_u64(in);
	uint32_t nr_matched = ust_wire_get_u32(in), nr_names = ust_wire_get_u32(in), i;
	struct ustd_session *session = ustd_session_by_id(id);
	struct ustd_request *request;
	struct enable *enable;

	for (i = 0; i < nr_names && i < USTD_MAX_NAMES; i++) {
		struct ust_wire_str name = ust_wire_get_str(in);

		if (!in->error && session)
			ustd_session_add_name(session, name.s, name.len);
	}
	if (in->error)
		return -EBADMSG;
	/* One that answers more than it was asked is not taken at its word. */
	if (cds_list_empty(&app->enables))
		return 0;
	enable = cds_list_entry(app->enables.next, struct enable, node);
	cds_list_del(&enable->node);
	app->nr_enables--;
	request = still_waiting(app, enable->request);
	if (request)
		request->nr_events += nr_matched;
	free(enable);
	ustd_app_settle(app);
	return 0;
}

int ustd_app_event_defs(struct ustd_conn *conn, struct ust_wire_in *in)
{
	/* Half of them are the process's own numbers. A definition takes 28 bytes at least. */
	static uint32_t pairs[2 * (UST_MSG_MAX / 28)];
	struct ustd_app *app = conn->app ? conn->app : ustd_app_find(conn->pid);
	uint64_t id = ust_wire_get_u64(in);
	uint32_t nr = ust_wire_get_u32(in), i, nr_ids = 0;
	struct ustd_channel *channel = app ? channel_of(app, id) : NULL;
	struct ust_wire_out *out;

	for (i = 0; i < nr && !in->error; i++) {
		uint32_t local = ust_wire_get_u32(in), event_id;
		struct ustd_def_view view;
		int err = ustd_def_parse(in, &view);

		if (err == -EBADMSG)
			return err;
		if (err && app && !app->warned) {
			app->warned = true;
			ustd_warn(
				"process %d announced an event that no trace can hold (%.*s:%.*s): "
				"not recorded",
				(int)conn->pid, (int)view.event.provider.len, view.event.provider.s,
				(int)view.event.name.len, view.event.name.s);
		}
		if (err || !channel || ustd_session_define(channel->session, &view, &event_id))
			continue;
		pairs[2 * nr_ids] = local;
		pairs[2 * nr_ids++ + 1] = event_id;
	}
	if (in->error)
		return -EBADMSG;
	if (channel && ustd_session_defined(channel->session))
		nr_ids = 0;
	out = ustd_conn_begin(UST_MSG_EVENT_IDS, in->header.seq, 0);
	ust_wire_put_u64(out, id);
	ust_wire_put_u32(out, nr_ids);
	for (i = 0; i < 2 * nr_ids; i++)
		ust_wire_put_u32(out, pairs[i]);
	ustd_conn_send(conn, out);
	return 0;
}
