/* SPDX-License-Identifier: GPL-2.0-only */
#include "salvage.h"

#include <stdlib.h>

#include "app.h"
#include "bounds.h"
#include "consumer.h"
#include "log.h"
#include "request.h"
#include "session.h"

/* Sub-buffers, or ends of rings, in one go. */
#define PIECES 8

static unsigned char *copy_buf;
static uint64_t copy_size;

/* Kept for the next salvage: the sizes differ by session. */
unsigned char *ustd_salvage_room(uint64_t size)
{
	if (size > copy_size) {
		free(copy_buf);
		copy_buf = malloc(size);
		copy_size = copy_buf ? size : 0;
	}
	return copy_buf;
}

/* 1: a piece was written, 0: the ring is at its end, negative: it cannot be read on. */
static int next_piece(struct ustd_channel *channel, struct ustd_ring *ring)
{
	bool overwrite = channel->session->geo.overwrite;
	uint64_t now = ustd_session_now(channel->session);
	const struct ust_reader before = ring->reader;
	const uint64_t cursor = channel->cursor;
	struct ust_reader_piece piece;
	unsigned char *copy;
	int ret = 0;

	if (!channel->salvaging && !overwrite)
		ret = ust_reader_next(&ring->reader, now, &piece);
	if (ret > 0) {
		if (!ustd_channel_write(channel, ring, &piece))
			return -1;
		ust_reader_release(&ring->reader, &piece);
		return 1;
	}
	if (ret < 0)
		return ret;
	channel->salvaging = true;
	copy = ustd_salvage_room(channel->session->geo.subbuf_size);
	if (!copy) {
		ustd_warn("no memory to salvage what process %d recorded last", (int)channel->pid);
		return -1;
	}
	ret = ust_reader_salvage(&ring->reader, now, copy, &channel->cursor, &piece);
	if (ret > 0 && !ustd_channel_write(channel, ring, &piece)) {
		ring->reader = before;
		channel->cursor = cursor;
		return -1;
	}
	return ret;
}

static void channel_done(struct ustd_channel *channel)
{
	struct ustd_session *session = channel->session;
	uint32_t i;

	ustd_losses_collect(session, channel);
	for (i = 0; i < channel->nr_rings; i++)
		ustd_channel_finish(channel, &channel->rings[i]);
	if (channel->app)
		ustd_app_teardown(channel->app, session);
	ustd_channel_destroy(channel);
	ustd_request_drained(session);
}

static void next_ring(struct ustd_channel *channel)
{
	channel->next++;
	channel->pieces = 0;
	channel->salvaging = false;
	channel->cursor = 0;
}

/* A process that goes on writing although it was stopped must not keep us here. */
static bool endless(const struct ustd_channel *channel)
{
	return channel->pieces > 4 * channel->session->geo.nr_subbufs + 64;
}

static void flush_done(struct ustd_channel *channel)
{
	struct ustd_session *session = channel->session;

	channel->next = 0;
	channel->flush = false;
	channel->working = false;
	cds_list_del(&channel->work_node);
	ustd_losses_collect(session, channel);
	ustd_request_drained(session);
}

uint32_t ustd_salvage_work(struct ustd_channel *channel)
{
	uint32_t pieces = 0;

	while (channel->next < channel->nr_rings && pieces < PIECES) {
		struct ustd_ring *ring = &channel->rings[channel->next];
		int ret = ring->state == USTD_RING_DEAD ? 0 : next_piece(channel, ring);

		pieces++;
		channel->pieces++;
		if (ret > 0 && !endless(channel))
			continue;
		if (ret < 0 && ring->state == USTD_RING_FULL) {
			ring->state = USTD_RING_LOOK;
			ustd_consumer_park(channel);
			return pieces;
		}
		if (ret < 0 && ring->reader.broken)
			ustd_channel_drop(channel, ring);
		next_ring(channel);
	}
	if (channel->next < channel->nr_rings)
		return pieces;
	/* What it lost is to be written, too. */
	if (channel->final && ustd_session_awaits_room(channel->session))
		ustd_consumer_park(channel);
	else if (channel->final)
		channel_done(channel);
	else
		flush_done(channel);
	return pieces;
}
