/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One ring: the buffer of one CPU in one channel, with its writer's handle, its reader and what
 * wakes the reader.
 *
 *   member                   written by              under
 *   ring                     create                  nothing later
 *   reader, piece, ...       stream descriptors      lock
 *   offer                    timer, idle, reader     atomic
 *
 *   mem (vmalloc):
 *   ┌──────────────┬──────────────────────────────┬───────────────────────────┐
 *   │ control page │ sub-buffers                  │ copy: overwrite mode only │
 *   └──────────────┴──────────────────────────────┴───────────────────────────┘
 *                  └───────────── what user space may map, read-only ─────────┘
 */
#ifndef UST_KERNEL_RING_H
#define UST_KERNEL_RING_H

#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/timer.h>
#include <linux/wait.h>

#include <ust/abi/kernel.h>
#include <ust/ring/reserve.h>

#include "../libust/ring/read.h"

struct ust_kchannel;

struct ust_kring {
	struct ust_ring ring; /* writers' */
	struct ust_kchannel *channel;
	u32 cpu;

	/* Reader. */
	struct mutex lock;
	struct ust_reader reader;
	struct ust_reader_piece piece;
	bool held;           /* piece was handed out and not released */
	u64 cursor;          /* overwrite mode: of the snapshot that is being read */
	u64 seq;             /* number of the packet of piece */
	u64 last_lost;       /* that was told in a packet */
	struct page *header; /* the packet header of piece, for splice */
	u64 spliced;         /* bytes of header and content that went into a pipe */

	/* Wake-up. */
	struct ust_doorbell_shm bell; /* only its address is of interest */
	struct irq_work work;
	struct wait_queue_head wait;
	struct timer_list timer;
	unsigned long offered; /* jiffies */
	atomic_t offer;        /* 1: an open sub-buffer is offered to poll() */

	void *mem;
	u64 data_size, map_size;
};

/* 0, or -ENOMEM. */
int ust_kring_create(struct ust_kchannel *channel, u32 cpu, struct ust_kring **ret_ring);
void ust_kring_destroy(struct ust_kring *kring);

/*
 * The next piece, into kring->piece: 1, 0 nothing new, -EIO. @stopped: nobody writes any more.
 * kring->lock is held.
 */
int ust_kring_next(struct ust_kring *kring, bool whole, bool stopped);
void ust_kring_release(struct ust_kring *kring);
/* 1 if ust_kring_next() would give a piece. Any context. */
int ust_kring_readable(const struct ust_kring *kring, bool open_too);
/* The packet header of the piece that is held. */
void ust_kring_header(const struct ust_kring *kring, struct ust_packet_header *ret_header);
/* Bytes of memory that a ring with this geometry takes. */
u64 ust_kring_size(const struct ust_ring_geometry *geo);

#endif /* UST_KERNEL_RING_H */
