/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Writing into reserved room. The header goes last, and of the header the time: room that a killed
 * writer reserved and never finished holds no time of this lap, which is how salvage finds the hole.
 * The rest of a header may well be one of an earlier lap, which had another event there.
 */
#ifndef UST_RING_WRITE_H
#define UST_RING_WRITE_H

#include <ust/ring/reserve.h>

/* Copies bytes to @at, an offset inside the reservation. Result: the offset behind them. */
static inline __u64 ust_ring_write(const struct ust_ring *ring, __u64 at, const void *src,
				   __u64 len)
{
	UST_INJECT(5);
	ust_host_copy(ust_ring_at(ring, at), src, len);
	return at + len;
}

/*
 * Writes the extended header: rings that are shared between writers keep no deadline.
 * [time-last -> find-event in libust/ring/read.c]
 */
static inline __attribute__((always_inline)) void
ust_ring_write_header(const struct ust_ring *ring, const struct ust_reservation *res, __u32 id)
{
	unsigned char *p = ust_ring_at(ring, res->begin);
	__u32 head[2] = {
		(__u32)(res->end - res->begin) << UST_EVENT_ID_BITS | UST_EVENT_ID_EXTENDED, id};

	UST_INJECT(6);
	ust_host_copy(p, head, sizeof(head));
	ust_host_fence_release();
	ust_host_copy(p + sizeof(head), &res->time, sizeof(res->time));
}

#endif /* UST_RING_WRITE_H */
