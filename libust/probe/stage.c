/* SPDX-License-Identifier: LGPL-2.1-only */
#include "stage.h"

#include <string.h>

#include <ust/ring/fused.h>

#include "../ring/record.h"

/* The low bytes of a number, wherever this machine has them. */
const unsigned char *ust_stage_low_bytes(const void *number, uint32_t number_size, uint32_t size)
{
	const unsigned char *p = number;

	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? p : p + number_size - size;
}

uint32_t ust_stage_element_size(uint32_t type)
{
	static const unsigned char sizes[UST_TYPE_NR] = {
		[UST_TYPE_S8] = 1,     [UST_TYPE_S16] = 2,     [UST_TYPE_S32] = 4,
		[UST_TYPE_S64] = 8,    [UST_TYPE_U8] = 1,      [UST_TYPE_U16] = 2,
		[UST_TYPE_U32] = 4,    [UST_TYPE_U64] = 8,     [UST_TYPE_FLOAT] = 4,
		[UST_TYPE_DOUBLE] = 8, [UST_TYPE_POINTER] = 8, [UST_TYPE_BOOL] = 1,
	};

	return type < UST_TYPE_NR ? sizes[type] : 0;
}

/* Bytes of a sequence's element count. */
uint32_t ust_stage_count_size(uint32_t word)
{
	static const unsigned char sizes[] = {
		[UST_LENGTH_U32] = 4,
		[UST_LENGTH_U8] = 1,
		[UST_LENGTH_U16] = 2,
		[UST_LENGTH_U64] = 8,
	};

	return sizes[UST_FIELD_WORD_LENGTH(word)];
}

/* Elements to record of an array or sequence: as many as the count can tell. */
uint32_t ust_stage_nr_elements(const struct ust_arg *arg)
{
	uint32_t length = UST_FIELD_WORD_LENGTH(arg->word);

	if (!arg->ptr)
		return 0;
	if (!(UST_FIELD_WORD_FLAGS(arg->word) & UST_FIELD_SEQ))
		return arg->len;
	if (length == UST_LENGTH_U8 && arg->len > 0xff)
		return 0xff;
	if (length == UST_LENGTH_U16 && arg->len > 0xffff)
		return 0xffff;
	return arg->len;
}

/* Writes the low bytes of a number; where it costs less, some behind them too. */
static void put_low(unsigned char *p, uint64_t number, uint32_t size)
{
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		memcpy(p, &number, sizeof(number));
	else
		memcpy(p, ust_stage_low_bytes(&number, sizeof(number), size), size);
}

/* Copies a string to p, where @room bytes are. Result: its size with the NUL, 0 if it does not fit.
 */
static uint64_t stage_string(unsigned char *p, uint64_t room, const char *s)
{
	uint64_t size;

	if (!s)
		s = UST_NULL_STRING;
#if UST_FUSED
	ust_fused_v16 bytes;

	size = ust_fused_short(s, &bytes);
	if (size) {
		memcpy(p, &bytes, sizeof(bytes));
		return size <= room ? size : 0;
	}
#endif
	size = strnlen(s, room) + 1;
	if (size > room)
		return 0;
	memcpy(p, s, size);
	/* The string may have changed meanwhile: what counts is the copy. */
	p[size - 1] = '\0';
	return strlen((char *)p) + 1;
}

/* Text ends at a NUL if there is one: what is behind it may not even be mapped. */
static void stage_text(unsigned char *p, const char *text, uint64_t size)
{
	size_t len = strnlen(text, size);

	memcpy(p, text, len);
	memset(p + len, 0, size - len);
}

/* Puts the payload together. Result: 1 and its length, 0 if it is larger than the stage. */
int ust_stage_args(unsigned char *stage, const struct ust_arg *args, __u32 nr_args,
		   uint64_t *ret_len)
{
	unsigned char *p = stage, *end = stage + UST_STAGE_SIZE;
	uint32_t i;

	for (i = 0; i < nr_args; i++) {
		const struct ust_arg *arg = &args[i];
		uint32_t type = UST_FIELD_WORD_TYPE(arg->word);
		uint32_t flags = UST_FIELD_WORD_FLAGS(arg->word);
		uint64_t size = ust_stage_element_size(type);

		if (type == UST_TYPE_STRING) {
			size = stage_string(p, (uint64_t)(end - p), (const char *)arg->ptr);
			if (!size)
				return 0;
		} else if (flags & (UST_FIELD_SEQ | UST_FIELD_ARRAY)) {
			uint64_t nr = ust_stage_nr_elements(arg);

			if (8 + nr * size > (uint64_t)(end - p))
				return 0;
			if (flags & UST_FIELD_SEQ) {
				uint32_t count_size = ust_stage_count_size(arg->word);

				put_low(p, nr, count_size);
				p += count_size;
			}
			size *= nr;
			if (size && (flags & UST_FIELD_TEXT))
				stage_text(p, (const char *)arg->ptr, size);
			else if (size)
				memcpy(p, (const void *)arg->ptr, size);
		} else if (size > (uint64_t)(end - p)) {
			return 0;
		} else {
			put_low(p, arg->bits, (uint32_t)size);
		}
		p += size;
	}
	*ret_len = (uint64_t)(p - stage);
	return 1;
}
