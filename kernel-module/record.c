// SPDX-License-Identifier: GPL-2.0-only
#include "record.h"

DEFINE_PER_CPU(u32, ust_knesting);

notrace bool ust_krecord_ask(const struct ust_kchannel *channel)
{
	return READ_ONCE(channel->gate) == UST_KGATE_ASK && ust_kfilter_pass(channel->session);
}

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

notrace void *ust_krecord_slow(struct ust_kchannel *channel, u32 id, u32 size)
{
	/* The one that the caller saw: a CPU gets its ring before it runs. */
	struct ust_kring *kring = ust_kchannel_ring(channel, raw_smp_processor_id());
	u64 len = channel->overhead + (u64)size;
	enum ust_lost_reason reason = UST_LOST_CONTENTION;
	struct ust_reservation res;
	int ret;

	if (!kring || __this_cpu_read(ust_knesting) > UST_KNESTING_MAX)
		goto lost;
	reason = UST_LOST_TOO_LARGE;
	if (len > channel->max_event)
		goto lost;
	ret = ust_ring_reserve(&kring->ring, len, &res);
	if (!ret) {
		if (res.closed) {
			/* [wish-check <-> wish-set in wake.c] */
			ust_host_fence();
			ust_ring_wake(&kring->ring, 1);
		}
		return ust_krecord_begin(channel, &kring->ring, id, &res);
	}
	reason = (enum ust_lost_reason)(ret - 1);
lost:
	count_lost(channel, kring, id, reason);
	__this_cpu_dec(ust_knesting);
	return NULL;
}
