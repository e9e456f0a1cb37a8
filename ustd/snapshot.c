/* SPDX-License-Identifier: GPL-2.0-only */
#include "snapshot.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "bounds.h"
#include "channel.h"
#include "consumer.h"
#include "control.h"
#include "log.h"
#include "request.h"
#include "salvage.h"
#include "session.h"
#include "sink-dir.h"

/* Sub-buffers, or ends of rings, in one go. */
#define PIECES 8
/* How often a client hears that there is progress. */
#define TELL_NS 1000000000ull

static CDS_LIST_HEAD(snapshots);

struct ustd_snapshot *ustd_snapshot_find(uint32_t seq)
{
	struct ustd_snapshot *snapshot;

	cds_list_for_each_entry (snapshot, &snapshots, node) {
		if (snapshot->seq == seq)
			return snapshot;
	}
	return NULL;
}

bool ustd_snapshot_runs(const struct ustd_session *session)
{
	struct ustd_snapshot *snapshot;

	cds_list_for_each_entry (snapshot, &snapshots, node) {
		if (snapshot->session == session)
			return true;
	}
	return false;
}

void ustd_snapshot_fail(struct ustd_snapshot *snapshot, int error, const char *what)
{
	if (snapshot->error)
		return;
	snapshot->error = error;
	snprintf(snapshot->what, sizeof(snapshot->what), "%s", what);
}

void ustd_snapshot_cancel(struct ustd_snapshot *snapshot)
{
	ustd_snapshot_fail(snapshot, -ECANCELED, "");
}

void ustd_snapshot_copy(struct ustd_snapshot *snapshot)
{
	snapshot->copying = true;
}

/* The directory that the user named, or the next free one beside the session's. */
static int open_output(struct ustd_snapshot *snapshot, const char *asked)
{
	struct ustd_session *session = snapshot->session;
	struct stat there;
	uint32_t tries;

	for (tries = 0; tries < USTD_SINK_MAX_NUMBERS; tries++) {
		free(snapshot->output);
		snapshot->output = asked[0] ? strdup(asked)
					    : ustd_sink_dir_numbered(session->output, "snapshot",
								     ++session->nr_snapshots);
		if (!snapshot->output)
			return -ENOMEM;
		snapshot->made_output = lstat(snapshot->output, &there) != 0;
		snapshot->dirfd = ustd_sink_dir_create(snapshot->output);
		if (asked[0] || (snapshot->dirfd != -ENOTEMPTY && snapshot->dirfd != -EEXIST))
			break;
	}
	return snapshot->dirfd < 0 ? snapshot->dirfd : 0;
}

static void release(struct ustd_channel *channel)
{
	channel->held--;
	if (channel->final && !channel->held)
		ustd_consumer_finish(channel);
}

static void snapshot_free(struct ustd_snapshot *snapshot)
{
	uint32_t i;

	for (i = 0; i < snapshot->nr_parts; i++)
		if (snapshot->parts[i].channel)
			release(snapshot->parts[i].channel);
	if (snapshot->dirfd >= 0)
		close(snapshot->dirfd);
	cds_list_del(&snapshot->node);
	free(snapshot->output);
	free(snapshot);
}

/* All but what ended before is in it: that is in the session's own trace. */
static void add_parts(struct ustd_snapshot *snapshot)
{
	struct ustd_session *session = snapshot->session;
	struct ustd_channel *channel;

	cds_list_for_each_entry (channel, &session->channels, session_node) {
		struct ustd_snapshot_part *part = &snapshot->parts[snapshot->nr_parts];
		const char *first = channel->rings[0].stream.name;
		char name[80];

		if (channel->final)
			continue;
		/* "comm-pid-number_" is common to its streams. */
		snprintf(name, sizeof(name), "%.*sstate", (int)(strrchr(first, '_') + 1 - first),
			 first);
		ustd_stream_init(&part->states, snapshot->dirfd, name, snapshot->trace.uuid,
				 UST_STREAM_RING, 0, channel->pid, channel->comm);
		part->channel = channel;
		channel->held++;
		snapshot->nr_parts++;
	}
}

/* 0, or a negative errno and, where there is more to say, a sentence in @why. */
static int check_session(const struct ustd_session *session, char *why, size_t size)
{
	if (!session->geo.overwrite)
		snprintf(why, size,
			 "its events go to %s as they come, which can be read at any time; "
			 "snapshots "
			 "are of sessions made with --overwrite",
			 session->output);
	else if (session->source)
		snprintf(why, size,
			 "it has kernel events, of which there are no snapshots; make a second "
			 "session with --overwrite and without them");
	else if (session->state == UST_SESSION_FAILED)
		snprintf(why, size, "recording has failed: %s", session->error_text);
	else if (session->state == UST_SESSION_CREATED)
		snprintf(why, size, "it was never started; use: ustctl start %s", session->name);
	else
		return 0;
	return -EINVAL;
}

