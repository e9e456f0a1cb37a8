/* SPDX-License-Identifier: GPL-2.0-only */
#include "request.h"

#include <errno.h>
#include <stdlib.h>

#include "app.h"
#include "channel.h"
#include "consumer.h"
#include "bounds.h"
#include "log.h"
#include "reach.h"
#include "rotate.h"
#include "sched-session.h"
#include "session.h"
#include "snapshot.h"
#include "source.h"
#include "status.h"

static CDS_LIST_HEAD(requests);

static void timeout(struct ustd_timer *timer);

struct ustd_request *ustd_request_new(struct ustd_conn *client, uint32_t seq, uint16_t type,
				      struct ustd_session *session)
{
	struct ustd_request *request = calloc(1, sizeof(*request));

	if (!request)
		return NULL;
	request->client = client;
	request->seq = seq;
	request->type = type;
	request->session = session;
	request->timer.fire = timeout;
	CDS_INIT_LIST_HEAD(&request->waits);
	cds_list_add_tail(&request->node, &requests);
	return request;
}

static void wait_free(struct ustd_wait *wait)
{
	cds_list_del(&wait->request_node);
	cds_list_del(&wait->app_node);
	free(wait);
}

void ustd_request_free(struct ustd_request *request)
{
	struct ustd_wait *wait, *next;

	cds_list_for_each_entry_safe (wait, next, &request->waits, request_node) {
		wait_free(wait);
	}
	ustd_timer_disarm(&request->timer);
	cds_list_del(&request->node);
	free(request);
}

struct ustd_wait *ustd_request_wait(struct ustd_request *request, struct ustd_app *app,
				    uint32_t seq)
{
	struct ustd_wait *wait = calloc(1, sizeof(*wait));

	if (!wait)
		return NULL;
	wait->request = request;
	wait->seq = seq;
	cds_list_add_tail(&wait->request_node, &request->waits);
	cds_list_add_tail(&wait->app_node, &app->waits);
	return wait;
}

static void answer(struct ustd_request *request)
{
	struct ust_wire_out *out;

	if (!request->client)
		return;
	switch (request->type) {
	case UST_MSG_ENABLE_EVENT:
	case UST_MSG_DISABLE_EVENT:
		out = ustd_conn_begin(UST_MSG_REPLY, request->seq, 0);
		ust_wire_put_u32(out, request->nr_processes);
		ust_wire_put_u32(out, request->nr_events);
		ustd_conn_send(request->client, out);
		break;
	case UST_MSG_DESTROY:
		ustd_status_reply(request->client, request->seq, request->session);
		break;
	case UST_MSG_ROTATE:
		ustd_rotate_reply(request);
		break;
	case UST_MSG_LIST_EVENTS:
		/* The events themselves went to the client as they came. */
		if (!request->nr_events)
			ustd_conn_reply(request->client, request->seq,
					request->nr_late ? -ETIMEDOUT : -ESRCH,
					request->nr_late ? "the process does not answer"
							 : "the process ended");
		break;
	case UST_MSG_ATTACH_APP:
		if (!request->nr_late && !request->pid) {
			out = ustd_conn_begin(UST_MSG_REPLY, request->seq, 0);
			ust_wire_put_u32(out, request->nr_events);
			ustd_conn_send(request->client, out);
			break;
		}
		/* fall through */
	case UST_MSG_DETACH_APP:
	case UST_MSG_HOOK_APP:
		ustd_conn_reply(request->client, request->seq,
				request->nr_late || request->pid ? -ETIMEDOUT : request->error,
				request->text);
		break;
	default:
		ustd_conn_reply(request->client, request->seq, 0, NULL);
	}
}

static void finish(struct ustd_request *request)
{
	struct ustd_session *session = request->session;
	bool destroy = request->type == UST_MSG_DESTROY || request->type == UST_MSG_ROTATE;
	struct ustd_request *other, *next;

	if (destroy)
		ustd_session_close(session);
	answer(request);
	ustd_request_free(request);
	if (!destroy)
		return;
	cds_list_for_each_entry_safe (other, next, &requests, node) {
		if (other->session == session) {
			answer(other);
			ustd_request_free(other);
		}
	}
	ustd_session_free(session);
}

