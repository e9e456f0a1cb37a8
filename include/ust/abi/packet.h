/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Bytes of the trace: CTF 1.8 packets and event headers. docs/trace-format.md has the metadata.
 * Everything is packed and in the host's byte order.
 */
#ifndef UST_ABI_PACKET_H
#define UST_ABI_PACKET_H

#include <linux/types.h>

#define UST_CTF_MAGIC 0xC1FC1FC1u

/* Stream ids. All rings of all processes are streams of one class. */
#define UST_STREAM_RING 0 /* what processes record */
#define UST_STREAM_LOSS 1 /* what ustd reports */

/* Event ids in UST_STREAM_LOSS. */
#define UST_LOSS_LOST 0           /* ust:lost: s32 pid, string event, string reason, u64 count */
#define UST_LOSS_CLOCK_UNSTABLE 1 /* ust:clock_unstable: string reason, s64 drift_ns */
#define UST_LOSS_THREAD 2         /* ust:thread: s32 pid, tid, vpid, vtid */

/* Written by ustd in front of the content of each packet. */
struct ust_packet_header {
	__u32 magic;
	__u8 uuid[16];
	__u32 stream_id;
	/* packet context */
	__u64 timestamp_begin;
	__u64 timestamp_end;
	__u64 content_size; /* bits, from magic */
	__u64 packet_size;  /* bits, from magic */
	__u64 packet_seq_num;
	__u64 events_discarded; /* of this stream since its beginning */
	__u32 cpu_id;
	__s32 pid;
	char procname[16];
} __attribute__((packed));

/*
 * Event header: a 32-bit word, id in the low 5 bits, 27 low bits of the time above.
 *   id 0-29   compact: the id itself
 *   id 30     wide: a 16-bit id follows
 *   id 31     extended: the upper 27 bits are not the time but the number of bytes from this word
 *             to the end of the event; a 32-bit id and the 64-bit time follow
 */
#define UST_EVENT_ID_BITS 5
#define UST_EVENT_ID_WIDE 30
#define UST_EVENT_ID_EXTENDED 31
#define UST_EVENT_TIME_BITS 27
#define UST_EVENT_ID_MAX 65535

#define UST_EVENT_HEADER_COMPACT 4
#define UST_EVENT_HEADER_WIDE 6
#define UST_EVENT_HEADER_EXTENDED 16
#define UST_EVENT_LEN_MAX ((1u << UST_EVENT_TIME_BITS) - 1)

/*
 * Contexts, in this order behind the event header, chosen per session.
 */
#define UST_CONTEXT_TID 1  /* __s32 */
#define UST_CONTEXT_COMM 2 /* char[16], NUL-padded */
#define UST_CONTEXT_IP 4   /* __u64 */
/* Of events of the kernel: __u8 flags, __u8 preempt_count, as tracefs has them. */
#define UST_CONTEXT_KERNEL 8
/* Of ust-trace.ko: __s32 pid in front of the tid, __u32 preempt, __u8 irq, __s32 vtid behind the comm,
 * as <ust/abi/kernel.h> has them. */
#define UST_CONTEXT_MODULE 16

#endif /* UST_ABI_PACKET_H */