static int snapshot_new(struct ustd_session *session, const char *output,
			struct ustd_snapshot **ret_snapshot)
{
	static uint32_t last_seq;
	struct ustd_snapshot *snapshot =
		calloc(1, sizeof(*snapshot) + session->nr_channels * sizeof(snapshot->parts[0]));
	int err;

	if (!snapshot)
		return -ENOMEM;
	snapshot->session = session;
	snapshot->dirfd = -1;
	snapshot->seq = ++last_seq;
	snapshot->told_ns = ustd_now_ns();
	cds_list_add_tail(&snapshot->node, &snapshots);
	err = open_output(snapshot, output);
	if (err) {
		snapshot_free(snapshot);
		return err;
	}
	ustd_session_check_clock(session, true);
	ustd_metadata_describe(&snapshot->trace, session->name, session->contexts, &session->clock);
	ustd_losses_init(&snapshot->losses, snapshot->dirfd, snapshot->trace.uuid);
	snapshot->losses.is_copy = true;
	add_parts(snapshot);
	*ret_snapshot = snapshot;
	return 0;
}

int ustd_snapshot_request(struct ustd_conn *conn, struct ust_wire_in *in)
{
	char output[PATH_MAX];
	struct ustd_snapshot *snapshot;
	struct ustd_session *session;
	struct ustd_request *request;
	int err =
		ustd_control_get_output(conn, in, check_session, &session, output, sizeof(output));
	uint32_t i;

	if (err)
		return err;
	request = ustd_request_new(conn, in->header.seq, in->header.type, NULL);
	if (!request)
		return -ENOMEM;
	err = snapshot_new(session, output, &snapshot);
	if (err) {
		ustd_request_free(request);
		return err;
	}
	snapshot->request = request;
	request->snapshot = snapshot;
	for (i = 0; i < snapshot->nr_parts; i++) {
		struct ustd_app *app = snapshot->parts[i].channel->app;

		if (app && app->conn)
			ustd_app_tell_states(app, session, snapshot->seq, request);
	}
	ustd_request_go(request);
	return 1;
}

static void ring_begin(struct ustd_snapshot *snapshot, struct ustd_channel *channel)
{
	struct ustd_session *session = snapshot->session;

	ust_reader_init(&snapshot->reader, channel->map, &session->geo, snapshot->ring);
	snapshot->reader.clock = session->clock.mode;
	ustd_stream_init(&snapshot->stream, snapshot->dirfd,
			 channel->rings[snapshot->ring].stream.name, snapshot->trace.uuid,
			 UST_STREAM_RING, snapshot->reader.cpu, channel->pid, channel->comm);
	snapshot->cursor = 0;
	snapshot->pieces = 0;
	snapshot->in_ring = true;
}

/* Result: 1 one more sub-buffer is written, 0 there is none, or a negative errno. */
static int ring_copy(struct ustd_snapshot *snapshot)
{
	struct ustd_session *session = snapshot->session;
	unsigned char *room = ustd_salvage_room(session->geo.subbuf_size);
	struct ust_reader_piece piece;
	int ret, err;

	if (!room)
		return -ENOMEM;
	/* Writers may be faster than we are: one time round is all that it was asked for. */
	if (snapshot->pieces > session->geo.nr_subbufs)
		return 0;
	ret = ust_reader_salvage(&snapshot->reader, ustd_session_now(session), room,
				 &snapshot->cursor, &piece);
	if (ret <= 0)
		return 0;
	err = ustd_stream_write(&snapshot->stream, &piece);
	snapshot->pieces++;
	return err ? err : 1;
}

static void ring_end(struct ustd_snapshot *snapshot)
{
	uint64_t lost = __atomic_load_n(&snapshot->reader.shm->lost, __ATOMIC_RELAXED);
	int err = snapshot->error;

	if (!err)
		err = ustd_stream_finish(&snapshot->stream, lost,
					 ustd_session_now(snapshot->session));
	if (err)
		ustd_snapshot_fail(snapshot, err, snapshot->stream.name);
	ustd_stream_close(&snapshot->stream);
	snapshot->bytes += snapshot->stream.size;
	snapshot->lost += lost;
	snapshot->in_ring = false;
	snapshot->ring++;
}

static void part_end(struct ustd_snapshot *snapshot, struct ustd_snapshot_part *part)
{
	struct ustd_channel *channel = part->channel;

	ustd_losses_copy(snapshot->session, channel, &snapshot->losses);
	if (snapshot->losses.error)
		ustd_snapshot_fail(snapshot, snapshot->losses.error, "lost");
	part->channel = NULL;
	snapshot->part++;
	snapshot->ring = 0;
	release(channel);
}

