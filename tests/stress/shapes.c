/* SPDX-License-Identifier: GPL-2.0-only */
#include "shapes.h"

#include <stdlib.h>
#include <string.h>

#include <ust/detail/record.h>

#define STRING_SIZE 256
#define COPY_WORDS 9
#define MIXED_FIXED 23
#define PATTERN_STEP 251

struct ust_site_state stress_states[STRESS_NR];

int stress_id_exists(unsigned int id)
{
	return (id >= STRESS_EMPTY && id <= STRESS_ARGS) || id == STRESS_SIZED || id == STRESS_WIDE;
}

uint64_t stress_word(const struct stress_who *who)
{
	return (uint64_t)who->tag << 56 | (uint64_t)who->id << 48 | who->seq;
}

struct stress_who stress_who(uint64_t word)
{
	struct stress_who who = {
		.tag = (unsigned int)(word >> 56),
		.id = (unsigned int)(word >> 48) & 0xff,
		.seq = word << 16 >> 16,
	};

	return who;
}

/* The general shape takes both: short strings are copied by one load there, long ones are not. */
static int has_long_string(uint64_t word)
{
	struct stress_who who = stress_who(word);

	return who.id == STRESS_LONG1 || who.id == STRESS_LONG4 ||
	       (who.id == STRESS_ARGS && (who.seq / 2) % 2);
}

static void make_string(char *buf, uint64_t word)
{
	uint64_t hash = (word * 0x9E3779B97F4A7C15ull) >> 20;
	unsigned int i,
		len = has_long_string(word) ? 16 + (unsigned int)(hash >> 3) % 200 : hash % 16;

	for (i = 0; i < len; i++)
		buf[i] = (char)('A' + (word + (word >> 56) + i) % 57);
	buf[len] = '\0';
}

/* Bytes that differ with their position; events begin at different places of it. */
static unsigned char pattern_bytes[STRESS_SIZE_MAX + PATTERN_STEP];

void stress_shapes_init(uint32_t max_size)
{
	uint32_t i;

	for (i = 0; i < max_size + PATTERN_STEP && i < sizeof(pattern_bytes); i++)
		pattern_bytes[i] = (unsigned char)(i * 7 + (i >> 8));
}

static const unsigned char *pattern(uint64_t word)
{
	return pattern_bytes + word % PATTERN_STEP;
}

static void emit_args(struct ust_site_state *state, uint64_t word, const char *s)
{
	const struct ust_arg args[3] = {
		{.bits = word, .word = UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},
		{.ptr = s, .word = UST_FIELD_WORD(UST_TYPE_STRING, 0, 0)},
		{.bits = ~word, .word = UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},
	};

	ust_record_args(state, args, 3);
}

static void emit_sized(struct ust_site_state *state, uint64_t word, uint32_t size)
{
	const struct ust_arg args[2] = {
		{.bits = word, .word = UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},
		{.ptr = pattern(word),
		 .len = size,
		 .word = UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_SEQ, 0)},
	};

	ust_record_args(state, args, 2);
}

void stress_emit(const struct stress_who *who, uint32_t size)
{
	struct ust_site_state *state = &stress_states[who->id];
	uint64_t word = stress_word(who), i;
	__u64 w[COPY_WORDS] = {word, ~word, word ^ 0x5555, ~word ^ 0x5555};
	char s[STRING_SIZE];

	make_string(s, word);
	switch (who->id) {
	case STRESS_EMPTY:
		ust_record_shape(state, UST_SHAPE_WORDS1, w, 0, 0);
		break;
	case STRESS_WORDS1:
	case STRESS_WIDE:
		ust_record_shape(state, UST_SHAPE_WORDS1, w, 8, 0);
		break;
	case STRESS_WORDS2:
		ust_record_shape(state, UST_SHAPE_WORDS2, w, 16, 0);
		break;
	case STRESS_WORDS4:
		ust_record_shape(state, UST_SHAPE_WORDS4, w, 32, 0);
		break;
	case STRESS_COPY:
		for (i = 4; i < COPY_WORDS; i++)
			w[i] = word + i;
		ust_record_shape(state, UST_SHAPE_COPY, w, sizeof(w), 0);
		break;
	case STRESS_SHORT1:
	case STRESS_LONG1:
		ust_record_shape(state, UST_SHAPE_STRING1, w, 8, (unsigned long)s);
		break;
	case STRESS_SHORT4:
	case STRESS_LONG4:
		ust_record_shape(state, UST_SHAPE_STRING4, w, MIXED_FIXED, (unsigned long)s);
		break;
	case STRESS_ARGS:
		emit_args(state, word, s);
		break;
	case STRESS_SIZED:
		emit_sized(state, word, size);
		break;
	default:
		abort();
	}
}

/* Takes n bytes from *@p, of which *@room are left, if they are the expected ones. */
static int take(const unsigned char **p, uint64_t *room, const void *expected, uint64_t n)
{
	if (*room < n || memcmp(*p, expected, n))
		return 0;
	*p += n;
	*room -= n;
	return 1;
}

static int take_words(const unsigned char **p, uint64_t *room, uint64_t word, unsigned int id)
{
	const uint64_t w[4] = {word, ~word, word ^ 0x5555, ~word ^ 0x5555};
	uint64_t i, more;

	switch (id) {
	case STRESS_WORDS2:
		return take(p, room, w, 16);
	case STRESS_WORDS4:
		return take(p, room, w, 32);
	case STRESS_SHORT4:
	case STRESS_LONG4:
		return take(p, room, w, MIXED_FIXED);
	case STRESS_COPY:
		if (!take(p, room, w, 32))
			return 0;
		for (i = 4; i < COPY_WORDS; i++) {
			more = word + i;
			if (!take(p, room, &more, 8))
				return 0;
		}
		return 1;
	default:
		return take(p, room, w, 8);
	}
}

static int take_rest(const unsigned char **p, uint64_t *room, uint64_t word, unsigned int id)
{
	uint64_t inverse = ~word;
	char s[STRING_SIZE];
	uint32_t n;

	switch (id) {
	case STRESS_SHORT1:
	case STRESS_LONG1:
	case STRESS_SHORT4:
	case STRESS_LONG4:
	case STRESS_ARGS:
		make_string(s, word);
		if (!take(p, room, s, strlen(s) + 1))
			return 0;
		return id != STRESS_ARGS || take(p, room, &inverse, 8);
	case STRESS_SIZED:
		if (*room < 4)
			return 0;
		memcpy(&n, *p, 4);
		return take(p, room, &n, 4) && n <= STRESS_SIZE_MAX &&
		       take(p, room, pattern(word), n);
	default:
		return 1;
	}
}

int64_t stress_check(const unsigned char *p, uint64_t room, unsigned int id,
		     struct stress_who *ret_who, const char **ret_error)
{
	const unsigned char *begin = p;
	uint64_t word;

	*ret_error = "no such id";
	if (!stress_id_exists(id))
		return -1;
	*ret_who = (struct stress_who){.tag = STRESS_MAX_TAGS, .id = id};
	if (id == STRESS_EMPTY)
		return 0;
	*ret_error = "cut off";
	if (room < 8)
		return -1;
	memcpy(&word, p, 8);
	*ret_who = stress_who(word);
	*ret_error = "payload of another id";
	if (ret_who->id != id)
		return -1;
	*ret_error = "torn words";
	if (!take_words(&p, &room, word, id))
		return -1;
	*ret_error = "torn string or bytes";
	if (!take_rest(&p, &room, word, id))
		return -1;
	return p - begin;
}
