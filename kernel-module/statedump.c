// SPDX-License-Identifier: GPL-2.0-only
#include "statedump.h"

#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include <ust/abi/site.h>

#include "record.h"
#include "session.h"

#define S32(name)                                                                                  \
	{                                                                                          \
		name, UST_FIELD_WORD(UST_TYPE_S32, 0, 0)                                           \
	}
#define U32(name)                                                                                  \
	{                                                                                          \
		name, UST_FIELD_WORD(UST_TYPE_U32, 0, 0)                                           \
	}
#define U64(name)                                                                                  \
	{                                                                                          \
		name, UST_FIELD_WORD(UST_TYPE_U64, 0, 0)                                           \
	}
#define HEX32(name)                                                                                \
	{                                                                                          \
		name, UST_FIELD_WORD(UST_TYPE_U32, UST_FIELD_HEX, 0)                               \
	}
#define HEX64(name)                                                                                \
	{                                                                                          \
		name, UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_HEX, 0)                               \
	}
#define STRING(name)                                                                               \
	{                                                                                          \
		name, UST_FIELD_WORD(UST_TYPE_STRING, 0, 0)                                        \
	}
#define COMM                                                                                       \
	{                                                                                          \
		"comm", UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_ARRAY | UST_FIELD_TEXT, 16)          \
	}

static const struct ust_kfield process_fields[] = {
	S32("pid"),       S32("ppid"),       COMM,          U32("uid"),
	U32("gid"),       U32("nr_threads"), STRING("exe"), U32("ns_uts"),
	U32("ns_ipc"),    U32("ns_net"),     U32("ns_pid"), U32("ns_user"),
	U32("ns_cgroup"),
};
static const struct ust_kfield thread_fields[] = {
	S32("pid"),     S32("tid"),  S32("vtid"),   COMM,
	HEX32("state"), S32("prio"), U32("policy"), U32("cpu"),
};
static const struct ust_kfield file_fields[] = {
	S32("pid"),
	U32("fd"),
	HEX32("flags"),
	STRING("path"),
};
static const struct ust_kfield mapping_fields[] = {
	S32("pid"),   HEX64("start"), HEX64("end"),   HEX64("offset"),
	U64("inode"), HEX32("flags"), STRING("path"),
};
static const struct ust_kfield irq_fields[] = {U32("irq"), STRING("chip"), STRING("action")};
static const struct ust_kfield device_fields[] = {
	STRING("subsystem"), STRING("name"), STRING("driver"), U32("major"), U32("minor"),
};

#define EVENT(state, text, table)                                                                  \
	[state] = {.system = "ust_state",                                                          \
		   .name = text,                                                                   \
		   .fields = table,                                                                \
		   .nr_fields = sizeof(table) / sizeof(struct ust_kfield),                         \
		   .method = UST_KMETHOD_CORE,                                                     \
		   .id = UST_KSTATE_ID(state)}

static const struct ust_kfield no_fields[0];

static const struct ust_kevent state_events[UST_KSTATE_NR] = {
	EVENT(UST_KSTATE_BEGIN, "begin", no_fields),
	EVENT(UST_KSTATE_PROCESS, "process", process_fields),
	EVENT(UST_KSTATE_THREAD, "thread", thread_fields),
	EVENT(UST_KSTATE_FILE, "file", file_fields),
	EVENT(UST_KSTATE_MAPPING, "mapping", mapping_fields),
	EVENT(UST_KSTATE_IRQ, "irq", irq_fields),
	EVENT(UST_KSTATE_DEVICE, "device", device_fields),
	EVENT(UST_KSTATE_END, "end", no_fields),
};

/* ---- putting an event together ---- */

static void put(struct ust_kdump *dump, const void *bytes, u32 len)
{
	len = min_t(u32, len, sizeof(dump->buf) - dump->len);
	memcpy(dump->buf + dump->len, bytes, len);
	dump->len += len;
}

void ust_kdump_u32(struct ust_kdump *dump, u32 v)
{
	put(dump, &v, sizeof(v));
}

void ust_kdump_u64(struct ust_kdump *dump, u64 v)
{
	put(dump, &v, sizeof(v));
}

/* Room for a path and all numbers there always is; its NUL is never cut off. */
void ust_kdump_str(struct ust_kdump *dump, const char *s)
{
	put(dump, s, strnlen(s, sizeof(dump->path) - 1));
	put(dump, "", 1);
}

void ust_kdump_text(struct ust_kdump *dump, const char *s, u32 size)
{
	char text[32] = {};

	strscpy(text, s, sizeof(text));
	put(dump, text, min_t(u32, size, sizeof(text)));
}

/* Room for one more, in the ring of this CPU? The reader may be behind. */
static bool has_room(const struct ust_kdump *dump)
{
	const struct ust_kring *kring = ust_kchannel_ring(dump->channel, raw_smp_processor_id());
	const struct ust_ring *ring;
	u64 off, end;

	if (!kring)
		return true;
	ring = &kring->ring;
	off = ust_host_load(&ring->shm->offset);
	end = ust_ring_subbuf_end(ring, off);
	return off + dump->len + 256 < end || !ust_ring_full(ring, end);
}

void ust_kdump_emit(struct ust_kdump *dump, enum ust_kstate state, bool may_sleep)
{
	struct ust_kctx ctx;
	void *p;

	while (may_sleep && dump->waits && !dump->stopped && !has_room(dump)) {
		dump->waits--;
		msleep(10);
		dump->stopped = !READ_ONCE(dump->channel->on);
	}
	preempt_disable();
	if (READ_ONCE(dump->channel->on)) {
		p = ust_krecord_reserve(dump->channel, UST_KSTATE_ID(state), &ctx, dump->len,
					false);
		if (p) {
			memcpy(p, dump->buf, dump->len);
			ust_kprobe_commit(&ctx);
		}
	} else {
		dump->stopped = true;
	}
	preempt_enable();
	dump->len = 0;
}

/* ---- the worker ---- */

static void dump_all(struct work_struct *work)
{
	struct ust_ksession *session = container_of(work, struct ust_ksession, statedump);
	struct ust_kdump *dump = kvzalloc(sizeof(*dump), GFP_KERNEL);

	if (!dump)
		return;
	dump->session = session;
	dump->channel = session->channels[0];
	dump->waits = 500;
	ust_kdump_emit(dump, UST_KSTATE_BEGIN, true);
	ust_kdump_processes(dump);
	ust_kdump_irqs(dump);
	ust_kdump_devices(dump);
	ust_kdump_emit(dump, UST_KSTATE_END, true);
	kvfree(dump);
}

void ust_ksession_statedump_init(struct ust_ksession *session)
{
	INIT_WORK(&session->statedump, dump_all);
}

int ust_ksession_statedump(struct ust_ksession *session)
{
	u32 i;
	int ret;

	lockdep_assert_held(&session->lock);
	for (i = 0; i < UST_KSTATE_NR; i++) {
		ret = ust_ksession_define(session, &state_events[i]);
		if (ret)
			return ret;
	}
	/* One at a time: a second request while the first runs is answered by another run. */
	queue_work(system_long_wq, &session->statedump);
	return 0;
}
