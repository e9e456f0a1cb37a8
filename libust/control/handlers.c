/* SPDX-License-Identifier: LGPL-2.1-only */
#include "handlers.h"

#include <errno.h>
#include <unistd.h>

#include "../os/debug.h"
#include "../os/hook.h"
#include "../probe/sticky.h"
#include "../session/lock.h"
#include "../site/registry.h"
#include "encode.h"
#include "listener.h"
#include "objects.h"

#define MAX_PATTERN 512

/* An event that the process or the session does not have is no reason to end the connection. */
static int answer_error(const struct ust_connection *conn, const struct ust_wire_in *in, int err)
{
	ust_debug("message %u refused: error %d", in->header.type, -err);
	return ust_send_plain(conn->fd, UST_MSG_REPLY, in->header.seq, err);
}

static int handle_session(struct ust_wire_in *in)
{
	struct ust_channel_opts opts = {.memfd = -1, .doorbell = -1};
	uint64_t id = ust_wire_get_u64(in);
	int err;

	opts.subbuf_size = ust_wire_get_u64(in);
	opts.nr_subbufs = ust_wire_get_u32(in);
	opts.nr_rings = ust_wire_get_u32(in);
	opts.ring_shift = ust_wire_get_u32(in);
	opts.overwrite = ust_wire_get_u32(in);
	opts.contexts = ust_wire_get_u32(in);
	opts.clock = ust_wire_get_u32(in);
	opts.memfd = ust_wire_get_fd(in);
	opts.doorbell = ust_wire_get_fd(in);
	if (in->error || opts.memfd < 0 || opts.doorbell < 0)
		err = -EBADMSG;
	else
		err = ust_session_open(id, &opts);
	if (opts.memfd >= 0)
		close(opts.memfd);
	if (opts.doorbell >= 0)
		close(opts.doorbell);
	ust_debug("session %llu: %u rings of %u times %llu bytes: %d", (unsigned long long)id,
		  opts.nr_rings, opts.nr_subbufs, (unsigned long long)opts.subbuf_size, err);
	return err;
}

int ust_ask_unknown(const struct ust_connection *conn, uint32_t seq, struct ust_session *session)
{
	uint32_t cursor = 0;
	int ret;

	do {
		ret = ust_send_unknown(conn->fd, seq, session, &cursor);
	} while (ret > 0);
	return ret;
}

/* Result: 0 or an error of the connection; the message's own go to @ret_refused. */
static int handle_rule(const struct ust_connection *conn, struct ust_wire_in *in, int enable,
		       int *ret_refused)
{
	uint64_t id = ust_wire_get_u64(in);
	struct ust_session *session = ust_session_find(id);
	char pattern[MAX_PATTERN];
	uint32_t level = 0;
	int matched, err;

	if (ust_wire_get_cstr(in, pattern, sizeof(pattern))) {
		*ret_refused = -EBADMSG;
		return 0;
	}
	if (in->p < in->end)
		level = ust_wire_get_u32(in);
	matched = session ? ust_session_rule(session, pattern, level, enable) : -ENOENT;
	if (matched < 0) {
		*ret_refused = matched;
		/* ustd does not say READY before each ENABLE has its answer, and the program waits. */
		return enable ? ust_send_matched(conn->fd, in->header.seq, id, 0) : 0;
	}
	ust_debug("session %llu: %s %s (level rule %#x): %d events", (unsigned long long)id,
		  enable ? "enable" : "disable", pattern, level, matched);
	ust_session_apply();
	err = ust_ask_unknown(conn, in->header.seq, session);
	if (!err && enable)
		err = ust_send_matched(conn->fd, in->header.seq, id, (uint32_t)matched);
	return err;
}

/* Before values are told again: those that are not kept cannot be. */
static void tell_lost_states(void)
{
	uint64_t nr = ust_sticky_lost();

	if (nr)
		ust_debug("sticky state: %llu values were not kept: there is room for %d keys with "
			  "%d "
			  "bytes each, of which the key may have %d",
			  (unsigned long long)nr, UST_STICKY_SLOTS, UST_STICKY_MAX,
			  UST_STICKY_KEY - 1);
}

static int handle_start(const struct ust_connection *conn, struct ust_wire_in *in, int start,
			int *ret_refused)
{
	uint64_t id = ust_wire_get_u64(in);
	struct ust_session *session = ust_session_find(id);

	if (in->error || !session) {
		*ret_refused = in->error ? in->error : -ENOENT;
		return 0;
	}
	if (start)
		tell_lost_states();
	ust_session_set_started(session, start);
	ust_session_apply();
	ust_debug("session %llu: %s", (unsigned long long)id, start ? "started" : "stopped");
	return start ? ust_ask_unknown(conn, in->header.seq, session) : 0;
}

