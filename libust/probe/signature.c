/* SPDX-License-Identifier: LGPL-2.1-only */
#include "signature.h"

#include <errno.h>

/* What a parameter is to the calling convention. */
enum shape {
	SHAPE_NONE,
	SHAPE_INT8,
	SHAPE_INT16,
	SHAPE_INT32,
	SHAPE_INT64,
	SHAPE_FLOAT,
	SHAPE_DOUBLE,
	SHAPE_POINTER,
	SHAPE_STRING,
};

static const struct {
	uint8_t shape, size;
} types[UST_TYPE_NR] = {
	[UST_TYPE_S8] = {SHAPE_INT8, 1},         [UST_TYPE_U8] = {SHAPE_INT8, 1},
	[UST_TYPE_S16] = {SHAPE_INT16, 2},       [UST_TYPE_U16] = {SHAPE_INT16, 2},
	[UST_TYPE_S32] = {SHAPE_INT32, 4},       [UST_TYPE_U32] = {SHAPE_INT32, 4},
	[UST_TYPE_S64] = {SHAPE_INT64, 8},       [UST_TYPE_U64] = {SHAPE_INT64, 8},
	[UST_TYPE_FLOAT] = {SHAPE_FLOAT, 4},     [UST_TYPE_DOUBLE] = {SHAPE_DOUBLE, 8},
	[UST_TYPE_POINTER] = {SHAPE_POINTER, 8}, [UST_TYPE_BOOL] = {SHAPE_INT8, 1},
	[UST_TYPE_STRING] = {SHAPE_STRING, 0},
};

static enum shape shape_of(uint32_t type)
{
	return type < UST_TYPE_NR ? types[type].shape : SHAPE_NONE;
}

uint32_t ust_signature_size(uint32_t word)
{
	uint32_t type = UST_FIELD_WORD_TYPE(word);

	return type < UST_TYPE_NR ? types[type].size : 0;
}

/* Pointers of all kinds are passed alike, and an address may be taken as a number. */
static int fits(enum shape parameter, enum shape argument)
{
	if (parameter == argument)
		return 1;
	if (argument == SHAPE_STRING)
		return parameter == SHAPE_POINTER;
	if (argument == SHAPE_POINTER)
		return parameter == SHAPE_STRING || parameter == SHAPE_INT64;
	return 0;
}

int ust_signature_check(const struct ust_event *event, const unsigned char *signature)
{
	uint32_t i;

	for (i = 0; i < event->nr_fields; i++) {
		uint32_t flags = UST_FIELD_WORD_FLAGS(event->fields[i].word);
		enum shape shape = shape_of(UST_FIELD_WORD_TYPE(event->fields[i].word));
		int many = flags & (UST_FIELD_ARRAY | UST_FIELD_SEQ);

		if (shape == SHAPE_NONE || (many && shape == SHAPE_STRING))
			return -ENOTSUP;
		if (!signature)
			continue;
		if (!fits(shape_of(*signature++), many ? SHAPE_POINTER : shape))
			return -EINVAL;
		if (flags & UST_FIELD_SEQ) {
			enum shape count = shape_of(*signature++);

			if (count != SHAPE_INT32 && count != SHAPE_INT64)
				return -EINVAL;
		}
	}
	return signature && *signature != UST_TYPE_NONE ? -EINVAL : 0;
}