static void copy_next(struct ustd_snapshot *snapshot)
{
	struct ustd_snapshot_part *part = &snapshot->parts[snapshot->part];
	int ret;

	if (snapshot->ring == part->channel->nr_rings) {
		part_end(snapshot, part);
		return;
	}
	if (!snapshot->in_ring)
		ring_begin(snapshot, part->channel);
	ret = ring_copy(snapshot);
	if (ret < 0)
		ustd_snapshot_fail(snapshot, ret, snapshot->stream.name);
	if (ret <= 0)
		ring_end(snapshot);
}

/* Last of all, so that a trace without it is one that was not finished: no ring holds an event whose
 * definition came later. */
static int write_metadata(struct ustd_snapshot *snapshot)
{
	struct ustd_session *session = snapshot->session;
	struct ustd_metadata_file file = {.fd = -1};
	struct ustd_clock clock = session->clock;
	struct ustd_def_view view;
	uint32_t id;
	int err;

	ustd_clock_refine(&clock);
	ustd_clock_describe(&clock, &snapshot->trace.clock);
	err = ustd_metadata_create(&file, snapshot->dirfd, &snapshot->trace);
	for (id = 0; id < session->defs.nr && !err; id++) {
		ustd_def_view(session->defs.by_id[id], &view);
		view.event.id = id;
		err = ustd_metadata_append(&file, &view.event);
	}
	if (!err)
		err = ustd_metadata_flush(&file);
	ustd_metadata_close(&file);
	return err;
}

static void tell_failure(const struct ustd_snapshot *snapshot)
{
	char text[PATH_MAX + 256];

	snprintf(text, sizeof(text),
		 "cannot write %s/ust/%s: %s; what was written of it is removed, the session goes "
		 "on",
		 snapshot->output, snapshot->what, strerror(-snapshot->error));
	ustd_warn("snapshot of session %s: %s", snapshot->session->name, text);
	ustd_conn_reply(snapshot->request->client, snapshot->request->seq, snapshot->error, text);
}

static void tell_success(const struct ustd_snapshot *snapshot)
{
	struct ustd_request *request = snapshot->request;
	struct ust_wire_out *out = ustd_conn_begin(UST_MSG_REPLY, request->seq, 0);

	ust_wire_put_str(out, snapshot->output);
	ust_wire_put_u32(out, snapshot->nr_parts);
	ust_wire_put_u32(out, request->nr_late);
	ust_wire_put_u32(out, snapshot->nr_states);
	ust_wire_put_u64(out, snapshot->bytes);
	ust_wire_put_u64(out, snapshot->lost);
	ustd_conn_send(request->client, out);
}

static void snapshot_end(struct ustd_snapshot *snapshot)
{
	struct ustd_session *session = snapshot->session;
	struct ustd_request *request = snapshot->request;
	int err;

	if (snapshot->in_ring)
		ring_end(snapshot);
	err = snapshot->error ? 0 : write_metadata(snapshot);
	if (err)
		ustd_snapshot_fail(snapshot, err, "metadata");
	snapshot->bytes += snapshot->losses.stream.size;
	ustd_losses_fini(&snapshot->losses);
	if (snapshot->error)
		ustd_sink_dir_remove(snapshot->dirfd, snapshot->output, snapshot->made_output);
	if (snapshot->error && request->client)
		tell_failure(snapshot);
	else if (!snapshot->error && request->client)
		tell_success(snapshot);
	ustd_request_free(request);
	snapshot_free(snapshot);
	ustd_request_drained(session);
}

static void tell_progress(struct ustd_snapshot *snapshot)
{
	uint64_t now = ustd_now_ns();

	if (now - snapshot->told_ns < TELL_NS)
		return;
	snapshot->told_ns = now;
	ustd_conn_send(snapshot->request->client,
		       ustd_conn_begin(UST_MSG_PROGRESS, snapshot->request->seq, 0));
}

/* One snapshot's turn. True: it goes on. */
static bool turn(struct ustd_snapshot *snapshot)
{
	uint32_t pieces;
	uint64_t bytes = 0;

	for (pieces = 0; pieces < PIECES && bytes < USTD_WORK_BYTES && !snapshot->error &&
			 snapshot->part < snapshot->nr_parts;
	     pieces++) {
		uint64_t before = snapshot->in_ring ? snapshot->stream.size : 0;

		copy_next(snapshot);
		bytes += snapshot->stream.size - before;
	}
	if (!snapshot->error && snapshot->part < snapshot->nr_parts) {
		tell_progress(snapshot);
		return true;
	}
	snapshot_end(snapshot);
	return false;
}

bool ustd_snapshot_work(void)
{
	struct ustd_snapshot *snapshot, *next;
	bool more = false;

	cds_list_for_each_entry_safe (snapshot, next, &snapshots, node) {
		if (snapshot->copying)
			more |= turn(snapshot);
	}
	return more;
}
