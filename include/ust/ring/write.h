/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Writing into reserved room. The header goes last: room that a killed writer reserved and never
 * finished holds no header that makes sense, which is how salvage finds the hole.
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

/* Writes the extended header: rings that are shared between writers keep no deadline. */
static inline void ust_ring_write_header(const struct ust_ring *ring,
					 const struct ust_reservation *res, __u32 id)
{
	UST_INJECT(6);
	ust_event_header_put(ust_ring_at(ring, res->begin), UST_EVENT_HEADER_EXTENDED, id,
			     res->time, res->end - res->begin);
}

#endif /* UST_RING_WRITE_H */