/* Result and @ret_refused as of handle_rule(). */
static int handle_switch(const struct ust_connection *conn, struct ust_wire_in *in,
			 int *ret_refused)
{
	struct ust_session *from = ust_session_find(ust_wire_get_u64(in));
	struct ust_session *to = ust_session_find(ust_wire_get_u64(in));

	if (in->error || !from || !to) {
		*ret_refused = in->error ? in->error : -ENOENT;
		return 0;
	}
	ust_session_set_started(from, 0);
	ust_session_set_started(to, 1);
	/* One pointer of each event changes from the one session's to the other's. */
	ust_session_apply();
	ust_debug("session %llu: goes on as %llu", (unsigned long long)ust_session_id(from),
		  (unsigned long long)ust_session_id(to));
	return ust_ask_unknown(conn, in->header.seq, to);
}

static int handle_ids(struct ust_wire_in *in)
{
	struct ust_session *session = ust_session_find(ust_wire_get_u64(in));
	uint32_t i, nr = ust_wire_get_u32(in);
	int err = session ? 0 : -ENOENT;

	for (i = 0; i < nr && !err; i++) {
		uint32_t local = ust_wire_get_u32(in);
		uint32_t event_id = ust_wire_get_u32(in);

		err = in->error ? in->error : ust_session_bind(session, local, event_id);
	}
	ust_session_apply();
	return err;
}

static int handle_replay(struct ust_wire_in *in)
{
	struct ust_session *session = ust_session_find(ust_wire_get_u64(in));

	if (in->error || !session)
		return in->error ? in->error : -ENOENT;
	ust_session_replay(session);
	return 0;
}

/* Result and @ret_refused as of handle_rule(). */
static int handle_tell_states(const struct ust_connection *conn, struct ust_wire_in *in,
			      int *ret_refused)
{
	struct ust_session *session = ust_session_find(ust_wire_get_u64(in));

	tell_lost_states();
	if (!in->error && session)
		return ust_send_states(conn->fd, in->header.seq, session);
	*ret_refused = in->error ? in->error : -ENOENT;
	return 0;
}

static int handle_teardown(struct ust_wire_in *in)
{
	struct ust_session *session = ust_session_find(ust_wire_get_u64(in));

	if (in->error || !session)
		return in->error ? in->error : -ENOENT;
	ust_debug("session %llu: closed", (unsigned long long)ust_session_id(session));
	ust_session_close(session);
	return 0;
}

/* The libraries' sites are new; ustd may not be reachable for who opened them. */
static int ask_all(const struct ust_connection *conn)
{
	struct ust_session *session = NULL;
	int err = 0;

	ust_session_events_changed();
	while (!err && (session = ust_session_next(session)))
		err = ust_ask_unknown(conn, 0, session);
	ust_session_apply();
	return err;
}

int ust_handle_hook(const struct ust_connection *conn, struct ust_wire_in *in)
{
	static char rules[UST_MSG_MAX];
	char why[256] = "";
	int err, refused = ust_wire_get_cstr(in, rules, sizeof(rules));
	sigset_t mask;

	if (!refused)
		refused = ust_hook_apply ? ust_hook_apply(rules, why, sizeof(why)) : -EOPNOTSUPP;
	ust_debug("hook: %d %s", refused, why);
	ust_lock(&mask);
	err = ask_all(conn);
	if (!err)
		err = ust_send_text(conn->fd, UST_MSG_REPLY, in->header.seq, refused, why);
	ust_unlock(&mask);
	return err;
}

void ust_handle_detach(void)
{
	struct ust_session *session;

	while ((session = ust_session_next(NULL)))
		ust_session_close(session);
	ust_objects_fini();
	ust_control_detach();
	ust_debug("detached");
}

int ust_handle_message(const struct ust_connection *conn, struct ust_wire_in *in)
{
	int refused = 0, err = 0;

	if (!ust_connection_ok(conn))
		return -EBADF;
	ust_objects_refresh();
	switch (in->header.type) {
	case UST_MSG_SESSION:
		refused = handle_session(in);
		break;
	case UST_MSG_ENABLE:
	case UST_MSG_DISABLE:
		err = handle_rule(conn, in, in->header.type == UST_MSG_ENABLE, &refused);
		break;
	case UST_MSG_START:
	case UST_MSG_STOP:
		err = handle_start(conn, in, in->header.type == UST_MSG_START, &refused);
		break;
	case UST_MSG_REPLAY:
		refused = handle_replay(in);
		break;
	case UST_MSG_TELL_STATES:
		err = handle_tell_states(conn, in, &refused);
		break;
	case UST_MSG_SWITCH:
		err = handle_switch(conn, in, &refused);
		break;
	case UST_MSG_TEARDOWN:
		refused = handle_teardown(in);
		break;
	case UST_MSG_EVENT_IDS:
		refused = handle_ids(in);
		break;
	case UST_MSG_READY:
		ust_session_close_older();
		return UST_HANDLED_READY;
	case UST_MSG_SYNC:
		return ust_send_plain(conn->fd, UST_MSG_SYNCED, in->header.seq, 0);
	case UST_MSG_LIST:
		return ust_send_events(conn->fd, in->header.seq);
	case UST_MSG_DETACH:
		ust_handle_detach();
		return -ESHUTDOWN;
	case UST_MSG_REPLY:
		break; /* ustd did not like something of ours: nothing depends on it */
	default:
		refused = -EOPNOTSUPP;
	}
	if (!err && refused)
		err = answer_error(conn, in, refused);
	return err;
}
