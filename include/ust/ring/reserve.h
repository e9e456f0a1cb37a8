/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Taking room by compare-and-exchange of offset. Any number of writers, nested in any way;
 * lockless: a try fails only because another writer went forward.
 *
 * The clock is read after offset was loaded and before it is exchanged, so that times are ordered
 * as offsets are. A writer that finds no room in the sub-buffer moves offset behind the header of
 * the next one; whoever succeeds fills in the end of the old and the begin of the new, and commits
 * both.
 */
#ifndef UST_RING_RESERVE_H
#define UST_RING_RESERVE_H

#include <ust/ring/commit.h>

struct ust_reservation {
	__u64 begin, end; /* offsets of the event, header included */
	__u64 time;
	int closed; /* a sub-buffer was closed on the way */
};

#define UST_RESERVE_MAX_TRIES 10000

/* Leaves the sub-buffer of offset off (0: none was entered yet) and enters the one at next. The
 * caller owns both by having moved offset from off. */
static inline void ust_ring_switch(const struct ust_ring *ring, __u64 off, __u64 next, __u64 now)
{
	struct ust_subbuf_shm *head = ust_ring_subbuf(ring, next);
	__u64 lost = ust_host_load(&ring->shm->lost);

	UST_INJECT(3);
	ust_host_store(&head->number, next >> ring->subbuf_shift);
	ust_host_store(&head->time_begin, now);
	ust_host_store(&head->lost_begin, lost);
	ust_ring_commit(ring, next, next + UST_SUBBUF_HEADER_SIZE);
	UST_INJECT(4);
	if (off) {
		head = ust_ring_subbuf(ring, off);
		ust_host_store(&head->time_end, now);
		ust_host_store(&head->content_end, off);
		ust_host_store(&head->lost_end, lost);
		ust_ring_commit(ring, off, ust_ring_subbuf_end(ring, off));
	}
}

/*
 * The time of a record that would begin at the offset just loaded. Result: 1, or 0: look again.
 *
 * A clock may stand still between two records, of which one interrupted the other. On a host that
 * defines UST_HOST_STRICT_TIME last_time is therefore raised to each time before offset is
 * exchanged: who comes in between finds it and takes a later one, and has moved offset.
 * [strict-time <-> strict-time in a writer that interrupts]
 */
static inline int ust_ring_time(const struct ust_ring *ring, __u64 *ret_now)
{
	__u64 now = ust_host_clock(ring->clock);
#ifdef UST_HOST_STRICT_TIME
	__u64 last = ust_host_load(&ring->shm->last_time);

	UST_INJECT(21);
	if (now <= last)
		now = last + 1;
	if (!ust_host_cmpxchg(&ring->shm->last_time, last, now))
		return 0;
#endif
	*ret_now = now;
	return 1;
}

enum ust_ring_tried { UST_RING_DONE, UST_RING_AGAIN, UST_RING_SWITCH };

/*
 * One try to reserve len bytes in the open sub-buffer: DONE and @res; AGAIN, another writer was
 * faster; SWITCH, there is no room at res->begin, looked at at res->time. Alone, it is what a host
 * inlines that has ust_ring_reserve() out of line.
 */
static inline enum ust_ring_tried ust_ring_try(const struct ust_ring *ring, __u64 len,
					       struct ust_reservation *res)
{
	__u64 off = ust_host_load_acquire(&ring->shm->offset);
	__u64 now;

	if (!ust_ring_time(ring, &now))
		return UST_RING_AGAIN;
	UST_INJECT(1);
	res->begin = off;
	res->time = now;
	if (!off || off + len >= ust_ring_subbuf_end(ring, off))
		return UST_RING_SWITCH;
	if (!ust_host_cmpxchg(&ring->shm->offset, off, off + len))
		return UST_RING_AGAIN;
	res->end = off + len;
	return UST_RING_DONE;
}

/*
 * Reserves len bytes (header included, at most ust_ring_max_event()). Result: 0 and @res, or
 * UST_LOST(reason) with nothing reserved.
 */
static inline int ust_ring_reserve(const struct ust_ring *ring, __u64 len,
				   struct ust_reservation *res)
{
	int tries;

	res->closed = 0;
	for (tries = 0; tries < UST_RESERVE_MAX_TRIES; tries++) {
		enum ust_ring_tried tried = ust_ring_try(ring, len, res);
		__u64 off, next;

		if (tried == UST_RING_DONE)
			return 0;
		if (tried == UST_RING_AGAIN)
			continue;
		off = res->begin;
		next = off ? ust_ring_subbuf_end(ring, off) : 0;
		if (ust_ring_full(ring, next))
			return UST_LOST(UST_LOST_FULL);
		/* Someone still writes into the next sub-buffer's last use: it is not overwritten.
		 */
		if (ust_host_load_acquire(ust_ring_commit_counter(ring, next)) !=
		    ust_ring_commit_base(ring, next)) {
			if (ust_host_load_acquire(&ring->shm->offset) != off)
				continue;
			return UST_LOST(UST_LOST_BUSY);
		}
		UST_INJECT(2);
		if (!ust_host_cmpxchg(&ring->shm->offset, off, next + UST_SUBBUF_HEADER_SIZE))
			continue;
		ust_ring_switch(ring, off, next, res->time);
		res->closed = off != 0;
	}
	return UST_LOST(UST_LOST_CONTENTION);
}

#endif /* UST_RING_RESERVE_H */
