/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events of ten shapes, the shape chosen by the sequence number. Each but the empty one carries the
 * thread, the sequence number and, last, a sum over all fields before it.
 */
#ifndef TESTS_SHAPES_H
#define TESTS_SHAPES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <ust/tracepoint.h>

#include "checksum.h"

#define SHAPES 10
#define SHAPES_STRING 1500
#define SHAPES_LARGE 3000

UST_ENUM_TABLE(shapes_colors, {"red", 0}, {"green", 1}, {"blue", 7});

/* Text to take strings out of; its end is a NUL. */
static char shapes_text[SHAPES_STRING + 1];
static uint16_t shapes_numbers[SHAPES_LARGE];
/* Nothing longer than 100 bytes, for very long runs. */
static bool shapes_short;

static inline void shapes_init(void)
{
	unsigned int i;

	for (i = 0; i < SHAPES_STRING; i++)
		shapes_text[i] = (char)('!' + i % 90);
	for (i = 0; i < SHAPES_LARGE; i++)
		shapes_numbers[i] = (uint16_t)(i * 40503u);
}

static inline uint64_t shapes_sum(uint32_t thr, uint64_t seq)
{
	return checksum_mix(checksum_mix(CHECKSUM_START, thr), seq);
}

static inline void shapes_integers(uint32_t thr, uint64_t seq)
{
	int8_t s8 = (int8_t)seq;
	uint8_t u8 = (uint8_t)seq;
	int16_t s16 = (int16_t)(seq * 257);
	uint16_t u16 = (uint16_t)(seq * 257);
	int32_t s32 = (int32_t)(seq * 0x10001);
	int64_t s64 = -(int64_t)seq;
	uint64_t hex = seq * UINT64_C(0x100000001);
	bool odd = seq & 16;
	const void *where = &shapes_text[seq % SHAPES_STRING];
	int color = seq % 3 == 2 ? 7 : (int)(seq % 3);
	uint64_t sum = shapes_sum(thr, seq);

	sum = checksum_mix(sum, (uint64_t)(int64_t)s8);
	sum = checksum_mix(sum, u8);
	sum = checksum_mix(sum, (uint64_t)(int64_t)s16);
	sum = checksum_mix(sum, u16);
	sum = checksum_mix(sum, (uint64_t)(int64_t)s32);
	sum = checksum_mix(sum, (uint64_t)s64);
	sum = checksum_mix(sum, hex);
	sum = checksum_mix(sum, odd);
	sum = checksum_mix(sum, (uint64_t)(uintptr_t)where);
	sum = checksum_mix(sum, (uint64_t)(int64_t)color);
	UST_EVENT(shapes, integers, thr, seq, s8, u8, s16, u16, s32, s64, UST_HEX(hex, hex),
		  UST_BOOL(odd, odd), where, UST_ENUM(color, color, shapes_colors), sum);
}

static inline void shapes_short_string(uint32_t thr, uint64_t seq)
{
	char buf[16];
	const char *text = buf;
	size_t len = seq / SHAPES % 16;
	uint64_t sum;

	memcpy(buf, shapes_text, len);
	buf[len] = 0;
	if (seq % 640 == 3)
		text = NULL;
	sum = shapes_sum(thr, seq);
	sum = text ? checksum_mix_bytes(sum, text, len) : checksum_mix_bytes(sum, "(null)", 6);
	UST_EVENT(shapes, short_string, thr, seq, UST_STR(text, text), sum);
}

static inline void shapes_long_string(uint32_t thr, uint64_t seq)
{
	size_t skip = shapes_short ? SHAPES_STRING - 50 : seq / SHAPES * 7 % SHAPES_STRING;
	const char *text = shapes_text + skip;
	uint64_t sum = checksum_mix_bytes(shapes_sum(thr, seq), text, SHAPES_STRING - skip);

	/* The string last: the record_string way. */
	UST_EVENT(shapes, long_string, thr, seq, sum, UST_STR(text, text));
}

static inline void shapes_reals(uint32_t thr, uint64_t seq)
{
	float single = (float)seq / 3;
	double real = (double)seq / 7;
	uint64_t sum = shapes_sum(thr, seq);

	sum = checksum_mix_double(sum, single);
	sum = checksum_mix_double(sum, real);
	UST_EVENT(shapes, reals, thr, seq, single, real, sum);
}

static inline void shapes_sequence(uint32_t thr, uint64_t seq)
{
	/* One in fifty is larger than a fused record takes, and goes to the reserve/commit ring. */
	uint32_t i, nr = (uint32_t)(seq / SHAPES % 50);
	uint64_t sum = shapes_sum(thr, seq);

	if (nr == 0 && !shapes_short)
		nr = SHAPES_LARGE;
	for (i = 0; i < nr; i++)
		sum = checksum_mix(sum, shapes_numbers[i]);
	UST_EVENT(shapes, sequence, thr, seq, UST_SEQ(numbers, shapes_numbers, nr), sum);
}

static inline void shapes_array(uint32_t thr, uint64_t seq)
{
	int array[5] = {(int)seq, -(int)seq, 7, (int)(seq * 11), -1};
	uint64_t sum = shapes_sum(thr, seq);
	unsigned int i;

	for (i = 0; i < 5; i++)
		sum = checksum_mix(sum, (uint64_t)(int64_t)array[i]);
	UST_EVENT(shapes, array, thr, seq, UST_ARRAY(array, array), sum);
}

static inline void shapes_text_event(uint32_t thr, uint64_t seq)
{
	uint32_t len = (uint32_t)(seq / SHAPES % 100);
	uint64_t sum = checksum_mix_bytes(shapes_sum(thr, seq), shapes_text, len);

	UST_EVENT(shapes, text, thr, seq, UST_TEXT(text, shapes_text, len), sum);
}

static inline void shapes_twenty(uint32_t thr, uint64_t seq)
{
	uint32_t v = (uint32_t)(seq * 2654435761u);
	uint64_t sum = shapes_sum(thr, seq);
	unsigned int i;

	for (i = 0; i < 17; i++)
		sum = checksum_mix(sum, v + i);
	UST_EVENT(shapes, twenty, thr, seq, UST_F(f0, v), UST_F(f1, v + 1), UST_F(f2, v + 2),
		  UST_F(f3, v + 3), UST_F(f4, v + 4), UST_F(f5, v + 5), UST_F(f6, v + 6),
		  UST_F(f7, v + 7), UST_F(f8, v + 8), UST_F(f9, v + 9), UST_F(f10, v + 10),
		  UST_F(f11, v + 11), UST_F(f12, v + 12), UST_F(f13, v + 13), UST_F(f14, v + 14),
		  UST_F(f15, v + 15), UST_F(f16, v + 16), sum);
}

static inline void shapes_record(uint32_t thr, uint64_t seq)
{
	uint64_t sum;

	switch (seq % SHAPES) {
	case 0:
		UST_EVENT(shapes, empty);
		break;
	case 1:
		sum = shapes_sum(thr, seq);
		UST_EVENT(shapes, one, thr, seq, sum);
		break;
	case 2:
		shapes_integers(thr, seq);
		break;
	case 3:
		shapes_short_string(thr, seq);
		break;
	case 4:
		shapes_long_string(thr, seq);
		break;
	case 5:
		shapes_reals(thr, seq);
		break;
	case 6:
		shapes_sequence(thr, seq);
		break;
	case 7:
		shapes_array(thr, seq);
		break;
	case 8:
		shapes_text_event(thr, seq);
		break;
	case 9:
		shapes_twenty(thr, seq);
		break;
	}
}

#endif /* TESTS_SHAPES_H */
