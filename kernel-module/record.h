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

/* Out of line: one copy for all probes. */
void *ust_krecord_reserve(struct ust_kchannel *channel, u32 id, struct ust_kctx *ctx, u32 size);
void ust_krecord_closed(struct ust_kring *kring);

static __always_inline struct ust_kchannel *ust_krecord_channel(const struct ust_kinst *inst)
{
	return container_of(inst, struct ust_kenabled, inst)->channel;
}

static __always_inline bool ust_kchannel_wants(struct ust_kchannel *channel)
{
	if (!READ_ONCE(channel->on))
		return false;
	return likely(!READ_ONCE(channel->filtered)) || ust_kfilter_pass(channel->session);
}

static __always_inline bool ust_kprobe_wanted(const struct ust_kinst *inst)
{
	return ust_kchannel_wants(ust_krecord_channel(inst));
}

static __always_inline void *ust_kprobe_reserve(struct ust_kinst *inst, struct ust_kctx *ctx,
						u32 size)
{
	struct ust_kchannel *channel = ust_krecord_channel(inst);

	if (!ust_kchannel_wants(channel))
		return NULL;
	return ust_krecord_reserve(channel, inst->event->id, ctx, size);
}

static __always_inline void ust_kprobe_commit(struct ust_kctx *ctx)
{
	ust_ring_commit(&ctx->kring->ring, ctx->res.begin, ctx->res.end);
	if (unlikely(ctx->res.closed))
		ust_krecord_closed(ctx->kring);
	__this_cpu_dec(ust_knesting);
}

#endif /* UST_KERNEL_RECORD_H */
