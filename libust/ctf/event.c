/* SPDX-License-Identifier: LGPL-2.1-only */
/* Event blocks of the metadata: one type for each field word. */
#include "metadata.h"
#include "text.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct int_type {
	uint8_t bits; /* 0: not an integer */
	bool is_signed, hex;
};

static const struct int_type int_types[UST_TYPE_NR] = {
	[UST_TYPE_S8] = {8, true, false},       [UST_TYPE_S16] = {16, true, false},
	[UST_TYPE_S32] = {32, true, false},     [UST_TYPE_S64] = {64, true, false},
	[UST_TYPE_U8] = {8, false, false},      [UST_TYPE_U16] = {16, false, false},
	[UST_TYPE_U32] = {32, false, false},    [UST_TYPE_U64] = {64, false, false},
	[UST_TYPE_POINTER] = {64, false, true}, [UST_TYPE_BOOL] = {8, false, false},
};

int ust_ctf_field_check(uint32_t word)
{
	uint32_t type = UST_FIELD_WORD_TYPE(word);
	uint32_t flags = UST_FIELD_WORD_FLAGS(word);
	bool many = flags & (UST_FIELD_ARRAY | UST_FIELD_SEQ);

	if (type == UST_TYPE_NONE || type >= UST_TYPE_NR)
		return -EINVAL;
	if ((flags & UST_FIELD_ARRAY) && (flags & UST_FIELD_SEQ))
		return -EINVAL;
	if (!(flags & UST_FIELD_ARRAY) && UST_FIELD_WORD_COUNT(word))
		return -EINVAL;
	/* Elements have a fixed size. */
	if (many && type == UST_TYPE_STRING)
		return -EINVAL;
	if ((flags & UST_FIELD_ENUM) && (type < UST_TYPE_S8 || type > UST_TYPE_U64))
		return -EINVAL;
	if ((flags & UST_FIELD_TEXT) &&
	    (!many || (flags & UST_FIELD_ENUM) || (type != UST_TYPE_S8 && type != UST_TYPE_U8)))
		return -EINVAL;
	if (word >> 31)
		return -EINVAL;
	return 0;
}

/* Names that the fields of one event have been given. */
struct names {
	char name[2 * UST_MAX_FIELDS][UST_CTF_NAME_MAX];
	unsigned int nr;
};

static const char *bare(const char *name)
{
	while (*name == '_')
		name++;
	return name;
}

/* Readers drop a '_' in front before they compare, some of them twice: it makes no difference. */
static bool names_has(const struct names *names, const char *name)
{
	unsigned int i;

	for (i = 0; i < names->nr; i++)
		if (strcmp(bare(names->name[i]), bare(name)) == 0)
			return true;
	return false;
}

/* Appends a number, cutting the name where needed. */
static void name_number(char *name, unsigned int number)
{
	char digits[12];
	size_t at = sizeof(digits) - 1, len = strlen(name);

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	digits[--at] = '_';
	if (len > UST_CTF_NAME_MAX - sizeof(digits))
		len = UST_CTF_NAME_MAX - sizeof(digits);
	memcpy(name + len, digits + at, sizeof(digits) - at);
}

/* A struct with two fields of one name would make the whole trace unreadable. */
static const char *names_add(struct names *names, const struct ust_ctf_str *wish)
{
	char *name = names->name[names->nr];
	unsigned int number = names->nr;

	ust_ctf_identifier(wish, name);
	while (names_has(names, name))
		name_number(name, number++);
	names->nr++;
	return name;
}

static void put_byte_order(struct ust_ctf_text *text, uint32_t flags)
{
	if (flags & UST_FIELD_NETWORK)
		ust_ctf_put(text, " byte_order = be;");
}

static void put_integer(struct ust_ctf_text *text, const struct int_type *type, uint32_t flags)
{
	ust_ctf_put(text, "integer { size = ");
	ust_ctf_put_u64(text, type->bits);
	ust_ctf_put(text, "; align = 8; signed = ");
	ust_ctf_put(text, type->is_signed ? "true;" : "false;");
	if (type->hex || (flags & UST_FIELD_HEX))
		ust_ctf_put(text, " base = 16;");
	put_byte_order(text, flags);
	ust_ctf_put(text, " }");
}

