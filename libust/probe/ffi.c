/* SPDX-License-Identifier: LGPL-2.1-only */
#include "probe.h"

#include <errno.h>
#include <ffi.h>
#include <string.h>

#include "../os/memory.h"
#include "../stay/stay.h"
#include "signature.h"

#define MAX_PARAMETERS (1 + UST_PROBE_MAX_ARGS)

struct ffi_list {
	struct ust_probe_list list;
	ffi_cif cif;
	ffi_type *types[MAX_PARAMETERS];
	uint32_t nr_fields;
	uint32_t words[UST_MAX_FIELDS];
	unsigned int nr;
	struct ust_probe_fn fns[];
};

static ffi_type *scalar_type(uint32_t type)
{
	switch (type) {
	case UST_TYPE_S8:
		return &ffi_type_sint8;
	case UST_TYPE_S16:
		return &ffi_type_sint16;
	case UST_TYPE_S32:
		return &ffi_type_sint32;
	case UST_TYPE_S64:
		return &ffi_type_sint64;
	case UST_TYPE_U8:
	case UST_TYPE_BOOL:
		return &ffi_type_uint8;
	case UST_TYPE_U16:
		return &ffi_type_uint16;
	case UST_TYPE_U32:
		return &ffi_type_uint32;
	case UST_TYPE_U64:
		return &ffi_type_uint64;
	case UST_TYPE_FLOAT:
		return &ffi_type_float;
	case UST_TYPE_DOUBLE:
		return &ffi_type_double;
	default:
		return &ffi_type_pointer;
	}
}

/* Reading a payload from its front. */
struct cursor {
	const struct ust_chunk *chunk, *end;
	uint64_t at;
};

/* The next @size bytes; NULL if the payload is not what the fields say. */
static const void *take(struct cursor *cursor, uint64_t size)
{
	const unsigned char *p;

	while (cursor->chunk < cursor->end && cursor->at == cursor->chunk->len) {
		cursor->chunk++;
		cursor->at = 0;
	}
	if (!size)
		return "";
	if (cursor->chunk == cursor->end || cursor->chunk->len - cursor->at < size)
		return NULL;
	p = (const unsigned char *)cursor->chunk->p + cursor->at;
	cursor->at += size;
	return p;
}

static const char *take_string(struct cursor *cursor)
{
	const char *s = take(cursor, 1);
	uint64_t len;

	if (!s)
		return NULL;
	len = strnlen(s, cursor->chunk->len - cursor->at + 1);
	return take(cursor, len) ? s : NULL;
}

/* A sequence's count. Result: 0, or -1 if it is not there. */
static int take_count(struct cursor *cursor, uint32_t word, uint64_t *ret_count)
{
	static const unsigned char sizes[] = {
		[UST_LENGTH_U32] = 4,
		[UST_LENGTH_U8] = 1,
		[UST_LENGTH_U16] = 2,
		[UST_LENGTH_U64] = 8,
	};
	uint32_t size = sizes[UST_FIELD_WORD_LENGTH(word)];
	const void *p = take(cursor, size);

	*ret_count = 0;
	if (!p)
		return -1;
	memcpy(ret_count, p, size);
	return 0;
}

/* An argument in memory, for ffi_call(). */
union value {
	uint64_t bits;
	const void *ptr;
};

/* Arguments of one field. Result: their number, 0 if the payload does not hold them. */
static unsigned int take_field(struct cursor *cursor, uint32_t word, union value *values)
{
	uint32_t flags = UST_FIELD_WORD_FLAGS(word), size = ust_signature_size(word);
	uint64_t count = UST_FIELD_WORD_COUNT(word);
	const void *p;

	if (UST_FIELD_WORD_TYPE(word) == UST_TYPE_STRING) {
		values[0].ptr = take_string(cursor);
		return values[0].ptr ? 1 : 0;
	}
	if (flags & (UST_FIELD_ARRAY | UST_FIELD_SEQ)) {
		if ((flags & UST_FIELD_SEQ) && take_count(cursor, word, &count))
			return 0;
		values[0].ptr = take(cursor, count * size);
		values[1].bits = count;
		return !values[0].ptr ? 0 : flags & UST_FIELD_SEQ ? 2 : 1;
	}
	p = take(cursor, size);
	if (!p)
		return 0;
	values[0].bits = 0;
	memcpy(&values[0].bits, p, size);
	return 1;
}

static void call_all(const struct ust_probe_list *any, const struct ust_chunk *chunks,
		     unsigned int nr_chunks)
{
	const struct ffi_list *list = (const struct ffi_list *)any;
	struct cursor cursor = {.chunk = chunks, .end = chunks + nr_chunks};
	union value values[MAX_PARAMETERS];
	void *pointers[MAX_PARAMETERS];
	unsigned int nr = 1, i;

	if (ust_stay_thread.in_probe)
		return;
	for (i = 0; i < list->nr_fields; i++) {
		unsigned int used = take_field(&cursor, list->words[i], &values[nr]);

		if (!used)
			return;
		nr += used;
	}
	for (i = 0; i < nr; i++)
		pointers[i] = &values[i];
	ust_stay_thread.in_probe = 1;
	for (i = 0; i < list->nr; i++) {
		values[0].ptr = list->fns[i].data;
		/* libffi wants the type that prepared it, and does not change it. */
		ffi_call((ffi_cif *)(uintptr_t)&list->cif, list->fns[i].fn, NULL, pointers);
	}
	ust_stay_thread.in_probe = 0;
}

int ust_probe_list_create(const struct ust_event *event, const struct ust_probe_fn *fns,
			  unsigned int nr, struct ust_probe_list **ret_list)
{
	unsigned int nr_types = 0;
	struct ffi_list *list;
	uint32_t i;

	if (event->nr_fields > UST_MAX_FIELDS)
		return -ENOTSUP;
	list = ust_memory_alloc(sizeof(*list) + nr * sizeof(*fns));
	if (!list)
		return -ENOMEM;
	list->types[nr_types++] = &ffi_type_pointer;
	for (i = 0; i < event->nr_fields; i++) {
		uint32_t word = event->fields[i].word, flags = UST_FIELD_WORD_FLAGS(word);

		list->words[i] = word;
		if (flags & (UST_FIELD_ARRAY | UST_FIELD_SEQ))
			list->types[nr_types++] = &ffi_type_pointer;
		else
			list->types[nr_types++] = scalar_type(UST_FIELD_WORD_TYPE(word));
		if (flags & UST_FIELD_SEQ)
			list->types[nr_types++] = &ffi_type_uint64;
	}
	list->nr_fields = event->nr_fields;
	if (ffi_prep_cif(&list->cif, FFI_DEFAULT_ABI, nr_types, &ffi_type_void, list->types)) {
		ust_memory_free(list);
		return -ENOTSUP;
	}
	list->nr = nr;
	memcpy(list->fns, fns, nr * sizeof(*fns));
	list->list.call = call_all;
	*ret_list = &list->list;
	return 0;
}

void ust_probe_list_destroy(struct ust_probe_list *list)
{
	ust_memory_free(list);
}

int ust_probe_inside(void)
{
	return ust_stay_thread.in_probe;
}
