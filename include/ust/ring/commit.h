/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Publishing reserved room. Each sub-buffer slot has a counter of committed bytes, which only
 * grows: after n uses of the slot it stands at n times the sub-buffer size. A sub-buffer is
 * complete when its counter says so, in whatever order its writers finish.
 */
#ifndef UST_RING_COMMIT_H
#define UST_RING_COMMIT_H

#include <ust/ring/ring.h>

static inline __u64 *ust_ring_commit_counter(const struct ust_ring *ring, __u64 offset)
{
	return &ring->shm->commit[(offset >> ring->subbuf_shift) & (ring->nr_subbufs - 1)];
}

/* What the counter of the slot stands at when everything before the sub-buffer at start is
 * committed and nothing of it. */
static inline __u64 ust_ring_commit_base(const struct ust_ring *ring, __u64 start)
{
	return start / (ring->mask + 1) * (ring->subbuf_mask + 1);
}

/* Commits [begin, end), which lies in one sub-buffer. [commit-add -> take-committed in libust/ring/read.c] */
static inline void ust_ring_commit(const struct ust_ring *ring, __u64 begin, __u64 end)
{
	UST_INJECT(7);
	ust_host_add(ust_ring_commit_counter(ring, begin), end - begin);
}

#endif /* UST_RING_COMMIT_H */
