/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of the system as events "ust_state:*", so that a trace can be understood from its first
 * event on: what is true when a session begins and no event would tell.
 *
 * It is recorded by a worker, which waits (for a bounded time) when the buffers are full: the one
 * who asked for it may be the one who reads.
 */
#ifndef UST_KERNEL_STATEDUMP_H
#define UST_KERNEL_STATEDUMP_H

#include <linux/types.h>

#include <ust/abi/packet.h>

struct ust_kchannel;
struct ust_ksession;

enum ust_kstate {
	UST_KSTATE_BEGIN,
	UST_KSTATE_PROCESS,
	UST_KSTATE_THREAD,
	UST_KSTATE_FILE,
	UST_KSTATE_MAPPING,
	UST_KSTATE_IRQ,
	UST_KSTATE_DEVICE,
	UST_KSTATE_END,
	UST_KSTATE_NR
};

/* Ids of their own, from the top: those of other events count from below. */
#define UST_KSTATE_ID(state) (UST_EVENT_ID_MAX - UST_KSTATE_NR + (state))

#define UST_KDUMP_MAX 4608 /* bytes of one event: a path and numbers */

/* One dump: an event is put together in buf, then recorded. */
struct ust_kdump {
	struct ust_ksession *session;
	struct ust_kchannel *channel;
	u32 waits;    /* for room; how many are left */
	bool stopped; /* nobody wants the rest */
	u32 len;
	unsigned char buf[UST_KDUMP_MAX];
	char path[4096];
};

void ust_kdump_u32(struct ust_kdump *dump, u32 v);
void ust_kdump_u64(struct ust_kdump *dump, u64 v);
void ust_kdump_str(struct ust_kdump *dump, const char *s);
/* Exactly size bytes, padded with NUL. */
void ust_kdump_text(struct ust_kdump *dump, const char *s, u32 size);
/* Records what was put together as an event. May sleep if may_sleep. */
void ust_kdump_emit(struct ust_kdump *dump, enum ust_kstate state, bool may_sleep);

/* Parts. */
void ust_kdump_processes(struct ust_kdump *dump);
void ust_kdump_irqs(struct ust_kdump *dump);
void ust_kdump_devices(struct ust_kdump *dump);

#endif /* UST_KERNEL_STATEDUMP_H */
