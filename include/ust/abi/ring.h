/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The memory that a traced process (writer) and ustd (reader) share, and the event instance that
 * instrumented code reads. docs/ring-buffer.md explains the algorithm.
 *
 * A channel is one sealed memfd:
 *
 *   0              UST_LEDGER_OFFSET          rings_offset
 *   ┌──────────────┬──────────────────────────┬────────┬────────┬─── ─── ┬────────┬─── ───
 *   │ channel page │ ledger: losses by event  │ ring 0 │ ring 1 │        │ ring n │
 *   └──────────────┴──────────────────────────┴────────┴────────┴─── ─── ┴────────┴─── ───
 *                                              fused, one per CPU        reserve/commit, likewise
 *   a ring, 1 << ring_shift bytes apart:
 *   ┌──────────────────────────┬─────────────┬─────────────┬─── ───┐
 *   │ struct ust_ring_shm 4096 │ sub-buffer 0│ sub-buffer 1│       │
 *   └──────────────────────────┴─────────────┴─────────────┴─── ───┘
 *   a sub-buffer:
 *   ┌───────────────────────────────┬───────┬───────┬─── ───┬──────────────┐
 *   │ struct ust_subbuf_shm 96 bytes│ event │ event │       │ unused       │
 *   └───────────────────────────────┴───────┴───────┴─── ───┴──────────────┘
 *
 * The geometry (sizes, counts) is agreed over the control socket and kept in private memory on
 * both sides; nothing here describes it. Events are packed: no alignment, no padding.
 */
#ifndef UST_ABI_RING_H
#define UST_ABI_RING_H

#include <linux/types.h>

#define UST_RING_PAGE_SIZE 4096 /* of struct ust_ring_shm: the data start this far behind it */
#define UST_RING_MAX_SUBBUFS 256
#define UST_RING_MIN_SUBBUFS 2
#define UST_RING_MAX_RINGS 8192 /* CPUs */
#define UST_SUBBUF_MIN_SIZE 4096
#define UST_SUBBUF_MAX_SIZE (16 << 20)
#define UST_SUBBUF_HEADER_SIZE                                                                     \
	96 /* room at the start of a sub-buffer, as large as a packet header */

/* The fast path ends below the end of the sub-buffer by this much: its stores may overshoot. */
#define UST_RING_SLACK 64

/* Why an event was not recorded. */
enum ust_lost_reason {
	UST_LOST_FULL = 0,       /* discard mode, the reader has not freed a sub-buffer */
	UST_LOST_TOO_LARGE = 1,  /* the event does not fit an empty sub-buffer */
	UST_LOST_BUSY = 2,       /* the next sub-buffer is still held by a slow writer */
	UST_LOST_CONTENTION = 3, /* gave up after a bounded number of tries */
	UST_LOST_NR = 8
};

/* Ledger: losses by event id and reason. Events with larger ids share entry 0. */
#define UST_LEDGER_OFFSET 4096
#define UST_LEDGER_ENTRIES 4096
struct ust_ledger_shm {
	__u64 lost[UST_LOST_NR];
};
#define UST_RINGS_OFFSET (UST_LEDGER_OFFSET + UST_LEDGER_ENTRIES * 64)

/* First page of the channel. */
struct ust_channel_shm {
	__u64 reserved;
};

/* Reader's states, in ust_ring_shm.reader. */
enum ust_reader_state {
	UST_READER_ACTIVE = 0, /* looks by itself: nothing to do */
	UST_READER_SWITCH = 1, /* wants the doorbell when a sub-buffer is closed */
	UST_READER_EVENT = 2,  /* wants the doorbell at the next event: it has set limit to 0 */
};

/*
 * Control page of a ring.
 *
 *   member       written by             read by
 *   offset       writer                 both; everything below it is complete in a fused ring
 *   limit        writer; reader stores 0 to ask for the slow path (read.c, label "kick-limit")
 *   deadline     writer                 writer
 *   last_time    writer                 both; rings of the kernel only
 *   lost         writer (atomic)        reader
 *   consumed     reader                 writer (discard mode)
 *   reader       reader; writer resets  both
 *   commit[]     writer (atomic)        both; reserve/commit rings only
 *
 * offset counts bytes since the ring was made, headers included, and never wraps; its position in
 * the data is offset & (size - 1). The sub-buffer number is offset / sub-buffer size.
 */
struct ust_ring_shm {
	__u64 offset;
	__u64 limit;     /* a fast event must end at or below */
	__u64 deadline;  /* a fast event's time must be below */
	__u64 last_time; /* no record has a later one */
	__u64 pad0[12];
	/* 128 */
	__u64 consumed;
	__u32 reader; /* enum ust_reader_state */
	__u32 pad1;
	__u64 pad2[14];
	/* 256 */
	__u64 lost;
	__u64 pad3[95];
	/* 1024 */
	__u64 commit[UST_RING_MAX_SUBBUFS];
};

/*
 * First bytes of a sub-buffer. The begin half is written when the sub-buffer is entered, the end
 * half when it is left; they are disjoint, because in a reserve/commit ring the end may be written
 * before the begin.
 */
struct ust_subbuf_shm {
	__u64 number;     /* offset of its first byte / sub-buffer size */
	__u64 time_begin; /* ticks */
	__u64 lost_begin; /* ring's lost count when entered */
	__u64 pad0;
	__u64 time_end;    /* ticks */
	__u64 content_end; /* offset behind its last event */
	__u64 lost_end;    /* ring's lost count when left */
	__u64 pad1[5];
};

/*
 * The doorbell: one page made by ustd, mapped by every process it traces. A writer that finds a
 * waiting reader increments rings and wakes the futex on it. There is no descriptor to lose.
 */
struct ust_doorbell_shm {
	__u32 rings;
	__u32 reserved; /* nothing here would be believed: all processes write to the page */
};

/*
 * An event in one session, in the process's private memory: everything the fused path reads, in
 * one cache line. Offsets are fixed: instrumented code has them in its text.
 */
struct ust_event_inst {
	__u64 base;     /*  0: address of ring 0 */
	__u64 mask;     /*  8: data size of a ring - 1 */
	__u32 nr_rings; /* 16: number of fused rings; 0 sends every event to the slow path */
	__u32 shift;    /* 20: log2 of the distance between rings, and UST_INST_STRICT */
	__u64 header;   /* 24: the compact header with time 0 and, in bits 32-47, the wide id */
	__u64 prefix;   /* 32: bytes in front of the payload */
	__u32 tid_at;   /* 40: where the thread id goes, or where it does no harm */
	__u32 event_id; /* 44: the id, whatever its size */
	void *channel;  /* 48: libust's own */
	void *next;     /* 56: libust's own */
} __attribute__((aligned(64)));

/* In shift: the clock is read behind an lfence. The sign, and no part of a number of bits. */
#define UST_INST_STRICT 0x80000000u

#define UST_INST_BASE 0
#define UST_INST_MASK 8
#define UST_INST_NR_RINGS 16
#define UST_INST_SHIFT 20
#define UST_INST_HEADER 24
#define UST_INST_PREFIX 32
#define UST_INST_TID_AT 40

#endif /* UST_ABI_RING_H */
