/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The reader's half of a ring: how ustd takes published bytes out of memory that a traced process
 * writes. Nothing in that memory is trusted: every value is loaded once, checked against the
 * geometry, and used from the private copy.
 *
 *   call                       who                 concurrent with
 *   ust_reader_next, _release  the ring's reader   its writers
 *   ust_reader_sleep, _wake    the ring's reader   its writers
 *   ust_reader_salvage         the ring's reader   its writers, in overwrite mode; else nobody
 */
#ifndef UST_RING_READ_H
#define UST_RING_READ_H

#include <stdint.h>

#include <ust/abi/ring.h>

struct ust_ring_geometry {
	uint64_t subbuf_size; /* power of two */
	uint32_t nr_subbufs;  /* power of two */
	uint32_t nr_rings;    /* fused ones; as many reserve/commit ones follow */
	uint32_t ring_shift;  /* log2 of the distance between rings */
	uint32_t overwrite;
};

/* Bytes of a channel's memfd. */
uint64_t ust_ring_channel_size(const struct ust_ring_geometry *geo);
/* Fills ring_shift in; 0, or -EINVAL when a member is out of the bounds of <ust/abi/ring.h>. */
int ust_ring_geometry_fix(struct ust_ring_geometry *geo);

/* One ring as its reader sees it; private memory. */
struct ust_reader {
	struct ust_ring_shm *shm;
	const unsigned char *data;
	uint64_t subbuf_size, size; /* bytes */
	uint32_t index;             /* 0 .. 2 * nr_rings - 1 */
	uint32_t cpu;
	int fused; /* 0: a reserve/commit ring */
	int overwrite;
	uint64_t taken;     /* offset up to which content was handed out */
	uint64_t last_time; /* no time before this one is handed out */
	uint64_t asleep_at; /* offset when it was armed by ust_reader_sleep() */
	uint32_t clock;     /* enum ust_clock_mode; ust_reader_init() sets the TSC */
	int broken;         /* the writer's memory made no sense: nothing more is read */
};

/*
 * @channel: the mapping of the whole memfd; @index: of the ring. Touches no page of the ring.
 */
void ust_reader_init(struct ust_reader *reader, void *channel, const struct ust_ring_geometry *geo,
		     uint32_t index);
/* The same for a reserve/commit ring that stands alone at @ring, as the kernel's do. */
void ust_reader_init_ring(struct ust_reader *reader, void *ring,
			  const struct ust_ring_geometry *geo);

/*
 * A run of published content inside one sub-buffer. bytes[0 .. len) are whole events.
 */
struct ust_reader_piece {
	uint64_t number;   /* sub-buffer number; pieces with the same number continue one packet */
	uint64_t position; /* content bytes of this packet that were handed out before */
	const unsigned char *bytes;
	uint64_t len;        /* may be 0 when closed is 1 */
	uint64_t time_begin; /* of the packet; ticks */
	uint64_t time_end;   /* of the packet so far: no event in it is later */
	uint64_t lost;       /* ring's loss count at that end */
	int closed;          /* the packet is complete */
};

/*
 * The next piece of a discard-mode ring. @now: no time handed out is later than the later of this
 * and the clock as read inside the call (ticks).
 * Result: 1 and @ret_piece, 0 nothing new, -EIO the ring is broken (reader->broken is set).
 * The bytes stay valid until ust_reader_release(); copy or write them first.
 */
int ust_reader_next(struct ust_reader *reader, uint64_t now, struct ust_reader_piece *ret_piece);
/* Gives the piece's room back to the writer. */
void ust_reader_release(struct ust_reader *reader, const struct ust_reader_piece *piece);

/*
 * What is in an overwrite-mode ring, oldest first, or the rest of any ring whose writers are dead
 * or stopped. Copies each sub-buffer to @copy (subbuf_size bytes) and drops it if the writer lapped
 * it meanwhile. Start with *@cursor = 0. Result as ust_reader_next(); every piece ends its packet
 * as far as it got (closed is 1), continues one that ust_reader_next() began if position is not 0,
 * and needs no release. In a reserve/commit ring whose writer died inside a record, the holes are
 * left out.
 */
int ust_reader_salvage(struct ust_reader *reader, uint64_t now, unsigned char *copy,
		       uint64_t *cursor, struct ust_reader_piece *ret_piece);

/*
 * Asks for the doorbell at the next event (UST_READER_EVENT) or when a sub-buffer closes
 * (UST_READER_SWITCH). Result: 0 armed, 1 not yet: there is something to read or, with
 * UST_READER_EVENT, this is the first call since the ring was last seen to move. A fast writer that
 * loaded limit before it was cleared may still publish one event without a bell, so the caller
 * looks once more after at least UST_READER_SETTLE_MS and calls again; only 0 means that no timer
 * is needed.
 */
#define UST_READER_SETTLE_MS 50
int ust_reader_sleep(struct ust_reader *reader, enum ust_reader_state state);
/* Withdraws that. */
void ust_reader_wake(struct ust_reader *reader);

#endif /* UST_RING_READ_H */
