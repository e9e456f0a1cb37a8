// SPDX-License-Identifier: GPL-2.0-only
#include "record.h"

#include "context.h"

DEFINE_PER_CPU(u32, ust_knesting);

/* The ledger is shared between the CPUs. */
static noinline notrace void count_lost(struct ust_kchannel *channel, struct ust_kring *kring,
					u32 id, enum ust_lost_reason reason)
{
	struct ust_ledger_shm *entry = &channel->ledger[id < UST_LEDGER_ENTRIES ? id : 0];

	if (kring) {
		ust_host_add(&kring->ring.shm->lost, 1);
		/* A full ring needs its reader, who may have gone to sleep meanwhile. */
		ust_host_fence();
		ust_ring_wake(&kring->ring, 1);
	}
	atomic64_inc((atomic64_t *)&entry->lost[reason]);
}

notrace void *ust_krecord_reserve(struct ust_kchannel *channel, u32 id, struct ust_kctx *ctx,
				  u32 size)
{
	struct ust_kring *kring = READ_ONCE(channel->rings[raw_smp_processor_id()]);
	u64 len = UST_EVENT_HEADER_EXTENDED + channel->context_size + (u64)size;
	u32 nesting = __this_cpu_inc_return(ust_knesting) - 1;
	enum ust_lost_reason reason;
	unsigned char *p;
	int ret;

	if (unlikely(!kring || nesting >= UST_KNESTING_MAX)) {
		reason = UST_LOST_CONTENTION;
		goto lost;
	}
	if (unlikely(len > channel->max_event)) {
		reason = UST_LOST_TOO_LARGE;
		goto lost;
	}
	ret = ust_ring_reserve(&kring->ring, len, &ctx->res);
	if (unlikely(ret)) {
		reason = (enum ust_lost_reason)(ret - 1);
		goto lost;
	}
	ctx->kring = kring;
	/* Nobody dies between reserve and commit here: the header may go first. */
	ust_ring_write_header(&kring->ring, &ctx->res, id);
	p = ust_ring_at(&kring->ring, ctx->res.begin + UST_EVENT_HEADER_EXTENDED);
	if (channel->contexts)
		p = ust_kcontext_write(p, channel->contexts, nesting);
	return p;
lost:
	count_lost(channel, kring, id, reason);
	__this_cpu_dec(ust_knesting);
	return NULL;
}

notrace void ust_krecord_closed(struct ust_kring *kring)
{
	/* [wish-check <-> wish-set in wake.c] */
	ust_host_fence();
	ust_ring_wake(&kring->ring, 1);
}
