/* SPDX-License-Identifier: GPL-2.0-only */
/* Sticky state in a snapshot: a stream for each process, which no writer can lap. */
#include <errno.h>
#include <string.h>

#include <ust/abi/packet.h>

#include "app.h"
#include "bounds.h"
#include "channel.h"
#include "session.h"
#include "snapshot.h"

#define COMM_SIZE 16
#define OVERHEAD (UST_EVENT_HEADER_EXTENDED + 4 + COMM_SIZE + 8)

struct batch {
	unsigned char bytes[2 * UST_MSG_MAX];
	size_t len;
	uint32_t nr;
	uint64_t now;
};

static struct batch batch;

static void put(const void *data, size_t len)
{
	memcpy(batch.bytes + batch.len, data, len);
	batch.len += len;
}

static void write_batch(struct ustd_snapshot *snapshot, struct ustd_snapshot_part *part)
{
	struct ust_reader_piece piece = {
		.number = part->nr_states,
		.bytes = batch.bytes,
		.len = batch.len,
		.time_begin = batch.now,
		.time_end = batch.now,
		.closed = 1,
	};
	uint64_t before = part->states.size;
	int err;

	if (!batch.len)
		return;
	err = ustd_stream_write(&part->states, &piece);
	ustd_stream_close(&part->states);
	if (err)
		ustd_snapshot_fail(snapshot, err, part->states.name);
	snapshot->bytes += part->states.size - before;
	part->nr_states += batch.nr;
	snapshot->nr_states += batch.nr;
	batch.len = 0;
	batch.nr = 0;
}

/* As libust records it, in the name of the process's first thread. */
static void put_contexts(const struct ustd_channel *channel)
{
	static const uint64_t no_address;
	uint32_t contexts = channel->session->contexts;
	int32_t tid = channel->pid;
	char comm[COMM_SIZE] = "";

	memcpy(comm, channel->comm, sizeof(channel->comm));
	if (contexts & UST_CONTEXT_TID)
		put(&tid, sizeof(tid));
	if (contexts & UST_CONTEXT_COMM)
		put(comm, sizeof(comm));
	if (contexts & UST_CONTEXT_IP)
		put(&no_address, sizeof(no_address));
}

static void put_state(struct ustd_snapshot *snapshot, struct ustd_snapshot_part *part, uint32_t id,
		      struct ust_wire_str payload)
{
	size_t begin;
	uint32_t word = 0;

	if (part->nr_states + batch.nr >= USTD_MAX_STATES)
		return;
	if (payload.len > sizeof(batch.bytes) - batch.len - OVERHEAD)
		write_batch(snapshot, part);
	begin = batch.len;
	/* The length comes last: it is that of all. */
	put(&word, sizeof(word));
	put(&id, sizeof(id));
	put(&batch.now, sizeof(batch.now));
	put_contexts(part->channel);
	put(payload.s, payload.len);
	word = (uint32_t)(batch.len - begin) << UST_EVENT_ID_BITS | UST_EVENT_ID_EXTENDED;
	memcpy(batch.bytes + begin, &word, sizeof(word));
	batch.nr++;
}

static struct ustd_snapshot_part *part_of(struct ustd_snapshot *snapshot,
					  const struct ustd_app *app)
{
	uint32_t i;

	for (i = 0; i < snapshot->nr_parts; i++)
		if (snapshot->parts[i].channel && snapshot->parts[i].channel->app == app)
			return &snapshot->parts[i];
	return NULL;
}

int ustd_snapshot_states(struct ustd_app *app, struct ust_wire_in *in)
{
	struct ustd_snapshot *snapshot = ustd_snapshot_find(in->header.seq);
	struct ustd_snapshot_part *part = snapshot ? part_of(snapshot, app) : NULL;
	uint32_t nr = ust_wire_get_u32(in), i;

	/* One that comes late counts as silent. */
	if (part && snapshot->copying)
		part = NULL;
	if (part)
		batch.now = ustd_session_now(snapshot->session);
	for (i = 0; i < nr && !in->error; i++) {
		uint32_t id = ust_wire_get_u32(in);
		struct ust_wire_str payload = ust_wire_get_str(in);

		if (!in->error && part && id < snapshot->session->defs.nr)
			put_state(snapshot, part, id, payload);
	}
	if (part)
		write_batch(snapshot, part);
	return in->error ? -EBADMSG : 0;
}
