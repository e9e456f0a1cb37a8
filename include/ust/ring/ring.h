/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * A ring as its writers see it, and what both ways to record share: where bytes lie, how an event
 * header looks, how a sub-buffer is entered and left, when the reader wants to be woken.
 *
 *   file          what                                       used by
 *   fused.h       reserve, write and commit in one rseq      instrumented code
 *   reserve.h     take room, switch sub-buffers              kernel; threads without rseq; large
 * events write.h       header and bytes into reserved room        likewise commit.h      publish
 * likewise
 *
 * The handle is private memory; only shm and data are shared.
 */
#ifndef UST_RING_RING_H
#define UST_RING_RING_H

#include <ust/abi/packet.h>
#include <ust/abi/ring.h>
#include <ust/ring/host.h>
#include <ust/ring/inject.h>

struct ust_ring {
	struct ust_ring_shm *shm;
	unsigned char *data;
	__u64 mask;        /* data size - 1 */
	__u64 subbuf_mask; /* sub-buffer size - 1 */
	__u32 subbuf_shift;
	__u32 nr_subbufs;
	__u32 overwrite;
	__u32 clock; /* enum ust_clock_mode */
	struct ust_doorbell_shm *bell;
};

/* Outcomes of the writer's functions: 0, or 1 + enum ust_lost_reason. */
#define UST_LOST(reason) (1 + (reason))

static inline unsigned char *ust_ring_at(const struct ust_ring *ring, __u64 offset)
{
	return ring->data + (offset & ring->mask);
}

static inline struct ust_subbuf_shm *ust_ring_subbuf(const struct ust_ring *ring, __u64 offset)
{
	return (struct ust_subbuf_shm *)ust_ring_at(ring, offset & ~ring->subbuf_mask);
}

/* End of the sub-buffer that offset lies in. An offset rests on a boundary only when it is 0: an
 * event that would fill a sub-buffer to its last byte goes to the next one. */
static inline __u64 ust_ring_subbuf_end(const struct ust_ring *ring, __u64 offset)
{
	return (offset | ring->subbuf_mask) + 1;
}

/* Largest event, header included, that an empty sub-buffer takes. */
static inline __u64 ust_ring_max_event(const struct ust_ring *ring)
{
	__u64 room = ring->subbuf_mask - UST_SUBBUF_HEADER_SIZE;

	return room < UST_EVENT_LEN_MAX ? room : UST_EVENT_LEN_MAX;
}

/* Discard mode: 1 if the sub-buffer at offset next is not free. [free-subbuf <- release-subbuf in
 * libust/ring/read.c] */
static inline int ust_ring_full(const struct ust_ring *ring, __u64 next)
{
	__u64 consumed;

	if (ring->overwrite)
		return 0;
	consumed = ust_host_load_acquire(&ring->shm->consumed);
	return next + ring->subbuf_mask + 1 - consumed > ring->mask + 1;
}

/* Size of the header that an event with this id and time needs now. */
static inline __u32 ust_event_header_size(__u32 id, __u64 now, __u64 deadline)
{
	if (now >= deadline)
		return UST_EVENT_HEADER_EXTENDED;
	return id < UST_EVENT_ID_WIDE ? UST_EVENT_HEADER_COMPACT : UST_EVENT_HEADER_WIDE;
}

/* Writes the header of that size; len is the event's length with it. */
static inline __attribute__((always_inline)) void
ust_event_header_put(unsigned char *p, __u32 header_size, __u32 id, __u64 now, __u64 len)
{
	__u32 word = (__u32)now << UST_EVENT_ID_BITS;
	__u16 wide = (__u16)id;

	switch (header_size) {
	case UST_EVENT_HEADER_COMPACT:
		word |= id;
		break;
	case UST_EVENT_HEADER_WIDE:
		word |= UST_EVENT_ID_WIDE;
		ust_host_copy(p + 4, &wide, sizeof(wide));
		break;
	default:
		word = (__u32)len << UST_EVENT_ID_BITS | UST_EVENT_ID_EXTENDED;
		ust_host_copy(p + 4, &id, sizeof(id));
		ust_host_copy(p + 8, &now, sizeof(now));
		break;
	}
	ust_host_copy(p, &word, sizeof(word));
}

/*
 * Wakes the reader if it asked. @closed: a sub-buffer was closed. The caller's last store is in
 * front of a full barrier: either this sees the reader's wish, or the reader, after its own
 * barrier, sees the store. [wish-check <-> wish-set in libust/ring/read.c]
 */
static inline void ust_ring_wake(const struct ust_ring *ring, int closed)
{
	__u32 wish;

	UST_INJECT(13);
	wish = ust_host_load32(&ring->shm->reader);
	if (__builtin_expect(wish == UST_READER_ACTIVE, 1))
		return;
	if (wish == UST_READER_SWITCH && !closed)
		return;
	UST_INJECT(14);
	if (ust_host_xchg32(&ring->shm->reader, UST_READER_ACTIVE) != UST_READER_ACTIVE)
		ust_host_doorbell(ring->bell);
}

#endif /* UST_RING_RING_H */
