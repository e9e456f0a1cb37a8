/* SPDX-License-Identifier: GPL-2.0-only */
#include "consumer.h"

#include <errno.h>
#include <stdlib.h>

#include "channel.h"
#include "doorbell.h"
#include "bounds.h"
#include "log.h"
#include "loop.h"
#include "request.h"
#include "salvage.h"
#include "sched-session.h"
#include "session.h"
#include "source.h"

#define HOT_NS 1000000u

struct budget {
	uint32_t pieces;
	uint64_t bytes;
};

static CDS_LIST_HEAD(work_list);
static struct ustd_timer deliver_timer, hot_timer, room_timer;

static bool spent(const struct budget *budget)
{
	return budget->pieces >= USTD_WORK_PIECES || budget->bytes >= USTD_WORK_BYTES;
}

static void arm(struct ustd_timer *timer, uint64_t delay_ns)
{
	if (!timer->armed)
		ustd_timer_arm(timer, delay_ns);
}

/* The ring has been read to its end: puts it to sleep as deep as its writers allow. */
static void ring_rest(struct ustd_ring *ring, bool had_data)
{
	if (had_data) {
		ring->settling = false;
		if (ust_reader_sleep(&ring->reader, UST_READER_SWITCH)) {
			ring->state = USTD_RING_HOT;
			arm(&hot_timer, HOT_NS);
			return;
		}
		ring->state = USTD_RING_SWITCH;
		arm(&deliver_timer, USTD_DELIVER_NS);
		return;
	}
	ring->state = USTD_RING_EVENT;
	ring->settling = ust_reader_sleep(&ring->reader, UST_READER_EVENT) != 0;
	if (ring->settling)
		arm(&deliver_timer, USTD_DELIVER_NS);
	else
		ustd_stream_close(&ring->stream);
}

/* Reads a ring until its end or the budget's. */
static void ring_read(struct ustd_channel *channel, struct ustd_ring *ring, struct budget *budget)
{
	bool had_data = false, had_whole = false;
	struct ust_reader_piece piece;
	int ret = 0;

	while (!spent(budget)) {
		bool whole;

		ret = ust_reader_next(&ring->reader, ustd_session_now(channel->session), &piece);
		if (ret <= 0)
			break;
		whole = piece.closed;
		/* Writers this fast will have closed it when we come back: one write, not fifty. */
		if (ring->hot && had_whole && !whole && !channel->flush) {
			ring->state = USTD_RING_HOT;
			arm(&hot_timer, HOT_NS);
			return;
		}
		if (!ustd_channel_write(channel, ring, &piece)) {
			if (ring->state == USTD_RING_FULL)
				arm(&room_timer, USTD_ROOM_NS);
			return;
		}
		budget->pieces++;
		budget->bytes += piece.len;
		ust_reader_release(&ring->reader, &piece);
		had_data = true;
		had_whole |= whole;
		if (!whole)
			break;
	}
	if (ret < 0) {
		ustd_channel_drop(channel, ring);
		return;
	}
	/* With the budget spent and the ring not at its end it stays in LOOK. */
	if (ret > 0 && piece.closed)
		return;
	ring_rest(ring, had_data);
	ring->hot = ring->state == USTD_RING_HOT;
}

/* One turn for a live channel. True: it has to come back. */
static bool channel_read(struct ustd_channel *channel, struct budget *budget)
{
	bool more = false;
	uint32_t i;

	for (i = 0; i < channel->nr_rings; i++) {
		struct ustd_ring *ring = &channel->rings[i];

		if (ring->state == USTD_RING_LOOK && !spent(budget))
			ring_read(channel, ring, budget);
		more |= ring->state == USTD_RING_LOOK;
	}
	if (!more && channel->flush) {
		channel->flush = false;
		ustd_losses_collect(channel->session, channel);
		ustd_request_drained(channel->session);
	}
	return more;
}

/* Gives a channel its turn; it goes to the end of the list, or leaves it. */
static void channel_turn(struct ustd_channel *channel, struct budget *budget)
{
	cds_list_del(&channel->work_node);
	cds_list_add_tail(&channel->work_node, &work_list);
	if (channel->final && channel->held) {
		cds_list_del(&channel->work_node);
		channel->working = false;
	} else if (channel->final || (channel->flush && channel->session->geo.overwrite)) {
		uint64_t size = channel->session->geo.subbuf_size;
		/* It destroys a final channel when all is done. */
		uint32_t pieces = ustd_salvage_work(channel);

		budget->pieces += pieces;
		budget->bytes += pieces * size;
	} else if (!channel_read(channel, budget)) {
		cds_list_del(&channel->work_node);
		channel->working = false;
	}
}

/* One budget for all, because a process that registers waits for us; who got no turn is first in
 * the next one. */
bool ustd_consumer_work(void)
{
	struct budget budget = {0};
	CDS_LIST_HEAD(turn);

	cds_list_splice(&work_list, &turn);
	CDS_INIT_LIST_HEAD(&work_list);
	while (!cds_list_empty(&turn) && !spent(&budget))
		channel_turn(cds_list_entry(turn.next, struct ustd_channel, work_node), &budget);
	cds_list_splice(&turn, &work_list);
	return !cds_list_empty(&work_list);
}

