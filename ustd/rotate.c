/* SPDX-License-Identifier: GPL-2.0-only */
#include "rotate.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "bounds.h"
#include "channel.h"
#include "control.h"
#include "request.h"
#include "session.h"
#include "sink-dir.h"

/* 0, or a negative errno and a sentence in @why. */
static int check_session(const struct ustd_session *session, char *why, size_t size)
{
	if (session->rotating)
		snprintf(why, size, "that is being done already");
	else if (session->geo.overwrite)
		snprintf(why, size,
			 "a flight recorder (--overwrite) writes nothing before its end; use: "
			 "ustctl "
			 "snapshot %s",
			 session->name);
	else if (session->source || session->sched)
		snprintf(why, size,
			 "it has kernel events or context switches, which go on in one trace; make "
			 "a "
			 "second session without them");
	else if (session->owner)
		snprintf(why, size, "it ends with the command that made it, which reads its trace");
	else if (session->state == UST_SESSION_FAILED)
		snprintf(why, size, "recording has failed: %s", session->error_text);
	else if (session->state != UST_SESSION_STARTED)
		snprintf(why, size, "it is not started, so its trace can be read as it is");
	else
		return 0;
	return session->rotating ? -EBUSY : -EINVAL;
}

/* In the directory that the user named, or the next free one beside the first. */
static int make_next(struct ustd_session *session, const char *asked,
		     struct ustd_session **ret_next, char *why, size_t size)
{
	struct ustd_session_opts opts = {
		.name = session->name,
		.first_output = session->first_output,
		.scope = session->scope,
		.subbuf_size = session->geo.subbuf_size,
		.nr_subbufs = session->geo.nr_subbufs,
		.contexts = session->contexts,
		.clock = session->clock.mode,
	};
	uint32_t tries;
	int err = -ENOMEM;

	if (!session->nr_chunks)
		session->nr_chunks = 1;
	for (tries = 0; tries < USTD_SINK_MAX_NUMBERS; tries++) {
		char *path = asked[0] ? strdup(asked)
				      : ustd_sink_dir_numbered(session->first_output, "chunk",
							       ++session->nr_chunks);

		if (!path)
			return -ENOMEM;
		opts.output = path;
		err = ustd_session_create(&opts, ret_next, why, size);
		free(path);
		if (asked[0] || (err != -ENOTEMPTY && err != -EEXIST))
			break;
	}
	return err;
}

static int copy_rules(const struct ustd_session *from, struct ustd_session *to)
{
	struct ustd_rule *rule;
	int err;

	cds_list_for_each_entry (rule, &from->rules, node) {
		err = ustd_session_add_rule(to, rule->pattern, rule->level, rule->enable);
		if (err)
			return err;
	}
	return 0;
}

static int begin(struct ustd_session *session, struct ustd_request *request, const char *output,
		 char *why, size_t size)
{
	struct ustd_channel *channel;
	struct ustd_session *next;
	int err = make_next(session, output, &next, why, size);

	if (err)
		return err;
	err = copy_rules(session, next);
	if (err) {
		ustd_sink_dir_remove(next->dirfd, next->output, true);
		ustd_session_free(next);
		return err;
	}
	next->sized = session->sized;
	next->nr_chunks = session->nr_chunks;
	session->rotating = next->rotating = true;
	request->next_id = next->id;
	cds_list_for_each_entry (channel, &session->channels, session_node) {
		if (channel->app && channel->app->conn)
			ustd_app_join_session(channel->app, next, request);
	}
	return 0;
}

int ustd_rotate_request(struct ustd_conn *conn, struct ust_wire_in *in)
{
	char output[PATH_MAX], why[640] = "";
	struct ustd_session *session;
	struct ustd_request *request;
	int err =
		ustd_control_get_output(conn, in, check_session, &session, output, sizeof(output));

	if (err)
		return err;
	request = ustd_request_new(conn, in->header.seq, in->header.type, session);
	if (!request)
		return -ENOMEM;
	err = begin(session, request, output, why, sizeof(why));
	if (err) {
		ustd_request_free(request);
		ustd_conn_reply(conn, in->header.seq, err, why);
		return 1;
	}
	ustd_request_go(request);
	return 1;
}

void ustd_rotate_switch(struct ustd_request *request)
{
	struct ustd_session *session = request->session;
	struct ustd_session *next = ustd_session_by_id(request->next_id);

	/* All is being closed. */
	if (!next || next->destroying || session->destroying) {
		session->rotating = false;
		if (request->client)
			ustd_conn_reply(request->client, request->seq, -ESHUTDOWN, NULL);
		ustd_request_free(request);
		return;
	}
	session->rotating = next->rotating = false;
	session->destroying = true;
	ustd_session_stopped(session);
	ustd_session_check_clock(session, true);
	ustd_session_started(next);
	ustd_app_switch_session(session, next, request);
	ustd_timer_disarm(&request->timer);
	request->nr_late = 0;
	ustd_request_go(request);
}

void ustd_rotate_reply(struct ustd_request *request)
{
	struct ustd_session *session = request->session;
	struct ustd_session *next = ustd_session_by_id(request->next_id);
	struct ust_wire_out *out;

	if (session->error) {
		ustd_conn_reply(request->client, request->seq, session->error, session->error_text);
		return;
	}
	out = ustd_conn_begin(UST_MSG_REPLY, request->seq, 0);
	ust_wire_put_str(out, session->output);
	ust_wire_put_str(out, next ? next->output : "");
	ust_wire_put_u64(out, session->bytes);
	ust_wire_put_u64(out, session->losses.total);
	ust_wire_put_u32(out, request->nr_late);
	ustd_conn_send(request->client, out);
}
