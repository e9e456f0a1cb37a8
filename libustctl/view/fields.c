// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <string.h>

#include "fields.h"

#define IS(type, name) bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_##name)

static void put_value(struct ust_out *out, const bt_field *field, int json);

/* Enumerations: the labels that hold the value, with '|' between them. Result: their number. */
static uint64_t put_labels(struct ust_out *out, const bt_field *field, int is_signed, int json)
{
	bt_field_class_enumeration_mapping_label_array labels;
	uint64_t i, nr = 0;
	char text[256];
	size_t len = 0;

	if (is_signed)
		bt_field_enumeration_signed_get_mapping_labels(field, &labels, &nr);
	else
		bt_field_enumeration_unsigned_get_mapping_labels(field, &labels, &nr);
	if (nr == 1 && json) {
		ust_out_json(out, labels[0], strlen(labels[0]));
		return nr;
	}
	for (i = 0; i < nr; i++) {
		size_t part = strlen(labels[i]);

		if (len + part + 1 > sizeof(text))
			break;
		if (i)
			text[len++] = '|';
		memcpy(text + len, labels[i], part);
		len += part;
	}
	if (nr && json)
		ust_out_json(out, text, len);
	else
		ust_out_bytes(out, text, len);
	return nr;
}

static void put_unsigned(struct ust_out *out, const bt_field *field, int json)
{
	const bt_field_class *class = bt_field_borrow_class_const(field);
	uint64_t value = bt_field_integer_unsigned_get_value(field);

	if (!json && bt_field_class_integer_get_preferred_display_base(class) ==
			     BT_FIELD_CLASS_INTEGER_PREFERRED_DISPLAY_BASE_HEXADECIMAL)
		ust_out_hex(out, value);
	else
		ust_out_u64(out, value);
}

/* A negative number in base 16 is shown in as many bits as the field has. */
static void put_signed(struct ust_out *out, const bt_field *field, int json)
{
	const bt_field_class *class = bt_field_borrow_class_const(field);
	int64_t value = bt_field_integer_signed_get_value(field);
	uint64_t bits = bt_field_class_integer_get_field_value_range(class);

	if (!json && bt_field_class_integer_get_preferred_display_base(class) ==
			     BT_FIELD_CLASS_INTEGER_PREFERRED_DISPLAY_BASE_HEXADECIMAL)
		ust_out_hex(out, bits < 64 ? value & ((UINT64_C(1) << bits) - 1) : (uint64_t)value);
	else
		ust_out_s64(out, value);
}

static void put_enumeration(struct ust_out *out, const bt_field *field, int is_signed, int json)
{
	uint64_t nr = put_labels(out, field, is_signed, json);

	if (nr && json)
		return;
	if (nr)
		ust_out_text(out, " (");
	if (is_signed)
		put_signed(out, field, json);
	else
		put_unsigned(out, field, json);
	if (nr)
		ust_out_char(out, ')');
}

/* JSON has no infinity and no NaN: those become strings. */
static void put_real(struct ust_out *out, double value, int single, int json)
{
	int quote = json && !isfinite(value);

	if (quote)
		ust_out_char(out, '"');
	ust_out_real(out, value, single);
	if (quote)
		ust_out_char(out, '"');
}

static void put_array(struct ust_out *out, const bt_field *field, int json)
{
	uint64_t i, nr = bt_field_array_get_length(field);

	ust_out_text(out, json ? "[" : "[ ");
	for (i = 0; i < nr; i++) {
		if (i)
			ust_out_text(out, json ? "," : ", ");
		put_value(out, bt_field_array_borrow_element_field_by_index_const(field, i), json);
	}
	ust_out_text(out, json || !nr ? "]" : " ]");
}

/* The count of a sequence is a member of its own in front of it, "_name_length": noise. */
static int is_length(const bt_field_class *class, uint64_t index, const char *name)
{
	const char *next;
	size_t len;

	if (name[0] != '_' || index + 1 >= bt_field_class_structure_get_member_count(class))
		return 0;
	next = bt_field_class_structure_member_get_name(
		bt_field_class_structure_borrow_member_by_index_const(class, index + 1));
	len = strlen(next);
	return strncmp(name + 1, next, len) == 0 && strcmp(name + 1 + len, "_length") == 0;
}

