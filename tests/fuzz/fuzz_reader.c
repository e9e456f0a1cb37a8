/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ring's reader over memory that a hostile process writes, also in the middle of each call (the
 * injection points of read.c). What it hands out lies inside the ring, or the caller's copy, and is
 * consistent.
 */
#include <sanitizer/asan_interface.h>
#include <stdlib.h>

#include "input.h"
#include "libust/ring/read.h"

#define SUBBUF_SIZE 4096
#define NR_SUBBUFS 4

static struct fuzz_input in;
static unsigned char *channel;
static struct ust_ring_geometry geo = {
	.subbuf_size = SUBBUF_SIZE,
	.nr_subbufs = NR_SUBBUFS,
	.nr_rings = 1,
};
static struct ust_ring_shm *shm;
static unsigned char *ring_data;
static int lively;
static volatile uint64_t sum;

static void *ring_of(uint32_t index)
{
	return channel + UST_RINGS_OFFSET + ((uint64_t)index << geo.ring_shift);
}

/* One thing the writer does. */
static void hostile(void)
{
	struct ust_subbuf_shm *head =
		(void *)(ring_data + (size_t)(fuzz_u8(&in) % NR_SUBBUFS) * SUBBUF_SIZE);
	uint64_t v = fuzz_offset(&in, SUBBUF_SIZE);
	uint64_t *words = (uint64_t *)head;
	size_t at, len;

	switch (fuzz_u8(&in) % 8) {
	case 0:
	case 1:
		shm->offset = v;
		break;
	case 2:
		shm->commit[fuzz_u8(&in) % NR_SUBBUFS] = v;
		break;
	case 3:
		shm->lost = v;
		shm->consumed = v;
		break;
	case 4:
		head->number = v % 16;
		break;
	case 5:
		head->content_end = v;
		break;
	case 6:
		words[fuzz_u8(&in) % (sizeof(*head) / 8)] = v;
		break;
	case 7:
		at = fuzz_u16(&in) % (SUBBUF_SIZE * NR_SUBBUFS);
		len = fuzz_u8(&in);
		if (len > SUBBUF_SIZE * NR_SUBBUFS - at)
			len = SUBBUF_SIZE * NR_SUBBUFS - at;
		fuzz_bytes(&in, ring_data + at, len);
		break;
	}
}

void fuzz_inject(void)
{
	if (lively && in.len && !(fuzz_u8(&in) & 3))
		hostile();
}

static void check(const struct ust_reader *reader, const struct ust_reader_piece *piece,
		  const unsigned char *low)
{
	uint64_t i;

	if (piece->len > SUBBUF_SIZE - UST_SUBBUF_HEADER_SIZE ||
	    piece->position > SUBBUF_SIZE - UST_SUBBUF_HEADER_SIZE ||
	    piece->position + piece->len > SUBBUF_SIZE - UST_SUBBUF_HEADER_SIZE)
		abort();
	if (piece->bytes < low ||
	    piece->bytes + piece->len >
		    low + (low == reader->data ? SUBBUF_SIZE * NR_SUBBUFS : SUBBUF_SIZE))
		abort();
	if (piece->time_end < piece->time_begin)
		abort();
	for (i = 0; i < piece->len; i++)
		sum += piece->bytes[i];
}

static void set_up(uint32_t index)
{
	if (!channel) {
		size_t ring = UST_RING_PAGE_SIZE + SUBBUF_SIZE * NR_SUBBUFS;

		if (ust_ring_geometry_fix(&geo))
			abort();
		channel = aligned_alloc(4096, ust_ring_channel_size(&geo));
		__asan_poison_memory_region(channel, UST_RINGS_OFFSET);
		__asan_poison_memory_region((char *)ring_of(0) + ring,
					    (1u << geo.ring_shift) - ring);
		__asan_poison_memory_region((char *)ring_of(1) + ring,
					    (1u << geo.ring_shift) - ring);
	}
	shm = ring_of(index);
	ring_data = (unsigned char *)shm + UST_RING_PAGE_SIZE;
	memset(shm, 0, UST_RING_PAGE_SIZE + SUBBUF_SIZE * NR_SUBBUFS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *copy = malloc(SUBBUF_SIZE);
	struct ust_reader_piece piece;
	struct ust_reader reader;
	uint64_t cursor = 0, last = 0, now = UINT64_MAX;
	unsigned int turns = 0;
	uint8_t flags;

	in = (struct fuzz_input){.p = data, .len = size};
	flags = fuzz_u8(&in);
	lively = 0;
	set_up(flags & 1);
	geo.overwrite = flags >> 1 & 1;
	ust_reader_init(&reader, channel, &geo, flags & 1);
	/* Times are checked against the clock: one that is always right, or nearly never. */
	if (flags & 4)
		now = 1000;
	lively = flags >> 3 & 1;
	while (in.len && turns++ < 2000) {
		switch (fuzz_u8(&in) % 6) {
		case 0:
		case 1:
			hostile();
			break;
		case 2:
		case 3:
			if (ust_reader_next(&reader, now, &piece) > 0) {
				check(&reader, &piece, reader.data);
				if (piece.time_begin < last)
					abort();
				ust_reader_release(&reader, &piece);
			}
			last = reader.last_time;
			break;
		case 4:
			if (ust_reader_salvage(&reader, now, copy, &cursor, &piece) > 0)
				check(&reader, &piece, copy);
			else
				cursor = 0;
			last = reader.last_time;
			break;
		case 5:
			if (fuzz_u8(&in) & 1)
				ust_reader_wake(&reader);
			else
				ust_reader_sleep(&reader, 1 + (fuzz_u8(&in) & 1));
			break;
		}
	}
	free(copy);
	return 0;
}
