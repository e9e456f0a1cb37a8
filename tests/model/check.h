/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include <stdint.h>

#include "libust/ring/read.h"

#define FILLER_ID 29
#define FILLER_BYTE 0xEE

struct ust_ring_set;

struct check_opts {
	struct ust_ring_geometry geometry;
	const struct ust_ring_set *set;
	int sleeper; /* thread whose last state says what the bell was asked for, or -1 */
	enum ust_reader_state wish;
	int no_loss; /* there is room for all */
	int fast;    /* so many events take the fast path at least */
};
extern struct check_opts check;

/* What is known while pieces of a ring are decoded. */
struct decoder {
	uint64_t time;  /* of the last event */
	uint32_t found; /* tags */
};

uint32_t check_tid(uint32_t tag);
void check_reader_init(struct ust_reader *reader, uint32_t ring);
/* Decodes a piece whose bytes are in @copy; anything but whole events in order fails. */
void check_decode(struct decoder *decoder, const struct ust_reader_piece *piece,
		  const unsigned char *copy);
/* Hands a piece out for good. */
void check_take(uint32_t ring, const struct ust_reader *reader, const struct decoder *decoder,
		const struct ust_reader_piece *piece);
/* Takes what ust_reader_next() has; the thread's own steps or, outside of one, at once. */
int check_read(struct ust_reader *reader, uint32_t ring);
/* Of a state in which nothing more happens: finished, or killed. */
void check_final(int killed);

#endif /* MODEL_CHECK_H */
