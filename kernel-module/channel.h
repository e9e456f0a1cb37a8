/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A channel: one ring for each CPU, all of one geometry, and the ledger of what was lost.
 *
 *   rings           published by smp_store_release, never taken back before destroy
 *   on, filtered    session's mutex; gate, which a record reads, follows from them
 */
#ifndef UST_KERNEL_CHANNEL_H
#define UST_KERNEL_CHANNEL_H

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <ust/abi/kernel.h>
#include <ust/abi/ring.h>

#include "../libust/ring/read.h"

struct ust_kring;
struct ust_ksession;

enum ust_kgate {
	UST_KGATE_SHUT = 0,
	UST_KGATE_OPEN = 1,
	UST_KGATE_ASK = 2, /* the session's filter */
};

struct ust_kchannel {
	/* What a record reads. */
	u32 gate; /* enum ust_kgate */
	u32 contexts;
	u32 overhead; /* bytes of header and contexts */
	u64 max_event;
	struct ust_kring *__percpu *rings; /* &ust_kring_none: the CPU was never online */
	struct ust_ksession *session;
	struct ust_ledger_shm *ledger;

	u32 index; /* in its session */
	u32 on, filtered;
	u32 clock;
	u32 wake_us;
	struct ust_ring_geometry geometry;
	atomic64_t memory;     /* bytes counted against the limit */
	struct list_head node; /* in ust_kchannels: RCU, ust_kchannels_mutex */
};

/*
 * All channels, for hotplug, idle and panic. The mutex is taken inside cpu_hotplug_lock, so nothing
 * may be attached or allocated by hotplug-locking means under it.
 */
extern struct list_head ust_kchannels;

/*
 * Stands where a CPU has no buffers, so that a record need not ask: it looks like a ring that was never
 * entered, which the slow way has to do, and that sees what it is.
 */
extern struct ust_kring ust_kring_none;

/* NULL if the CPU has none. */
static inline struct ust_kring *ust_kchannel_ring(const struct ust_kchannel *channel, u32 cpu)
{
	struct ust_kring *kring = smp_load_acquire(per_cpu_ptr(channel->rings, cpu));

	return kring == &ust_kring_none ? NULL : kring;
}

/* -EINVAL: geometry; -ENOMEM: the limit, or there is none left. */
int ust_kchannel_create(struct ust_ksession *session, const struct ust_kernel_channel *args,
			u32 index, struct ust_kchannel **ret_channel);
/* Nobody writes any more, no stream descriptor is open. */
void ust_kchannel_destroy(struct ust_kchannel *channel);

/* Records pass or not from now on; session's mutex. */
void ust_kchannel_set(struct ust_kchannel *channel, u32 on, u32 filtered);
void ust_kchannel_start(struct ust_kchannel *channel);
/* on is 0 and no writer is left. */
void ust_kchannel_stop(struct ust_kchannel *channel);
/* All readers look again. */
void ust_kchannel_wake(struct ust_kchannel *channel);

/* Bytes in use, and the most that may be. */
u64 ust_kchannels_memory(void);
u64 ust_kchannels_memory_max(void);

int ust_kchannels_init(void);
void ust_kchannels_exit(void);

#endif /* UST_KERNEL_CHANNEL_H */
