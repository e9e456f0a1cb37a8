/* SPDX-License-Identifier: GPL-2.0-only */
#include "loss.h"

#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "channel.h"
#include "log.h"
#include "session.h"

/* One packet of ust:lost events. */
#define BATCH_SIZE 32768

static unsigned char room[BATCH_SIZE];
static struct ustd_batch batch = {.bytes = room, .size = sizeof(room)};

const char *ustd_loss_reason(unsigned int reason)
{
	static const char *const names[UST_LOST_NR] = {
		[UST_LOST_FULL] = "buffer full",
		[UST_LOST_TOO_LARGE] = "too large",
		[UST_LOST_BUSY] = "busy",
		[UST_LOST_CONTENTION] = "contention",
	};

	return reason < UST_LOST_NR && names[reason] ? names[reason] : "unknown";
}

void ustd_losses_init(struct ustd_losses *losses, int dirfd, const uint8_t uuid[16])
{
	memset(losses, 0, sizeof(*losses));
	ustd_stream_init(&losses->stream, dirfd, "lost", uuid, UST_STREAM_LOSS, 0, 0, "ustd");
}

void ustd_losses_close(struct ustd_losses *losses)
{
	ustd_stream_close(&losses->stream);
}

void ustd_losses_fini(struct ustd_losses *losses)
{
	if (losses->stream.name[0])
		ustd_stream_close(&losses->stream);
	free(losses->by_id);
	losses->by_id = NULL;
	losses->nr = 0;
}

static int grow(struct ustd_loss **by_id, uint32_t *nr, uint32_t want)
{
	struct ustd_loss *more;

	if (want <= *nr)
		return 0;
	more = realloc(*by_id, want * sizeof(*more));
	if (!more)
		return -1;
	memset(more + *nr, 0, (want - *nr) * sizeof(*more));
	*by_id = more;
	*nr = want;
	return 0;
}

static void batch_write(struct ustd_session *session, struct ustd_losses *losses)
{
	uint64_t before = losses->stream.size;
	int err;

	if (session->state == UST_SESSION_FAILED && !losses->is_copy)
		batch.len = 0;
	if (!batch.len)
		return;
	err = ustd_batch_write(&batch, &losses->stream, losses->nr_pieces++);
	if (losses->is_copy) {
		losses->error = losses->error ? losses->error : err;
		return;
	}
	session->bytes += losses->stream.size - before;
	if (err)
		ustd_session_fail_at(session, err, losses == &session->losses ? "ust" : "kernel",
				     "lost");
}

/* An event of stream class 1: extended header (id 0), pid, event, reason, count. */
static void put_lost(struct ustd_session *session, struct ustd_losses *losses, int32_t pid,
		     const char *event, unsigned int reason, uint64_t count)
{
	const char *why = ustd_loss_reason(reason);
	size_t event_size = strlen(event) + 1, why_size = strlen(why) + 1;

	if (!ustd_batch_has_room(&batch, UST_EVENT_HEADER_EXTENDED + sizeof(pid) + event_size +
						 why_size + sizeof(count)))
		batch_write(session, losses);
	if (!batch.len)
		batch.now = ustd_session_now(session);
	ustd_batch_begin(&batch, UST_LOSS_LOST);
	ustd_batch_put(&batch, &pid, sizeof(pid));
	ustd_batch_put(&batch, event, event_size);
	ustd_batch_put(&batch, why, why_size);
	ustd_batch_put(&batch, &count, sizeof(count));
	ustd_batch_end(&batch);
}

/* Likewise: reason, drift. */
void ustd_losses_clock_unstable(struct ustd_session *session, const char *why, int64_t drift_ns)
{
	batch.now = ustd_session_now(session);
	ustd_batch_begin(&batch, UST_LOSS_CLOCK_UNSTABLE);
	ustd_batch_put(&batch, why, strlen(why) + 1);
	ustd_batch_put(&batch, &drift_ns, sizeof(drift_ns));
	ustd_batch_end(&batch);
	batch_write(session, &session->losses);
}

static void collect_event(struct ustd_session *session, struct ustd_channel *channel, uint32_t id)
{
	const struct ust_ledger_shm *ledger = ustd_channel_ledger(channel);
	char name[2 * USTD_MAX_NAME + 2];
	unsigned int reason;

	for (reason = 0; reason < UST_LOST_NR; reason++) {
		uint64_t seen = channel->losses[id].lost[reason];
		uint64_t now = __atomic_load_n(&ledger[id].lost[reason], __ATOMIC_RELAXED);

		if (now <= seen)
			continue;
		channel->losses[id].lost[reason] = now;
		channel->ledger_total += now - seen;
		session->losses.by_id[id].lost[reason] += now - seen;
		ustd_def_name(session->defs.by_id[id], name, sizeof(name));
		put_lost(session, &session->losses, channel->pid, name, reason, now - seen);
	}
}

void ustd_losses_collect(struct ustd_session *session, struct ustd_channel *channel)
{
	struct ustd_losses *losses = &session->losses;
	uint64_t rings = ustd_channel_lost(channel);
	uint32_t nr = session->defs.nr, id;

	if (rings > channel->lost_total) {
		losses->total += rings - channel->lost_total;
		channel->lost_total = rings;
	}
	if (channel->ledger_total >= channel->lost_total || ustd_session_awaits_room(session))
		return;
	/* Events with larger ids share entry 0. */
	if (nr > UST_LEDGER_ENTRIES)
		nr = UST_LEDGER_ENTRIES;
	if (grow(&channel->losses, &channel->nr_losses, nr) ||
	    grow(&losses->by_id, &losses->nr, nr))
		return;
	for (id = 0; id < nr; id++)
		collect_event(session, channel, id);
	batch_write(session, losses);
}

void ustd_losses_copy(struct ustd_session *session, struct ustd_channel *channel,
		      struct ustd_losses *losses)
{
	const struct ust_ledger_shm *ledger = ustd_channel_ledger(channel);
	char name[2 * USTD_MAX_NAME + 2];
	uint32_t id, reason;

	for (id = 0; id < session->defs.nr && id < UST_LEDGER_ENTRIES; id++) {
		for (reason = 0; reason < UST_LOST_NR; reason++) {
			uint64_t count =
				__atomic_load_n(&ledger[id].lost[reason], __ATOMIC_RELAXED);

			if (!count)
				continue;
			ustd_def_name(session->defs.by_id[id], name, sizeof(name));
			put_lost(session, losses, channel->pid, name, reason, count);
		}
	}
	batch_write(session, losses);
}

/* Likewise: pid, tid, vpid, vtid. */
void ustd_losses_thread(struct ustd_session *session, struct ustd_losses *losses,
			const int32_t ids[4])
{
	batch.now = ustd_session_now(session);
	ustd_batch_begin(&batch, UST_LOSS_THREAD);
	ustd_batch_put(&batch, ids, 4 * sizeof(ids[0]));
	ustd_batch_end(&batch);
	batch_write(session, losses);
}

void ustd_losses_report(struct ustd_session *session, struct ustd_losses *losses, const char *event,
			unsigned int reason, uint64_t count)
{
	put_lost(session, losses, 0, event, reason, count);
	losses->total += count;
	batch_write(session, losses);
}
