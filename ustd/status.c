/* SPDX-License-Identifier: GPL-2.0-only */
#include "status.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "channel.h"
#include "session.h"
#include "source.h"

/* Room that is kept for what follows a list of variable length. */
#define RESERVE 2048

static bool has_room(const struct ust_wire_out *out, size_t more)
{
	return !out->error && out->len + more + RESERVE <= out->size;
}

static void put_losses(struct ust_wire_out *out, struct ustd_session *session, size_t room)
{
	const struct ustd_losses *losses = &session->losses;
	char name[2 * USTD_MAX_NAME + 2];
	size_t at = out->len, start = out->len;
	uint32_t id, reason, nr = 0;

	ust_wire_put_u32(out, 0);
	for (id = 0; id < losses->nr && id < session->defs.nr; id++) {
		for (reason = 0; reason < UST_LOST_NR; reason++) {
			if (!losses->by_id[id].lost[reason])
				continue;
			ustd_def_name(session->defs.by_id[id], name, sizeof(name));
			if (out->len - start + strlen(name) > room)
				break;
			ust_wire_put_str(out, name);
			ust_wire_put_u32(out, reason);
			ust_wire_put_u64(out, losses->by_id[id].lost[reason]);
			nr++;
		}
	}
	ust_wire_patch_u32(out, at, nr);
}

static void put_patterns(struct ust_wire_out *out, struct ustd_session *session, size_t room)
{
	size_t at = out->len, start = out->len;
	struct ustd_rule *rule;
	uint32_t nr = 0;

	ust_wire_put_u32(out, 0);
	cds_list_for_each_entry (rule, &session->rules, node) {
		char text[2 * USTD_MAX_NAME + 32];

		if (!rule->enable || out->len - start + strlen(rule->pattern) > room)
			continue;
		if (rule->level) {
			snprintf(text, sizeof(text), "%s (log level %s%u)", rule->pattern,
				 rule->level >> 8 == UST_LEVEL_AT_LEAST ? "<= " : "",
				 rule->level & 0xff);
			ust_wire_put_str(out, text);
		} else {
			ust_wire_put_str(out, rule->pattern);
		}
		nr++;
	}
	ust_wire_patch_u32(out, at, nr);
}

static bool is_defined(struct ustd_session *session, const char *wanted)
{
	char name[2 * USTD_MAX_NAME + 2];
	uint32_t id;

	for (id = 0; id < session->defs.nr; id++) {
		ustd_def_name(session->defs.by_id[id], name, sizeof(name));
		if (strcmp(name, wanted) == 0)
			return true;
	}
	return false;
}

/* One process did not match what another one did: such a name is not news. */
static void put_names(struct ust_wire_out *out, struct ustd_session *session, size_t room)
{
	size_t at = out->len, start = out->len;
	uint32_t i, nr = 0;

	ust_wire_put_u32(out, 0);
	for (i = 0; i < session->nr_names; i++) {
		if (out->len - start + strlen(session->names[i]) > room ||
		    is_defined(session, session->names[i]))
			continue;
		ust_wire_put_str(out, session->names[i]);
		nr++;
	}
	ust_wire_patch_u32(out, at, nr);
}

static void put_ids(struct ust_wire_out *out, struct ustd_session *session, bool wanted)
{
	size_t at = out->len;
	uint32_t id, nr = 0;

	ust_wire_put_u32(out, 0);
	for (id = 0; wanted && id < session->defs.nr; id++) {
		const struct ustd_def *def = session->defs.by_id[id];

		if (!has_room(out, 4 + def->len))
			break;
		ust_wire_put_u32(out, id);
		ustd_conn_put_raw(out, def->wire, def->len);
		nr++;
	}
	ust_wire_patch_u32(out, at, nr);
}

static void put_kernel(struct ust_wire_out *out, const struct ustd_source *source)
{
	ust_wire_put_u32(out, source ? source->ops->kind : 0);
	ust_wire_put_u32(out, source ? source->nr_enabled : 0);
	ust_wire_put_u64(out, source ? source->nr_recorded : 0);
	ust_wire_put_u64(out, source ? source->nr_lost : 0);
	ust_wire_put_str(out, source ? source->why : "");
}