static void begin_drain(struct ustd_request *request)
{
	struct ustd_channel *channel;

	ustd_timer_disarm(&request->timer);
	request->stage = USTD_REQUEST_DRAIN;
	ustd_source_stop(request->session);
	ustd_sched_stop(request->session);
	if (request->type == UST_MSG_STOP_SESSION) {
		ustd_consumer_flush(request->session);
		return;
	}
	cds_list_for_each_entry (channel, &request->session->channels, session_node) {
		ustd_consumer_finish(channel);
	}
}

/* Goes on with a request as far as it can. It may be freed afterwards. */
static void check(struct ustd_request *request)
{
	bool rotates = request->type == UST_MSG_ROTATE;
	bool ends = request->type == UST_MSG_DESTROY || rotates;
	bool drains = request->type == UST_MSG_STOP_SESSION || ends;

	if (!cds_list_empty(&request->waits) || (request->pid && request->timer.armed))
		return;
	if (request->snapshot) {
		ustd_timer_disarm(&request->timer);
		ustd_snapshot_copy(request->snapshot);
		return;
	}
	if (rotates && request->stage == USTD_REQUEST_SYNC) {
		request->stage = USTD_REQUEST_SWITCH;
		ustd_rotate_switch(request);
		return;
	}
	if (drains && request->stage != USTD_REQUEST_DRAIN)
		begin_drain(request);
	if (drains && !ustd_source_drained(request->session))
		return;
	if (ends && (request->session->nr_channels || ustd_snapshot_runs(request->session)))
		return;
	if (request->type == UST_MSG_STOP_SESSION && !ustd_consumer_flushed(request->session))
		return;
	finish(request);
}

static void timeout(struct ustd_timer *timer)
{
	struct ustd_request *request = caa_container_of(timer, struct ustd_request, timer);
	struct ustd_wait *wait, *next;

	cds_list_for_each_entry_safe (wait, next, &request->waits, request_node) {
		request->nr_late++;
		wait_free(wait);
	}
	ustd_info("%u processes did not answer in time", request->nr_late);
	check(request);
}

void ustd_request_hello(struct ustd_app *app)
{
	struct ustd_request *request;

	cds_list_for_each_entry (request, &requests, node) {
		if (request->pid != app->pid)
			continue;
		ustd_app_wait(app, request);
		request->pid = 0;
		app->owner = request->nr_events ? request->client : NULL;
		if (request->nr_events && !request->client)
			ustd_reach_let_go(app);
	}
}

void ustd_request_go(struct ustd_request *request)
{
	ustd_timer_arm(&request->timer, USTD_REPLY_NS);
	check(request);
}

void ustd_wait_done(struct ustd_wait *wait)
{
	struct ustd_request *request = wait->request;

	wait_free(wait);
	/* Before ustd_request_go() the list may be empty only for the moment. */
	if (request->timer.armed)
		check(request);
}

void ustd_request_drained(struct ustd_session *session)
{
	struct ustd_request *request, *next;

	cds_list_for_each_entry_safe (request, next, &requests, node) {
		if (request->session == session && request->stage == USTD_REQUEST_DRAIN &&
		    request->type == UST_MSG_STOP_SESSION)
			check(request);
	}
	cds_list_for_each_entry (request, &requests, node) {
		if (request->session == session && request->stage == USTD_REQUEST_DRAIN) {
			check(request);
			return;
		}
	}
}

void ustd_request_forget(struct ustd_conn *client)
{
	struct ustd_request *request;

	cds_list_for_each_entry (request, &requests, node) {
		if (request->client != client)
			continue;
		request->client = NULL;
		if (request->snapshot)
			ustd_snapshot_cancel(request->snapshot);
	}
}
