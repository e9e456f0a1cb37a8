/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event definitions become TSDL text, whatever is in them: one "event { ... };" with balanced
 * braces, closed strings, one statement for each field, and nothing but printable ASCII or UTF-8.
 */
#include <stdlib.h>

#include "input.h"
#include "libust/ctf/metadata.h"

#define MAX_FIELDS 20
#define MAX_ATTRS 6
#define MAX_LABELS 8
#define TEXT_SIZE (1u << 20)

static void put_str(struct fuzz_input *in, struct ust_ctf_str *ret)
{
	uint32_t len = fuzz_u8(in);

	/* On the heap, so that a read behind the end is seen. */
	ret->len = len < in->len ? len : (uint32_t)in->len;
	ret->s = malloc(ret->len ? ret->len : 1);
	fuzz_bytes(in, (char *)ret->s, ret->len);
}

static void check(const char *p, size_t len)
{
	size_t i, ends = 0;
	int depth = 0, quoted = 0, comment = 0, top = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 32 && c != '\n' && c != '\t')
			abort();
		if (quoted) {
			if (c == '\n')
				abort();
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = 0;
			continue;
		}
		if (comment) {
			if (c == '\n')
				abort();
			comment = !(c == '*' && i + 1 < len && p[i + 1] == '/');
			continue;
		}
		if (c >= 127)
			abort();
		if (c == '/' && i + 1 < len && p[i + 1] == '*')
			comment = 1;
		if (c == '"')
			quoted = 1;
		else if (c == '{' && depth++ == 0)
			top++;
		else if (c == '}' && --depth < 0)
			abort();
		else if (c == ';' && !depth)
			ends = i + 1;
	}
	while (ends < len && p[ends] == '\n')
		ends++;
	if (depth || quoted || comment || top != 1 || ends != len)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {.p = data, .len = size};
	struct ust_ctf_field fields[MAX_FIELDS] = {0};
	struct ust_ctf_label labels[MAX_FIELDS][MAX_LABELS];
	struct ust_ctf_attr attrs[MAX_ATTRS];
	struct ust_ctf_event event = {.fields = fields, .attrs = attrs};
	static char buf[TEXT_SIZE];
	struct ust_ctf_text text;
	uint32_t i, j, nr;

	event.id = fuzz_u16(&in);
	event.loglevel = fuzz_u8(&in);
	put_str(&in, &event.provider);
	put_str(&in, &event.name);
	nr = fuzz_u8(&in) % (MAX_FIELDS + 1);
	for (i = 0; i < nr; i++) {
		struct ust_ctf_field *field = &fields[event.nr_fields];
		uint64_t word = fuzz_u64(&in);

		put_str(&in, &field->name);
		field->word = UST_FIELD_WORD_FULL(word % (UST_TYPE_NR + 1), word >> 14 & 3,
						  word >> 8 & 63, word >> 16 & 7);
		if (word >> 60 == 15)
			field->word = (uint32_t)word;
		field->nr_labels = (uint32_t)(word >> 24) % (MAX_LABELS + 1);
		field->labels = labels[event.nr_fields];
		for (j = 0; j < field->nr_labels; j++) {
			put_str(&in, &labels[event.nr_fields][j].label);
			labels[event.nr_fields][j].value = (int64_t)fuzz_u64(&in);
			labels[event.nr_fields][j].span = fuzz_u64(&in);
		}
		if (!ust_ctf_field_check(field->word)) {
			event.nr_fields++;
			continue;
		}
		free((char *)field->name.s);
		for (j = 0; j < field->nr_labels; j++)
			free((char *)labels[event.nr_fields][j].label.s);
	}
	event.nr_attrs = fuzz_u8(&in) % (MAX_ATTRS + 1);
	for (i = 0; i < event.nr_attrs; i++) {
		attrs[i].kind = fuzz_u8(&in) % 5;
		attrs[i].field = fuzz_u8(&in) % 8 ? i : UST_ATTR_EVENT;
		put_str(&in, &attrs[i].text);
	}
	ust_ctf_text_init(&text, buf, sizeof(buf));
	ust_ctf_metadata_event(&text, &event);
	if (!text.error)
		check(buf, text.len);
	/* Too small a buffer is told, and not overrun. */
	if (!text.error && text.len > 1) {
		char *small = malloc(text.len - 1);
		struct ust_ctf_text again;

		ust_ctf_text_init(&again, small, text.len - 1);
		ust_ctf_metadata_event(&again, &event);
		if (!again.error || again.len != text.len)
			abort();
		free(small);
	}
	for (i = 0; i < event.nr_fields; i++) {
		free((char *)fields[i].name.s);
		for (j = 0; j < fields[i].nr_labels; j++)
			free((char *)labels[i][j].label.s);
	}
	for (i = 0; i < event.nr_attrs; i++)
		free((char *)attrs[i].text.s);
	free((char *)event.provider.s);
	free((char *)event.name.s);
	return 0;
}