static uint32_t nr_live(const struct ustd_session *session)
{
	struct ustd_channel *channel;
	uint32_t nr = 0;

	cds_list_for_each_entry (channel, &session->channels, session_node) {
		nr += channel->app != NULL;
	}
	return nr;
}

/* @share: bytes that each of the three lists inside may take. */
static void put_session(struct ust_wire_out *out, struct ustd_session *session, size_t share,
			bool with_ids)
{
	struct ustd_channel *channel;

	cds_list_for_each_entry (channel, &session->channels, session_node) {
		ustd_losses_collect(session, channel);
	}
	ust_wire_put_u64(out, session->id);
	ust_wire_put_str(out, session->name);
	ust_wire_put_str(out, session->output);
	ust_wire_put_str(out, session->scope);
	ust_wire_put_u32(out, session->state);
	ust_wire_put_u32(out, session->geo.overwrite);
	ust_wire_put_u32(out, session->contexts);
	ust_wire_put_u64(out, session->geo.subbuf_size);
	ust_wire_put_u32(out, session->geo.nr_subbufs);
	ust_wire_put_u32(out, session->geo.nr_rings);
	ust_wire_put_u64(out, ustd_session_elapsed_ns(session));
	ust_wire_put_u64(out, session->bytes + (session->source ? session->source->bytes : 0));
	ust_wire_put_u64(out, session->losses.total);
	put_losses(out, session, share);
	ust_wire_put_u32(out, session->nr_apps_seen);
	ust_wire_put_u32(out, nr_live(session));
	ust_wire_put_u32(out, session->nr_sites_seen);
	ust_wire_put_u32(out, session->nr_foreign_seen);
	ust_wire_put_u32(out, session->defs.nr);
	put_patterns(out, session, share);
	put_names(out, session, share);
	ust_wire_put_s32(out, session->error);
	ust_wire_put_str(out, session->error_text);
	put_kernel(out, session->source);
	put_ids(out, session, with_ids);
}

void ustd_status_reply(struct ustd_conn *conn, uint32_t seq, struct ustd_session *session)
{
	struct ust_wire_out *out = ustd_conn_begin(UST_MSG_REPLY, seq, 0);
	size_t at = out->len;
	struct ustd_session *one;
	uint32_t nr = 0;

	ust_wire_put_u32(out, 0);
	if (session) {
		put_session(out, session, UST_MSG_MAX / 8, true);
		ust_wire_patch_u32(out, at, 1);
		ustd_conn_send(conn, out);
		return;
	}
	cds_list_for_each_entry (one, ustd_sessions(), node) {
		size_t before = out->len;

		/* One that is to take over is not there yet. */
		if (one->rotating && one->state == UST_SESSION_CREATED)
			continue;
		/* A session that does not fit is left out; asked for by name it does. */
		put_session(out, one, 256, false);
		if (out->error) {
			out->error = 0;
			out->len = before;
			break;
		}
		nr++;
	}
	ust_wire_patch_u32(out, at, nr);
	ustd_conn_send(conn, out);
}

void ustd_status_reply_apps(struct ustd_conn *conn, uint32_t seq)
{
	struct ust_wire_out *out = ustd_conn_begin(UST_MSG_REPLY, seq, 0);
	size_t at = out->len;
	struct ustd_app *app;
	uint32_t nr = 0;

	ust_wire_put_u32(out, 0);
	cds_list_for_each_entry (app, ustd_apps(), node) {
		if (!has_room(out, 32 + sizeof(app->comm) + strlen(app->exe)))
			break;
		if (!app->conn)
			continue;
		ust_wire_put_s32(out, app->pid);
		ust_wire_put_s32(out, app->ppid);
		ust_wire_put_u32(out, app->nr_events);
		ust_wire_put_u32(out, app->nr_sites);
		ust_wire_put_u32(out, app->nr_foreign);
		ust_wire_put_str(out, app->comm);
		ust_wire_put_str(out, app->exe);
		nr++;
	}
	ust_wire_patch_u32(out, at, nr);
	ustd_conn_send(conn, out);
}
