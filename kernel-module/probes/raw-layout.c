// SPDX-License-Identifier: GPL-2.0-only
#include "raw-layout.h"

#include <linux/slab.h>
#include <linux/string.h>

#include "../compat/event-fields.h"
#include "generated.h"

/* What a field's type says, as text: "int", "char[16]", "__data_loc char[]". */
struct parsed {
	u32 word;
	bool dynamic, relative, string;
	u32 element; /* bytes of one */
};

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static u32 integer_word(u32 size, bool is_signed, u32 flags, u32 count)
{
	u32 type = size == 1   ? UST_TYPE_U8
		   : size == 2 ? UST_TYPE_U16
		   : size == 4 ? UST_TYPE_U32
			       : UST_TYPE_U64;

	if (is_signed)
		type -= UST_TYPE_U8 - UST_TYPE_S8;
	return UST_FIELD_WORD_FULL(type, flags & UST_FIELD_SEQ ? UST_LENGTH_U16 : 0, flags, count);
}

/* The size of an element of "type[]", of which the kernel tells only the name. */
static u32 size_of_type(const char *type, size_t len)
{
	static const struct {
		const char *name;
		u32 size;
	} known[] = {
		{"char", 1},
		{"unsigned char", 1},
		{"u8", 1},
		{"s8", 1},
		{"__u8", 1},
		{"uint8_t", 1},
		{"bool", 1},
		{"u16", 2},
		{"s16", 2},
		{"__u16", 2},
		{"__be16", 2},
		{"__le16", 2},
		{"short", 2},
		{"unsigned short", 2},
		{"int", 4},
		{"unsigned int", 4},
		{"u32", 4},
		{"s32", 4},
		{"__u32", 4},
		{"__be32", 4},
		{"__le32", 4},
		{"uint32_t", 4},
		{"u64", 8},
		{"s64", 8},
		{"__u64", 8},
		{"long", 8},
		{"unsigned long", 8},
		{"unsigned long long", 8},
		{"uint64_t", 8},
	};
	u32 i;

	while (len && type[len - 1] == ' ')
		len--;
	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (strlen(known[i].name) == len && !strncmp(known[i].name, type, len))
			return known[i].size;
	return 1;
}

static void parse(const struct trace_event_fields *field, struct parsed *ret)
{
	const char *type = field->type, *bracket;
	bool text;

	*ret = (struct parsed){};
	ret->relative = starts(type, "__rel_loc ");
	ret->dynamic = ret->relative || starts(type, "__data_loc ");
	if (ret->dynamic)
		type = strchr(type, ' ') + 1;
	bracket = strchr(type, '[');
	text = starts(type, "char[") || starts(type, "char [");

	if (ret->dynamic) {
		ret->string = text;
		ret->element = size_of_type(type, bracket ? bracket - type : strlen(type));
		ret->word = text ? UST_FIELD_WORD(UST_TYPE_STRING, 0, 0)
				 : integer_word(ret->element, field->is_signed,
						UST_FIELD_SEQ | UST_FIELD_HEX, 0);
	} else if (bracket || starts(type, "struct ") || starts(type, "union ")) {
		u32 element = bracket ? size_of_type(type, bracket - type) : 1;

		if (field->size % element)
			element = 1;
		ret->word = integer_word(element, text || (bracket && field->is_signed),
					 UST_FIELD_ARRAY | (text ? UST_FIELD_TEXT : 0) |
						 (bracket ? 0 : UST_FIELD_HEX),
					 field->size / element);
	} else if (strchr(type, '*')) {
		ret->word = UST_FIELD_WORD(UST_TYPE_POINTER, 0, 0);
	} else if (!strcmp(type, "bool")) {
		ret->word = UST_FIELD_WORD(UST_TYPE_BOOL, 0, 0);
	} else if (field->size == 1 || field->size == 2 || field->size == 4 || field->size == 8) {
		ret->word = integer_word(field->size, field->is_signed, 0, 0);
	} else {
		ret->word = integer_word(1, false, UST_FIELD_ARRAY | UST_FIELD_HEX, field->size);
	}
}

