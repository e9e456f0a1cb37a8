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

struct ust_kctx {
	struct ust_kring *kring;
	struct ust_reservation res;
};

/* An event that is recorded into a channel. */
struct ust_kenabled {
	struct ust_kinst inst;
	struct ust_kchannel *channel;
	struct list_head node; /* in the session's enabled */
};

/* Records that are begun and not committed, by CPU. */
DECLARE_PER_CPU(u32, ust_knesting);
#define UST_KNESTING_MAX 16

/*
 * What the inlined try does not do: a new sub-buffer, another try, a loss. One nesting level is
 * counted already; it is taken back if the result is NULL.
 */
void *ust_krecord_slow(struct ust_kchannel *channel, u32 id, struct ust_kctx *ctx, u32 size);
void ust_krecord_closed(struct ust_kring *kring);

/* Header and contexts of what was reserved. Result: where the payload goes. */
static __always_inline void *ust_krecord_begin(const struct ust_kchannel *channel, u32 id,
					       const struct ust_kctx *ctx)
{
	const struct ust_ring *ring = &ctx->kring->ring;
	unsigned char *p = ust_ring_at(ring, ctx->res.begin) + UST_EVENT_HEADER_EXTENDED;

	/* Nobody dies between reserve and commit here: the header may go first. */
	ust_ring_write_header(ring, &ctx->res, id);
	if (unlikely(channel->contexts))
		p = ust_kcontext_write(p, channel->contexts, __this_cpu_read(ust_knesting) - 1);
	return p;
}

/* Any event of this size, whatever it is, fits any channel. */
#define UST_KRECORD_SMALL 2048

static __always_inline void *ust_krecord_reserve(struct ust_kchannel *channel, u32 id,
						 struct ust_kctx *ctx, u32 size)
{
	u64 len = UST_EVENT_HEADER_EXTENDED + channel->context_size + (u64)size;

	__this_cpu_inc(ust_knesting);
	ctx->kring = raw_cpu_read(*channel->rings);
	ctx->res.closed = 0;
	if (unlikely(!ctx->kring || __this_cpu_read(ust_knesting) > UST_KNESTING_MAX) ||
	    (!(__builtin_constant_p(size) && size <= UST_KRECORD_SMALL) &&
	     unlikely(len > channel->max_event)) ||
	    unlikely(ust_ring_try(&ctx->kring->ring, len, &ctx->res) != UST_RING_DONE))
		return ust_krecord_slow(channel, id, ctx, size);
	return ust_krecord_begin(channel, id, ctx);
}

static __always_inline bool ust_kprobe_wanted(const struct ust_kinst *inst)
{
	const struct ust_kchannel *channel = container_of(inst, struct ust_kenabled, inst)->channel;
	u32 gate = READ_ONCE(channel->gate);

	return likely(gate == UST_KGATE_OPEN) ||
	       (gate == UST_KGATE_ASK && ust_kfilter_pass(channel->session));
}

static __always_inline void *ust_kprobe_reserve(struct ust_kinst *inst, struct ust_kctx *ctx,
						u32 size)
{
	if (!ust_kprobe_wanted(inst))
		return NULL;
	return ust_krecord_reserve(container_of(inst, struct ust_kenabled, inst)->channel,
				   inst->event->id, ctx, size);
}

static __always_inline void ust_kprobe_commit(struct ust_kctx *ctx)
{
	ust_ring_commit(&ctx->kring->ring, ctx->res.begin, ctx->res.end);
	if (unlikely(ctx->res.closed))
		ust_krecord_closed(ctx->kring);
	__this_cpu_dec(ust_knesting);
}

#endif /* UST_KERNEL_RECORD_H */
