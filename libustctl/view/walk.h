/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The packets and events of one stream file in memory.
 */
#ifndef UST_VIEW_WALK_H
#define UST_VIEW_WALK_H

#include <stdint.h>

#include <ust/abi/packet.h>

#include "count.h"
#include "shape.h"

/* Ids in the stream of losses: UST_LOSS_*, in a table as large as the smallest. */
#define UST_WALK_LOSS_IDS (1 << UST_EVENT_ID_BITS)

/* Sizes of events by stream class. NULL: only headers are checked. */
struct ust_sizes {
	struct ust_shapes *by_kind[2];
};

/* A stream file being walked. The caller sets the first five members. */
struct ust_walk {
	struct ust_count *count;
	const struct ust_sizes *sizes;
	const char *path;
	const unsigned char *start; /* of the file, mapped */
	uint64_t size;

	const struct ust_shapes *shapes; /* of the stream class */
	uint64_t time;                   /* no event and no packet may be before it */
	uint64_t seq;                    /* of the next packet, at least */
	uint64_t lost;                   /* discarded so far */
	uint32_t kind;                   /* UST_STREAM_* of the first packet */
	uint64_t released;               /* bytes from start whose pages were given back */
	uint64_t *per_id;
	uint64_t loss_ids[UST_WALK_LOSS_IDS];
	uint64_t events;
};

/*
 * Walks a stream from start to start + size; s->count gets packets and reported. Result: 0,
 * -EBADMSG, or -ENOENT: an id without definition occurs; s->count->error then says where.
 */
int ust_walk_stream(struct ust_walk *s);

#endif /* UST_VIEW_WALK_H */
