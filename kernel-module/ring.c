// SPDX-License-Identifier: GPL-2.0-only
/* A ring's memory, and its reader: libust/ring/read.c with a lock and a packet header around it. */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "channel.h"
#include "ring.h"
#include "session.h"
#include "wake.h"

/* The kernel has a macro of this name, read.c a function. */
#undef clamp
#include "../libust/ring/geometry.c"
#include "../libust/ring/read.c"

u64 ust_kring_size(const struct ust_ring_geometry *geo)
{
	u64 size = UST_RING_PAGE_SIZE + geo->subbuf_size * geo->nr_subbufs;

	return geo->overwrite ? size + geo->subbuf_size : size;
}

static void ring_init(struct ust_kring *kring, const struct ust_kchannel *channel)
{
	struct ust_ring *ring = &kring->ring;

	ring->shm = kring->mem;
	ring->data = (unsigned char *)kring->mem + UST_RING_PAGE_SIZE;
	ring->mask = kring->data_size - 1;
	ring->subbuf_mask = channel->geometry.subbuf_size - 1;
	ring->subbuf_shift = ilog2(channel->geometry.subbuf_size);
	ring->nr_subbufs = channel->geometry.nr_subbufs;
	ring->overwrite = channel->geometry.overwrite;
	ring->clock = channel->clock;
	ring->bell = &kring->bell;
}

int ust_kring_create(struct ust_kchannel *channel, u32 cpu, struct ust_kring **ret_ring)
{
	const struct ust_ring_geometry *geo = &channel->geometry;
	struct ust_kring *kring = kzalloc_node(sizeof(*kring), GFP_KERNEL, cpu_to_node(cpu));

	if (!kring)
		return -ENOMEM;
	kring->channel = channel;
	kring->cpu = cpu;
	kring->data_size = geo->subbuf_size * geo->nr_subbufs;
	kring->map_size = ust_kring_size(geo) - UST_RING_PAGE_SIZE;
	kring->mem = vmalloc_user(ust_kring_size(geo));
	kring->header = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!kring->mem || !kring->header) {
		if (kring->header)
			put_page(kring->header);
		vfree(kring->mem);
		kfree(kring);
		return -ENOMEM;
	}
	ring_init(kring, channel);
	ust_reader_init_ring(&kring->reader, kring->mem, geo);
	kring->reader.clock = channel->clock;
	kring->reader.cpu = cpu;
	mutex_init(&kring->lock);
	ust_kwake_init(kring);
	*ret_ring = kring;
	return 0;
}

void ust_kring_destroy(struct ust_kring *kring)
{
	if (!kring)
		return;
	ust_kwake_fini(kring);
	put_page(kring->header);
	vfree(kring->mem);
	kfree(kring);
}

int ust_kring_readable(const struct ust_kring *kring, bool open_too)
{
	const struct ust_reader *reader = &kring->reader;
	u64 off = ust_host_load_acquire(&kring->ring.shm->offset);
	u64 taken = READ_ONCE(reader->taken);
	u64 start = taken & ~(reader->subbuf_size - 1);
	u64 first = start + UST_SUBBUF_HEADER_SIZE;

	if (READ_ONCE(kring->held) || off >= start + reader->subbuf_size)
		return 1;
	return open_too && off > (taken > first ? taken : first);
}

/* The oldest sub-buffer that was not handed out yet, copied behind the others. */
static int next_copy(struct ust_kring *kring, bool whole, bool stopped)
{
	unsigned char *copy = (unsigned char *)kring->ring.data + kring->data_size;
	int ret;

	if (whole && !stopped && !ust_kring_readable(kring, false))
		return 0;
	do {
		ret = ust_reader_salvage(&kring->reader, 0, copy, &kring->cursor, &kring->piece);
		/* Without content: an open sub-buffer that was handed out before. */
	} while (ret > 0 && !kring->piece.len);
	if (ret == 0)
		kring->cursor = 0; /* The next call begins a new snapshot. */
	return ret;
}

int ust_kring_next(struct ust_kring *kring, bool whole, bool stopped)
{
	int ret;

	lockdep_assert_held(&kring->lock);
	if (kring->held)
		return 1;
	atomic_set(&kring->offer, 0);
	if (kring->ring.overwrite)
		ret = next_copy(kring, whole, stopped);
	else
		ret = ust_reader_next(&kring->reader, 0, &kring->piece);
	if (ret <= 0)
		return ret;
	if (whole && !stopped && !kring->piece.closed)
		return 0;
	if (!kring->piece.position)
		kring->seq++;
	kring->last_lost = kring->piece.lost;
	kring->spliced = 0;
	ust_kring_header(kring, page_address(kring->header));
	WRITE_ONCE(kring->held, true);
	return 1;
}

void ust_kring_release(struct ust_kring *kring)
{
	lockdep_assert_held(&kring->lock);
	if (!kring->ring.overwrite)
		ust_reader_release(&kring->reader, &kring->piece);
	WRITE_ONCE(kring->held, false);
}

void ust_kring_header(const struct ust_kring *kring, struct ust_packet_header *ret_header)
{
	const struct ust_reader_piece *piece = &kring->piece;
	u64 bits = (sizeof(*ret_header) + piece->position + piece->len) * 8;

	*ret_header = (struct ust_packet_header){
		.magic = UST_CTF_MAGIC,
		.stream_id = UST_STREAM_RING,
		.timestamp_begin = piece->time_begin,
		.timestamp_end = piece->time_end,
		.content_size = bits,
		.packet_size = bits,
		.packet_seq_num = kring->seq,
		.events_discarded = piece->lost,
		.cpu_id = kring->cpu,
		.procname = "kernel",
	};
	memcpy(ret_header->uuid, kring->channel->session->uuid, sizeof(ret_header->uuid));
}