static void put_members(struct ust_out *out, const bt_field *structure,
			const struct ust_class *skip, int json)
{
	const bt_field_class *class = bt_field_borrow_class_const(structure);
	uint64_t i, nr = bt_field_class_structure_get_member_count(class);
	int first = 1;

	ust_out_text(out, json ? "{" : "{ ");
	for (i = 0; i < nr; i++) {
		const char *name = bt_field_class_structure_member_get_name(
			bt_field_class_structure_borrow_member_by_index_const(class, i));

		if ((skip &&
		     ((int)i == skip->tid || (int)i == skip->pid || (int)i == skip->comm)) ||
		    is_length(class, i, name))
			continue;
		if (!first)
			ust_out_text(out, json ? "," : ", ");
		first = 0;
		if (json)
			ust_out_json(out, name, strlen(name));
		else
			ust_out_text(out, name);
		ust_out_text(out, json ? ":" : " = ");
		put_value(out, bt_field_structure_borrow_member_field_by_index_const(structure, i),
			  json);
	}
	ust_out_text(out, json || first ? "}" : " }");
}

static void put_string(struct ust_out *out, const bt_field *field, int json)
{
	const char *s = bt_field_string_get_value(field);
	/* Of an empty string libbabeltrace2 tells the length, but may still hold the one before. */
	size_t len = bt_field_string_get_length(field);

	if (json)
		ust_out_json(out, s, len);
	else
		ust_out_quoted(out, s, len);
}

/* What no trace of ours has: an option without content, a variant. */
static void put_other(struct ust_out *out, const bt_field *field, bt_field_class_type type,
		      int json)
{
	const bt_field *inner = NULL;

	if (IS(type, VARIANT))
		inner = bt_field_variant_borrow_selected_option_field_const(field);
	else if (IS(type, OPTION))
		inner = bt_field_option_borrow_field_const(field);
	if (inner)
		put_value(out, inner, json);
	else
		ust_out_text(out, json ? "null" : "none");
}

static void put_value(struct ust_out *out, const bt_field *field, int json)
{
	bt_field_class_type type = bt_field_get_class_type(field);

	if (type == BT_FIELD_CLASS_TYPE_SIGNED_INTEGER)
		put_signed(out, field, json);
	else if (type == BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER)
		put_unsigned(out, field, json);
	else if (type == BT_FIELD_CLASS_TYPE_STRING)
		put_string(out, field, json);
	else if (type == BT_FIELD_CLASS_TYPE_SIGNED_ENUMERATION)
		put_enumeration(out, field, 1, json);
	else if (type == BT_FIELD_CLASS_TYPE_UNSIGNED_ENUMERATION)
		put_enumeration(out, field, 0, json);
	else if (type == BT_FIELD_CLASS_TYPE_DOUBLE_PRECISION_REAL)
		put_real(out, bt_field_real_double_precision_get_value(field), 0, json);
	else if (type == BT_FIELD_CLASS_TYPE_SINGLE_PRECISION_REAL)
		put_real(out, bt_field_real_single_precision_get_value(field), 1, json);
	else if (IS(type, ARRAY))
		put_array(out, field, json);
	else if (IS(type, STRUCTURE))
		put_members(out, field, NULL, json);
	else if (IS(type, BOOL))
		ust_out_text(out, bt_field_bool_get_value(field) ? "true" : "false");
	else if (IS(type, BIT_ARRAY))
		ust_out_u64(out, bt_field_bit_array_get_value_as_integer(field));
	else
		put_other(out, field, type, json);
}

void ust_fields_text(struct ust_out *out, const bt_field *structure)
{
	put_members(out, structure, NULL, 0);
}

void ust_fields_json(struct ust_out *out, const bt_field *structure)
{
	put_members(out, structure, NULL, 1);
}

void ust_fields_context_text(struct ust_out *out, const bt_field *structure,
			     const struct ust_class *class)
{
	put_members(out, structure, class, 0);
}

void ust_fields_context_json(struct ust_out *out, const bt_field *structure,
			     const struct ust_class *class)
{
	put_members(out, structure, class, 1);
}
