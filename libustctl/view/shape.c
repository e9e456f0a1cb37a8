// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/packet.h>
#include <ust/abi/ring.h>
#include <ust/abi/site.h>
#include <ust/ctl.h>

#include "shape.h"

#define NR_COMPACT (1 << UST_EVENT_ID_BITS)

struct shape {
	const struct ust_ctl_event *event; /* NULL: not defined */
	uint32_t fixed; /* bytes of contexts and fields if they are always as many */
	int variable;
};

struct ust_shapes {
	unsigned int nr;
	uint32_t context_size;
	uint32_t compact[NR_COMPACT];
	struct shape by_id[];
};

static uint32_t element_size(uint32_t word)
{
	static const uint8_t sizes[UST_TYPE_NR] = {
		[UST_TYPE_S8] = 1,     [UST_TYPE_S16] = 2,     [UST_TYPE_S32] = 4,
		[UST_TYPE_S64] = 8,    [UST_TYPE_U8] = 1,      [UST_TYPE_U16] = 2,
		[UST_TYPE_U32] = 4,    [UST_TYPE_U64] = 8,     [UST_TYPE_FLOAT] = 4,
		[UST_TYPE_DOUBLE] = 8, [UST_TYPE_POINTER] = 8, [UST_TYPE_BOOL] = 1,
		[UST_TYPE_STRING] = 1,
	};
	uint32_t type = UST_FIELD_WORD_TYPE(word);

	return type < UST_TYPE_NR ? sizes[type] : 0;
}

/* Bytes of a field that are always as many; -1: its value decides. */
static int64_t fixed_size(uint32_t word)
{
	uint32_t flags = UST_FIELD_WORD_FLAGS(word), type = UST_FIELD_WORD_TYPE(word);

	if (flags & UST_FIELD_SEQ)
		return -1;
	if (flags & UST_FIELD_ARRAY)
		return (int64_t)element_size(word) * UST_FIELD_WORD_COUNT(word);
	if (type == UST_TYPE_STRING)
		return -1;
	return element_size(word);
}

static void shape_init(struct shape *shape, const struct ust_ctl_event *event, uint32_t contexts)
{
	uint64_t total = contexts;
	unsigned int i;

	shape->event = event;
	for (i = 0; i < event->nr_fields; i++) {
		int64_t size = fixed_size(event->fields[i].word);

		if (size < 0)
			shape->variable = 1;
		else
			total += size;
	}
	/* Arrays of the largest count are more than any sub-buffer holds. */
	if (total > UST_SUBBUF_MAX_SIZE)
		shape->variable = 1;
	shape->fixed = shape->variable ? 0 : total;
}

int ust_shapes_create(const struct ust_ctl_event *events, unsigned int nr_events,
		      unsigned int contexts, struct ust_shapes **ret_shapes)
{
	unsigned int i, nr = NR_COMPACT;
	struct ust_shapes *shapes;

	for (i = 0; i < nr_events; i++) {
		if (events[i].id > UST_EVENT_ID_MAX)
			return -EINVAL;
		if (events[i].id >= nr)
			nr = events[i].id + 1;
	}
	shapes = calloc(1, sizeof(*shapes) + nr * sizeof(shapes->by_id[0]));
	if (!shapes)
		return -ENOMEM;
	shapes->nr = nr;
	shapes->context_size =
		(contexts & UST_CONTEXT_TID ? 4 : 0) + (contexts & UST_CONTEXT_COMM ? 16 : 0) +
		(contexts & UST_CONTEXT_IP ? 8 : 0) + (contexts & UST_CONTEXT_KERNEL ? 2 : 0) +
		(contexts & UST_CONTEXT_MODULE ? 13 : 0);
	for (i = 0; i < nr_events; i++) {
		struct shape *shape = &shapes->by_id[events[i].id];

		shape_init(shape, &events[i], shapes->context_size);
		if (events[i].id < UST_EVENT_ID_WIDE && !shape->variable)
			shapes->compact[events[i].id] = UST_EVENT_HEADER_COMPACT + shape->fixed;
	}
	*ret_shapes = shapes;
	return 0;
}

void ust_shapes_destroy(struct ust_shapes *shapes)
{
	free(shapes);
}

unsigned int ust_shapes_nr(const struct ust_shapes *shapes)
{
	return shapes->nr;
}

int ust_shapes_known(const struct ust_shapes *shapes, uint32_t id)
{
	return id < shapes->nr && shapes->by_id[id].event;
}

const uint32_t *ust_shapes_compact(const struct ust_shapes *shapes)
{
	return shapes->compact;
}

/* Bytes of a sequence's element count. */
static uint32_t count_size(uint32_t word)
{
	switch (UST_FIELD_WORD_LENGTH(word)) {
	case UST_LENGTH_U8:
		return 1;
	case UST_LENGTH_U16:
		return 2;
	case UST_LENGTH_U64:
		return 8;
	default:
		return 4;
	}
}

/* In the byte order of the machine: a trace of another is not read here. */
static uint64_t read_count(const unsigned char *p, uint32_t bytes)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (bytes) {
	case 1:
		return *p;
	case 2:
		memcpy(&u16, p, 2);
		return u16;
	case 4:
		memcpy(&u32, p, 4);
		return u32;
	default:
		memcpy(&u64, p, 8);
		return u64;
	}
}

/* Bytes of one field whose value begins at @p; -EBADMSG. */
static int64_t field_size(uint32_t word, const unsigned char *p, uint64_t left)
{
	int64_t size = fixed_size(word);
	const unsigned char *nul;
	uint64_t count;
	uint32_t bytes;

	if (size >= 0)
		return (uint64_t)size <= left ? size : -EBADMSG;
	if (!(UST_FIELD_WORD_FLAGS(word) & UST_FIELD_SEQ) &&
	    UST_FIELD_WORD_TYPE(word) == UST_TYPE_STRING) {
		nul = memchr(p, '\0', left);
		return nul ? nul - p + 1 : -EBADMSG;
	}
	bytes = count_size(word);
	if (left < bytes)
		return -EBADMSG;
	count = read_count(p, bytes);
	if (element_size(word) && count > (left - bytes) / element_size(word))
		return -EBADMSG;
	return count * element_size(word) + bytes;
}

int64_t ust_shapes_size(const struct ust_shapes *shapes, uint32_t id, const unsigned char *p,
			uint64_t left)
{
	const struct shape *shape = &shapes->by_id[id];
	uint64_t done = shapes->context_size;
	unsigned int i;

	if (!shape->variable) {
		if (shape->fixed > left)
			return -EBADMSG;
		return shape->fixed;
	}
	if (done > left)
		return -EBADMSG;
	for (i = 0; i < shape->event->nr_fields; i++) {
		int64_t size = field_size(shape->event->fields[i].word, p + done, left - done);

		if (size < 0)
			return size;
		done += size;
	}
	return done;
}