/* Whether all of a label's values are values of the type. */
static bool range_fits(const struct ust_ctf_label *label, const struct int_type *type)
{
	uint64_t first = (uint64_t)label->value, last = first + label->span, max;

	max = UINT64_MAX >> (64 - type->bits + (type->is_signed ? 1 : 0));
	if (type->is_signed) {
		/* As unsigned numbers in the same order. */
		first += UINT64_C(1) << 63;
		last += UINT64_C(1) << 63;
		return last >= first && first >= (UINT64_C(1) << 63) - max - 1 &&
		       last <= (UINT64_C(1) << 63) + max;
	}
	return last >= first && last <= max;
}

/* A label is written once, and only where its values can be: a reader refuses the rest. */
static bool label_fits(const struct ust_ctf_field *field, uint32_t index,
		       const struct int_type *type)
{
	const struct ust_ctf_label *label = &field->labels[index];
	uint32_t i;

	if (!range_fits(label, type))
		return false;
	for (i = 0; i < index; i++)
		if (field->labels[i].label.len == label->label.len &&
		    memcmp(field->labels[i].label.s, label->label.s, label->label.len) == 0)
			return false;
	return true;
}

static void put_value(struct ust_ctf_text *text, const struct int_type *type, uint64_t value)
{
	if (type->is_signed)
		ust_ctf_put_s64(text, (int64_t)value);
	else
		ust_ctf_put_u64(text, value);
}

static void put_label(struct ust_ctf_text *text, const struct ust_ctf_label *label,
		      const struct int_type *type)
{
	ust_ctf_put_string(text, label->label.s, label->label.len);
	ust_ctf_put(text, " = ");
	put_value(text, type, (uint64_t)label->value);
	if (label->span) {
		ust_ctf_put(text, " ... ");
		put_value(text, type, (uint64_t)label->value + label->span);
	}
}

static void put_enum(struct ust_ctf_text *text, const struct ust_ctf_field *field,
		     const struct int_type *type, uint32_t flags)
{
	bool first = true;
	uint32_t i;

	for (i = 0; i < field->nr_labels && field->nr_labels <= UST_CTF_LABELS_MAX; i++) {
		if (!label_fits(field, i, type))
			continue;
		if (first) {
			ust_ctf_put(text, "enum : ");
			put_integer(text, type, flags);
			ust_ctf_put(text, " { ");
		} else {
			ust_ctf_put(text, ", ");
		}
		first = false;
		put_label(text, &field->labels[i], type);
	}
	if (first)
		put_integer(text, type, flags);
	else
		ust_ctf_put(text, " }");
}

static void put_type(struct ust_ctf_text *text, const struct ust_ctf_field *field)
{
	uint32_t type = UST_FIELD_WORD_TYPE(field->word);
	uint32_t flags = UST_FIELD_WORD_FLAGS(field->word);

	if (flags & UST_FIELD_TEXT) {
		ust_ctf_put(text, "text_t");
		return;
	}
	if (flags & UST_FIELD_ENUM) {
		put_enum(text, field, &int_types[type], flags);
		return;
	}
	switch (type) {
	case UST_TYPE_FLOAT:
		ust_ctf_put(text, "floating_point { exp_dig = 8; mant_dig = 24; align = 8;");
		put_byte_order(text, flags);
		ust_ctf_put(text, " }");
		break;
	case UST_TYPE_DOUBLE:
		ust_ctf_put(text, "floating_point { exp_dig = 11; mant_dig = 53; align = 8;");
		put_byte_order(text, flags);
		ust_ctf_put(text, " }");
		break;
	case UST_TYPE_STRING:
		ust_ctf_put(text, "string");
		break;
	default:
		put_integer(text, &int_types[type], flags);
	}
}

/* The element count of a sequence has its own field in front, "_name_length". */
static const char *put_length(struct ust_ctf_text *text, const struct ust_ctf_field *field,
			      struct names *names)
{
	static const char *const types[] = {
		[UST_LENGTH_U32] = "\t\tuint32_t ",
		[UST_LENGTH_U8] = "\t\tuint8_t ",
		[UST_LENGTH_U16] = "\t\tuint16_t ",
		[UST_LENGTH_U64] = "\t\tuint64_t ",
	};
	char wish[UST_CTF_NAME_MAX];
	struct ust_ctf_str str = {.s = wish};
	const char *length;
	uint32_t len = field->name.len;

	if (len > UST_CTF_NAME_MAX - 16)
		len = UST_CTF_NAME_MAX - 16;
	wish[0] = '_';
	memcpy(wish + 1, field->name.s, len);
	memcpy(wish + 1 + len, "_length", 7);
	str.len = len + 8;
	length = names_add(names, &str);
	ust_ctf_put(text, types[UST_FIELD_WORD_LENGTH(field->word)]);
	ust_ctf_put(text, length);
	ust_ctf_put(text, ";\n");
	return length;
}