static void enlist(struct ustd_channel *channel)
{
	if (!channel->working)
		cds_list_add_tail(&channel->work_node, &work_list);
	channel->working = true;
}

static void wake_ring(struct ustd_channel *channel, struct ustd_ring *ring)
{
	if (ring->state == USTD_RING_DEAD)
		return;
	ust_reader_wake(&ring->reader);
	ring->state = USTD_RING_LOOK;
	enlist(channel);
}

static bool consumes(const struct ustd_session *session)
{
	return !session->geo.overwrite && session->state != UST_SESSION_FAILED;
}

/* Calls @fn for each ring that is consumed while its session runs. */
static void each_ring(void (*fn)(struct ustd_channel *channel, struct ustd_ring *ring))
{
	struct ustd_session *session;
	struct ustd_channel *channel;
	uint32_t i;

	cds_list_for_each_entry (session, ustd_sessions(), node) {
		if (!consumes(session))
			continue;
		cds_list_for_each_entry (channel, &session->channels, session_node) {
			for (i = 0; i < channel->nr_rings && !channel->final; i++)
				fn(channel, &channel->rings[i]);
		}
	}
}

/* The writer that rang has withdrawn our wish: that is how the ring is known. */
static void look_if_rung(struct ustd_channel *channel, struct ustd_ring *ring)
{
	uint32_t reader;

	if (ring->state != USTD_RING_SWITCH && ring->state != USTD_RING_EVENT)
		return;
	reader = __atomic_load_n(&ring->reader.shm->reader, __ATOMIC_ACQUIRE);
	if (reader == UST_READER_ACTIVE)
		wake_ring(channel, ring);
}

static void look_if_quiet(struct ustd_channel *channel, struct ustd_ring *ring)
{
	if (ring->state == USTD_RING_SWITCH || ring->settling)
		wake_ring(channel, ring);
}

static void look_if_hot(struct ustd_channel *channel, struct ustd_ring *ring)
{
	if (ring->state == USTD_RING_HOT)
		wake_ring(channel, ring);
}

void ustd_consumer_rung(void)
{
	each_ring(look_if_rung);
}

static void hot_fire(struct ustd_timer *timer USTD_UNUSED)
{
	each_ring(look_if_hot);
}

static void look_if_full(struct ustd_channel *channel, struct ustd_ring *ring)
{
	if (ring->state == USTD_RING_FULL)
		wake_ring(channel, ring);
}

/* Of finished channels only those that are parked are not worked on. */
static void unpark(struct ustd_session *session)
{
	struct ustd_channel *channel;

	cds_list_for_each_entry (channel, &session->channels, session_node) {
		if (channel->final)
			enlist(channel);
	}
}

static void room_fire(struct ustd_timer *timer USTD_UNUSED)
{
	struct ustd_session *session;

	each_ring(look_if_full);
	cds_list_for_each_entry (session, ustd_sessions(), node) {
		unpark(session);
	}
}

static void deliver_fire(struct ustd_timer *timer USTD_UNUSED)
{
	struct ustd_session *session;
	struct ustd_channel *channel;

	each_ring(look_if_quiet);
	ustd_source_look(NULL);
	ustd_sched_look(NULL);
	cds_list_for_each_entry (session, ustd_sessions(), node) {
		if (session->state == UST_SESSION_STARTED && !ustd_session_awaits_room(session))
			ustd_session_check_clock(session, false);
		cds_list_for_each_entry (channel, &session->channels, session_node) {
			if (consumes(session) && !channel->final)
				ustd_losses_collect(session, channel);
		}
	}
}

int ustd_consumer_init(void)
{
	deliver_timer.fire = deliver_fire;
	hot_timer.fire = hot_fire;
	room_timer.fire = room_fire;
	return ustd_doorbell_init(ustd_consumer_rung);
}

void ustd_consumer_look(struct ustd_channel *channel)
{
	uint32_t i;

	if (!consumes(channel->session))
		return;
	for (i = 0; i < channel->nr_rings; i++)
		wake_ring(channel, &channel->rings[i]);
}

void ustd_consumer_flush(struct ustd_session *session)
{
	struct ustd_channel *channel;

	unpark(session);
	cds_list_for_each_entry (channel, &session->channels, session_node) {
		if (channel->final)
			continue;
		channel->flush = true;
		ustd_consumer_look(channel);
		channel->next = 0;
		channel->pieces = 0;
		enlist(channel);
	}
}

void ustd_consumer_park(struct ustd_channel *channel)
{
	cds_list_del(&channel->work_node);
	channel->working = false;
	arm(&room_timer, USTD_ROOM_NS);
}

bool ustd_consumer_flushed(const struct ustd_session *session)
{
	struct ustd_channel *channel;

	cds_list_for_each_entry (channel, &session->channels, session_node) {
		if (channel->flush || channel->final)
			return false;
	}
	return true;
}

void ustd_consumer_finish(struct ustd_channel *channel)
{
	channel->final = true;
	channel->flush = false;
	channel->next = 0;
	channel->pieces = 0;
	channel->salvaging = false;
	channel->cursor = 0;
	enlist(channel);
}
