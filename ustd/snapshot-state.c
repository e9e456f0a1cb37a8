/* SPDX-License-Identifier: GPL-2.0-only */
/* Sticky state in a snapshot: a stream for each process, which no writer can lap. */
#include <errno.h>
#include <string.h>

#include <ust/abi/packet.h>

#include "app.h"
#include "batch.h"
#include "bounds.h"
#include "channel.h"
#include "session.h"
#include "snapshot.h"

#define COMM_SIZE 16
#define OVERHEAD (UST_EVENT_HEADER_EXTENDED + 4 + COMM_SIZE + 8)

static unsigned char room[2 * UST_MSG_MAX];
static struct ustd_batch batch = {.bytes = room, .size = sizeof(room)};
static uint32_t nr_in_batch;

static void write_batch(struct ustd_snapshot *snapshot, struct ustd_snapshot_part *part)
{
	uint64_t before = part->states.size;
	int err = ustd_batch_write(&batch, &part->states, part->nr_states);

	if (err)
		ustd_snapshot_fail(snapshot, err, part->states.name);
	snapshot->bytes += part->states.size - before;
	part->nr_states += nr_in_batch;
	snapshot->nr_states += nr_in_batch;
	nr_in_batch = 0;
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
		ustd_batch_put(&batch, &tid, sizeof(tid));
	if (contexts & UST_CONTEXT_COMM)
		ustd_batch_put(&batch, comm, sizeof(comm));
	if (contexts & UST_CONTEXT_IP)
		ustd_batch_put(&batch, &no_address, sizeof(no_address));
}

static void put_state(struct ustd_snapshot *snapshot, struct ustd_snapshot_part *part, uint32_t id,
		      struct ust_wire_str payload)
{
	if (part->nr_states + nr_in_batch >= USTD_MAX_STATES)
		return;
	if (!ustd_batch_has_room(&batch, OVERHEAD + payload.len))
		write_batch(snapshot, part);
	ustd_batch_begin(&batch, id);
	put_contexts(part->channel);
	ustd_batch_put(&batch, payload.s, payload.len);
	ustd_batch_end(&batch);
	nr_in_batch++;
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