static void put_field(struct ust_ctf_text *text, const struct ust_ctf_field *field,
		      const char *name, struct names *names)
{
	uint32_t flags = UST_FIELD_WORD_FLAGS(field->word);
	const char *length = NULL;

	if (flags & UST_FIELD_SEQ)
		length = put_length(text, field, names);
	ust_ctf_put(text, "\t\t");
	put_type(text, field);
	ust_ctf_put(text, " ");
	ust_ctf_put(text, name);
	if (length) {
		ust_ctf_put(text, "[");
		ust_ctf_put(text, length);
		ust_ctf_put(text, "]");
	} else if (flags & UST_FIELD_ARRAY) {
		ust_ctf_put(text, "[");
		ust_ctf_put_u64(text, UST_FIELD_WORD_COUNT(field->word));
		ust_ctf_put(text, "]");
	}
	ust_ctf_put(text, ";\n");
}

/* A comment: what it says can neither end it nor begin another one. */
static void put_comment(struct ust_ctf_text *text, const char *what, const struct ust_ctf_str *str)
{
	uint32_t start = 0, i;

	ust_ctf_put(text, "/* ");
	ust_ctf_put(text, what);
	ust_ctf_put(text, ": ");
	for (i = 0; i < str->len; i++) {
		if (str->s[i] != '*' || i + 1 == str->len || str->s[i + 1] != '/')
			continue;
		ust_ctf_put_escaped(text, str->s + start, i + 1 - start);
		ust_ctf_put(text, " ");
		start = i + 1;
	}
	ust_ctf_put_escaped(text, str->s + start, str->len - start);
	ust_ctf_put(text, " */\n");
}

/* CTF 1.8 has no place for units and help: they are comments in front of what they explain. */
static void put_explanations(struct ust_ctf_text *text, const struct ust_ctf_event *event,
			     uint32_t field)
{
	uint32_t i;

	for (i = 0; i < event->nr_attrs; i++) {
		const struct ust_ctf_attr *attr = &event->attrs[i];

		if (attr->field != field ||
		    (attr->kind != UST_ATTR_UNIT && attr->kind != UST_ATTR_HELP))
			continue;
		ust_ctf_put(text, field == UST_ATTR_EVENT ? "\t" : "\t\t");
		put_comment(text, attr->kind == UST_ATTR_UNIT ? "unit" : "help", &attr->text);
	}
}

static void put_uri(struct ust_ctf_text *text, const struct ust_ctf_event *event)
{
	uint32_t i;

	for (i = 0; i < event->nr_attrs; i++) {
		if (event->attrs[i].kind != UST_ATTR_URI)
			continue;
		ust_ctf_put(text, "\tmodel.emf.uri = ");
		ust_ctf_put_string(text, event->attrs[i].text.s, event->attrs[i].text.len);
		ust_ctf_put(text, ";\n");
		return;
	}
}

void ust_ctf_metadata_event(struct ust_ctf_text *text, const struct ust_ctf_event *event)
{
	uint32_t nr = event->nr_fields < UST_MAX_FIELDS ? event->nr_fields : UST_MAX_FIELDS, i;
	struct names names;

	names.nr = 0;
	ust_ctf_put(text, "event {\n");
	put_explanations(text, event, UST_ATTR_EVENT);
	ust_ctf_put(text, "\tname = ");
	ust_ctf_put(text, "\"");
	ust_ctf_put_escaped(text, event->provider.s, event->provider.len);
	ust_ctf_put(text, ":");
	ust_ctf_put_escaped(text, event->name.s, event->name.len);
	ust_ctf_put(text, "\";\n\tid = ");
	ust_ctf_put_u64(text, event->id);
	ust_ctf_put(text, ";\n\tstream_id = 0;\n");
	/* Readers know syslog's 0 to 7 and tracing's 8 to 14. */
	if (event->loglevel <= UST_LOGLEVEL_MAX) {
		ust_ctf_put(text, "\tloglevel = ");
		ust_ctf_put_u64(text, event->loglevel);
		ust_ctf_put(text, ";\n");
	}
	put_uri(text, event);
	ust_ctf_put(text, "\tfields := struct {\n");
	/* The program's own names come first: they are not to suffer from ours. */
	for (i = 0; i < nr; i++)
		names_add(&names, &event->fields[i].name);
	for (i = 0; i < nr; i++) {
		put_explanations(text, event, i);
		put_field(text, &event->fields[i], names.name[i], &names);
	}
	ust_ctf_put(text, "\t};\n};\n\n");
}
