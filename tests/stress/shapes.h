/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events of the stress tests: one id for each shape. Each carries a word that tells who
 * recorded it, with which id and as which of his events, and a payload made from that word, so that
 * a torn, lost, duplicated or misplaced event is seen.
 */
#ifndef UST_STRESS_SHAPES_H
#define UST_STRESS_SHAPES_H

#include <stddef.h>
#include <stdint.h>

#include <ust/abi/site.h>

enum stress_id {
	STRESS_EMPTY = 1, /* no payload at all */
	STRESS_WORDS1 = 2,
	STRESS_WORDS2 = 3,
	STRESS_WORDS4 = 4,
	STRESS_COPY = 5,   /* 9 words */
	STRESS_SHORT1 = 6, /* string1, up to 15 characters */
	STRESS_LONG1 = 7,  /* string1, longer */
	STRESS_SHORT4 = 8, /* string4; the fixed part is 23 bytes */
	STRESS_LONG4 = 9,
	STRESS_ARGS = 10,  /* number, string, number */
	STRESS_SIZED = 29, /* a sequence of bytes of any length: the largest compact id */
	STRESS_WIDE = 40,  /* words1 with an id that needs the wide header */
	STRESS_NR = 48
};

/* Tags: who recorded. A thread has one for itself, one for its signal handler. */
#define STRESS_MAX_TAGS 256

struct stress_who {
	unsigned int tag, id;
	uint64_t seq; /* below 2^48 */
};

extern struct ust_site_state stress_states[STRESS_NR];

int stress_id_exists(unsigned int id);
uint64_t stress_word(const struct stress_who *who);
struct stress_who stress_who(uint64_t word);

/* Once, before anything is recorded or checked. @max_size: the largest sequence there will be. */
void stress_shapes_init(uint32_t max_size);

/* Records. @size: of STRESS_SIZED's sequence. */
void stress_emit(const struct stress_who *who, uint32_t size);

/* Bytes of the payload of STRESS_SIZED, without header and contexts. */
#define STRESS_SIZED_PAYLOAD(size) (8 + 4 + (uint64_t)(size))

/* Largest sequence that anybody may record or decode. */
#define STRESS_SIZE_MAX ((16u << 20) + 65536)

/*
 * Checks the payload at @p, of which @room bytes are readable. Result: its length, and who recorded
 * it; or -1 and in *@ret_error what is wrong. An empty payload tells nothing: tag is then
 * STRESS_MAX_TAGS.
 */
int64_t stress_check(const unsigned char *p, uint64_t room, unsigned int id,
		     struct stress_who *ret_who, const char **ret_error);

#endif /* UST_STRESS_SHAPES_H */