static int make_room(const struct trace_event_fields *fields, struct ust_kraw_layout *layout)
{
	u32 nr = 0;

	while (fields[nr].type)
		nr++;
	if (nr > UST_MAX_FIELDS)
		return -ENODATA;
	layout->fields = kcalloc(nr + 1, sizeof(*layout->fields), GFP_KERNEL);
	layout->runs = kcalloc(nr + 1, sizeof(*layout->runs), GFP_KERNEL);
	layout->dynamic = kcalloc(nr + 1, sizeof(*layout->dynamic), GFP_KERNEL);
	return layout->fields && layout->runs && layout->dynamic ? 0 : -ENOMEM;
}

static void add_run(struct ust_kraw_layout *layout, u32 offset, u32 size)
{
	struct ust_kraw_run *last = layout->nr_runs ? &layout->runs[layout->nr_runs - 1] : NULL;

	layout->fixed_size += size;
	if (last && last->offset + last->size == offset)
		last->size += size;
	else
		layout->runs[layout->nr_runs++] = (struct ust_kraw_run){offset, size};
}

/* Fixed fields when dynamic is false, then the others: the order of the packed record. */
static void add_fields(const struct trace_event_fields *field, struct ust_kraw_layout *layout,
		       bool dynamic)
{
	u32 offset = sizeof(struct trace_entry);
	struct parsed parsed;

	for (; field->type; field++) {
		offset = ALIGN(offset, field->align ?: 1);
		parse(field, &parsed);
		if (parsed.dynamic == dynamic) {
			struct ust_kfield *made = &layout->fields[layout->nr_fields++];

			made->name = field->name;
			made->word = parsed.word;
			if (dynamic)
				layout->dynamic[layout->nr_dynamic++] = (struct ust_kraw_dynamic){
					.offset = offset,
					.relative = parsed.relative,
					.string = parsed.string,
					.element = parsed.element,
				};
			else
				add_run(layout, offset, field->size);
		}
		offset += field->size;
	}
	layout->need = offset;
}

int ust_kraw_layout(const struct trace_event_call *call, struct ust_kraw_layout *ret_layout)
{
	const struct trace_event_fields *fields = ust_event_fields(call);
	struct ust_kraw_layout layout = {};
	int ret;

	if (!fields)
		return -ENODATA;
	ret = make_room(fields, &layout);
	if (ret) {
		ust_kraw_layout_free(&layout);
		return ret;
	}
	add_fields(fields, &layout, false);
	add_fields(fields, &layout, true);
	*ret_layout = layout;
	return 0;
}

void ust_kraw_layout_free(struct ust_kraw_layout *layout)
{
	kfree(layout->fields);
	kfree(layout->runs);
	kfree(layout->dynamic);
}

static __always_inline const u8 *place(const struct ust_kraw_dynamic *dynamic, const u8 *data,
				       u32 *ret_offset, u32 *ret_len)
{
	u32 word = get_unaligned((const u32 *)(data + dynamic->offset));

	*ret_offset = (word & 0xffff) + (dynamic->relative ? dynamic->offset + sizeof(u32) : 0);
	*ret_len = word >> 16;
	return data + *ret_offset;
}

notrace u32 ust_kraw_size(const struct ust_kraw_layout *layout, const void *data, u32 size)
{
	u32 total = layout->fixed_size, offset, len, i;

	if (size < layout->need)
		return 0;
	for (i = 0; i < layout->nr_dynamic; i++) {
		const struct ust_kraw_dynamic *dynamic = &layout->dynamic[i];
		const u8 *from = place(dynamic, data, &offset, &len);

		if (offset + len > size)
			return 0;
		total += dynamic->string ? strnlen(from, len) + 1
					 : sizeof(u16) + len / dynamic->element * dynamic->element;
	}
	return total;
}

notrace void ust_kraw_write(const struct ust_kraw_layout *layout, const void *data, u8 *out)
{
	u32 offset, len, i;

	for (i = 0; i < layout->nr_runs; i++) {
		memcpy(out, data + layout->runs[i].offset, layout->runs[i].size);
		out += layout->runs[i].size;
	}
	for (i = 0; i < layout->nr_dynamic; i++) {
		const struct ust_kraw_dynamic *dynamic = &layout->dynamic[i];
		const u8 *from = place(dynamic, data, &offset, &len);

		if (dynamic->string) {
			len = strnlen(from, len);
			memcpy(out, from, len);
			out[len] = '\0';
			out += len + 1;
		} else {
			put_unaligned((u16)(len / dynamic->element), (u16 *)out);
			len -= len % dynamic->element;
			memcpy(out + sizeof(u16), from, len);
			out += sizeof(u16) + len;
		}
	}
}
