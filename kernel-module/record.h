/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recording, from a probe to the ring: the core's half of probe.h.
 *
 *   call                 contexts                        blocks   allocates
 *   ust_kprobe_wanted    any, NMI too; preemption off    never    never
 *   ust_kprobe_reserve   likewise                        never    never
 *   ust_kprobe_commit    likewise; the same CPU          never    never
 *
 * Between a reserve that succeeded and its commit, interrupts and NMIs of the CPU may record, too:
 * they lie behind it in the ring and have later times.
 */
#ifndef UST_KERNEL_RECORD_H
#define UST_KERNEL_RECORD_H

#include <linux/percpu.h>

#include <ust/ring/write.h>

#include "channel.h"
#include "context.h"
#include "filter.h"
#include "probe.h"
#include "ring.h"

/* The kernel's build sets every automatic variable to 0; these are written before they are read. */
#if __has_attribute(uninitialized)
#define UST_UNINITIALIZED __attribute__((uninitialized))
#else
#define UST_UNINITIALIZED
#endif

/* What a record needs to be committed: two words, which stay in registers between the two. */
struct ust_kctx {
	u64 *counter;
	u32 len;
};

/* An event that is recorded into a channel. */
struct ust_kenabled {
	struct ust_kinst inst;
	struct ust_kchannel *channel;
	u32 id;                /* inst.event's */
	struct list_head node; /* in the session's enabled */
};

/* Records that are begun and not committed, by CPU. */
DECLARE_PER_CPU(u32, ust_knesting);
#define UST_KNESTING_MAX 16

/*
 * What the inlined try does not do: a new sub-buffer, another try, a loss. One nesting level is
 * counted already; it is taken back if the result is NULL.
 */
void *ust_krecord_slow(struct ust_kchannel *channel, u32 id, u32 size) __cold;

/* Header and contexts of what was reserved. Result: where the payload goes. */
static __always_inline void *ust_krecord_begin(const struct ust_kchannel *channel,
					       const struct ust_ring *ring, u32 id,
					       const struct ust_reservation *res)
{
	unsigned char *p = ust_ring_at(ring, res->begin) + UST_EVENT_HEADER_EXTENDED;

	/* Nobody dies between reserve and commit here: the header may go first. [become_whole() in
	 * libust/ring/read.c] */
	ust_ring_write_header(ring, res, id);
	if (unlikely(channel->overhead != UST_EVENT_HEADER_EXTENDED))
		p = ust_kcontext_write(p, channel->contexts, __this_cpu_read(ust_knesting) - 1);
	return p;
}

/*
 * What the commit of a record adds to that has a byte at @at in the ring's data. (A record never ends
 * where its sub-buffer does, so the place of its payload, even of an empty one, is inside.)
 */
static __always_inline u64 *ust_krecord_counter(const struct ust_ring *ring, u64 at)
{
	return &ring->shm->commit[at >> ring->subbuf_shift];
}

/* Any event of this size, whatever it is, fits any channel. */
#define UST_KRECORD_SMALL 2048

/* @small: size is at most UST_KRECORD_SMALL. */
static __always_inline void *ust_krecord_reserve(struct ust_kchannel *channel, u32 id,
						 struct ust_kctx *ctx, u32 size, bool small)
{
	struct ust_reservation UST_UNINITIALIZED res;
	const struct ust_kring *kring;
	unsigned char *payload;

	ctx->len = channel->overhead + size;
	__this_cpu_inc(ust_knesting);
	kring = raw_cpu_read(*channel->rings);
	if (likely(__this_cpu_read(ust_knesting) <= UST_KNESTING_MAX) &&
	    (small || likely(channel->overhead + (u64)size <= channel->max_event)) &&
	    likely(ust_ring_try(&kring->ring, ctx->len, &res) == UST_RING_DONE)) {
		payload = ust_krecord_begin(channel, &kring->ring, id, &res);
		ctx->counter = ust_krecord_counter(&kring->ring, res.begin & kring->ring.mask);
	} else {
		payload = ust_krecord_slow(channel, id, size);
		if (!payload)
			return NULL;
		ctx->counter = ust_krecord_counter(&kring->ring, payload - kring->ring.data);
	}
	/* Known here; without a word the compiler would have the caller look. */
	if (!payload)
		__builtin_unreachable();
	return payload;
}

/* Not open: the session's filter decides, or nothing is recorded. */
bool ust_krecord_ask(const struct ust_kchannel *channel);

static __always_inline bool ust_kprobe_wanted(const struct ust_kinst *inst)
{
	const struct ust_kchannel *channel = container_of(inst, struct ust_kenabled, inst)->channel;

	/* A word of its own, which is read once: nothing that the compiler could do would harm. */
	return likely(data_race(channel->gate) == UST_KGATE_OPEN) || ust_krecord_ask(channel);
}

static __always_inline void *ust_kprobe_take(struct ust_kinst *inst, struct ust_kctx *ctx, u32 size,
					     bool small)
{
	const struct ust_kenabled *enabled = container_of(inst, struct ust_kenabled, inst);

	if (!ust_kprobe_wanted(inst))
		return NULL;
	return ust_krecord_reserve(enabled->channel, enabled->id, ctx, size, small);
}

static __always_inline void *ust_kprobe_reserve(struct ust_kinst *inst, struct ust_kctx *ctx,
						u32 size)
{
	return ust_kprobe_take(inst, ctx, size,
			       __builtin_constant_p(size) && size <= UST_KRECORD_SMALL);
}

static __always_inline void *ust_kprobe_reserve_small(struct ust_kinst *inst, struct ust_kctx *ctx,
						      u32 size)
{
	return ust_kprobe_take(inst, ctx, size, true);
}

/* [commit -> take-committed in libust/ring/read.c] */
static __always_inline void ust_kprobe_commit(struct ust_kctx *ctx)
{
	ust_host_add(ctx->counter, ctx->len);
	__this_cpu_dec(ust_knesting);
}

#endif /* UST_KERNEL_RECORD_H */
