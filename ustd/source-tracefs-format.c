/* SPDX-License-Identifier: GPL-2.0-only */
#include "source-tracefs-format.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <traceevent/event-parse.h>
#include <ust/abi/site.h>

#define LABELS_BYTES 16384 /* of one event; more are left out */

/* One field, with what it becomes. */
struct field {
	const struct tep_format_field *from;
	struct ustd_copy copy;
	uint32_t word;
	const struct tep_print_flag_sym *labels;
	uint32_t nr_labels;
};

/* The type without what the kernel's macros put around it: "__data_loc const char[]" is "char". */
static void base_type(const char *type, char *buf, size_t size)
{
	static const char *const prefixes[] = {"__data_loc ", "__rel_loc ", "const "};
	unsigned int i;
	size_t len;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(type, prefixes[i], strlen(prefixes[i])) == 0)
			type += strlen(prefixes[i]);
	len = strcspn(type, "[");
	while (len && type[len - 1] == ' ')
		len--;
	if (len >= size)
		len = size - 1;
	memcpy(buf, type, len);
	buf[len] = '\0';
}

static uint32_t int_type(unsigned int size, bool is_signed)
{
	switch (size) {
	case 1:
		return is_signed ? UST_TYPE_S8 : UST_TYPE_U8;
	case 2:
		return is_signed ? UST_TYPE_S16 : UST_TYPE_U16;
	case 4:
		return is_signed ? UST_TYPE_S32 : UST_TYPE_U32;
	case 8:
		return is_signed ? UST_TYPE_S64 : UST_TYPE_U64;
	default:
		return UST_TYPE_NONE;
	}
}

/*
 * Arguments of system calls are recorded as whole registers, unsigned. What the call itself sees is
 * as much of one as its declaration says.
 */
static bool argument_type(const char *base, unsigned int *size, bool *is_signed)
{
	static const struct {
		const char *name;
		uint8_t size, is_signed;
	} types[] = {
		{"int", 4, 1},
		{"unsigned int", 4, 0},
		{"unsigned", 4, 0},
		{"long", 8, 1},
		{"pid_t", 4, 1},
		{"uid_t", 4, 0},
		{"gid_t", 4, 0},
		{"qid_t", 4, 0},
		{"umode_t", 2, 0},
		{"clockid_t", 4, 1},
		{"timer_t", 4, 1},
		{"key_t", 4, 1},
		{"key_serial_t", 4, 1},
		{"mqd_t", 4, 1},
		{"rwf_t", 4, 1},
		{"off_t", 8, 1},
		{"loff_t", 8, 1},
		{"ssize_t", 8, 1},
		{"u32", 4, 0},
		{"__u32", 4, 0},
		{"uint32_t", 4, 0},
		{"s32", 4, 1},
		{"__s32", 4, 1},
		{"int32_t", 4, 1},
		{"enum landlock_rule_type", 4, 0},
	};
	unsigned int i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(base, types[i].name) == 0) {
			*size = types[i].size;
			*is_signed = types[i].is_signed;
			return true;
		}
	}
	return false;
}

/* Elements of arrays; what has no size of a number is bytes. */
static uint32_t element(const struct tep_format_field *from, const char *base, unsigned int *size)
{
	bool is_signed = from->flags & TEP_FIELD_IS_SIGNED;

	*size = from->elementsize;
	if (strcmp(base, "cpumask_t") == 0 || strcmp(base, "unsigned long") == 0 ||
	    strcmp(base, "long") == 0)
		*size = sizeof(long);
	if (int_type(*size, is_signed) == UST_TYPE_NONE)
		*size = 1;
	return int_type(*size, *size == 1 ? false : is_signed);
}

static void dynamic_field(struct field *field, const char *base)
{
	const struct tep_format_field *from = field->from;
	unsigned int size;

	field->copy.relative = (from->flags & TEP_FIELD_IS_RELATIVE) != 0;
	if (strcmp(base, "char") == 0) {
		field->word = UST_FIELD_WORD(UST_TYPE_STRING, 0, 0);
		field->copy.kind = USTD_COPY_STRING;
		return;
	}
	field->word = UST_FIELD_WORD(element(from, base, &size), UST_FIELD_SEQ, 0);
	field->copy.kind = USTD_COPY_SEQ;
	field->copy.size = (uint16_t)size;
}

static void array_field(struct field *field, const char *base)
{
	const struct tep_format_field *from = field->from;
	unsigned int size, nr;
	uint32_t type;

	if (strcmp(base, "char") == 0) {
		field->word = UST_FIELD_WORD(UST_TYPE_STRING, 0, 0);
		field->copy.kind = USTD_COPY_CHARS;
		return;
	}
	type = element(from, base, &size);
	nr = (unsigned int)from->size / size;
	if (nr * size != (unsigned int)from->size) {
		type = UST_TYPE_U8;
		nr = (unsigned int)from->size;
	}
	field->word = UST_FIELD_WORD(type, UST_FIELD_ARRAY, nr);
}

static void scalar_field(struct field *field, const char *base, bool is_call)
{
	const struct tep_format_field *from = field->from;
	bool is_signed = from->flags & TEP_FIELD_IS_SIGNED;
	unsigned int size = (unsigned int)from->size;

	if ((from->flags & TEP_FIELD_IS_POINTER) && size == 8) {
		field->word = UST_FIELD_WORD(UST_TYPE_POINTER, 0, 0);
		return;
	}
	if (is_call && size == 8 && argument_type(base, &size, &is_signed)) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		field->copy.offset = (uint16_t)(field->copy.offset + 8 - size);
#endif
		field->copy.size = (uint16_t)size;
	}
	if (strcmp(base, "bool") == 0 && size == 1)
		field->word = UST_FIELD_WORD(UST_TYPE_BOOL, 0, 0);
	else if (int_type(size, is_signed) != UST_TYPE_NONE)
		field->word = UST_FIELD_WORD(int_type(size, is_signed), 0, 0);
	else
		field->word = UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_ARRAY, size);
}

/* Whether an argument of the print format is just the field of that name. */
static bool is_field(const struct tep_print_arg *arg, const char *name)
{
	while (arg && arg->type == TEP_PRINT_TYPE)
		arg = arg->typecast.item;
	return arg && arg->type == TEP_PRINT_FIELD && strcmp(arg->field.name, name) == 0;
}

static const struct tep_print_flag_sym *labels_of(const struct tep_event *event, const char *name)
{
	const struct tep_print_arg *arg;

	for (arg = event->print_fmt.args; arg; arg = arg->next) {
		if (arg->type == TEP_PRINT_SYMBOL && is_field(arg->symbol.field, name))
			return arg->symbol.symbols;
		if (arg->type == TEP_PRINT_FLAGS && is_field(arg->flags.field, name))
			return arg->flags.flags;
	}
	return NULL;
}

/* Turns a plain integer into an enumeration. */
static void find_labels(struct field *field, const struct tep_event *event, size_t *bytes)
{
	uint32_t type = UST_FIELD_WORD_TYPE(field->word);
	const struct tep_print_flag_sym *label, *labels;
	size_t len = 0;
	uint32_t nr = 0;

	if (UST_FIELD_WORD_FLAGS(field->word) || type < UST_TYPE_S8 || type > UST_TYPE_U64)
		return;
	labels = labels_of(event, field->from->name);
	for (label = labels; label; label = label->next) {
		len += strlen(label->str) + 24;
		nr++;
	}
	if (!nr || *bytes + len > LABELS_BYTES)
		return;
	field->word = UST_FIELD_WORD(type, UST_FIELD_ENUM, 0);
	*bytes += len;
	field->labels = labels;
	field->nr_labels = nr;
}

static void translate(struct field *field, const struct tep_format_field *from, bool is_call)
{
	char base[64];

	memset(field, 0, sizeof(*field));
	field->from = from;
	field->copy.kind = USTD_COPY_BYTES;
	field->copy.offset = (uint16_t)from->offset;
	field->copy.size = (uint16_t)from->size;
	base_type(from->type, base, sizeof(base));
	if (from->flags & TEP_FIELD_IS_DYNAMIC)
		dynamic_field(field, base);
	else if (from->flags & TEP_FIELD_IS_ARRAY)
		array_field(field, base);
	else
		scalar_field(field, base, is_call);
}

static void put_field(struct ust_wire_out *out, const struct field *field)
{
	struct ust_wire_field to = {
		.name = {field->from->name, (uint32_t)strlen(field->from->name)},
		.word = field->word,
		.nr_labels = field->nr_labels,
	};
	const struct tep_print_flag_sym *sym;

	ust_wire_put_field(out, &to);
	for (sym = field->labels; sym; sym = sym->next) {
		struct ust_wire_label label = {
			.label = {sym->str, (uint32_t)strlen(sym->str)},
			.value = (int64_t)strtoull(sym->value, NULL, 0),
		};

		if (sym->value[0] == '-')
			label.value = strtoll(sym->value, NULL, 0);
		ust_wire_put_label(out, &label);
	}
}

static void put_definition(struct ust_wire_out *out, const struct tep_event *event,
			   const struct field *fields, uint32_t nr)
{
	static const char coverage[] = "tracefs";
	struct ust_wire_event to = {
		.provider = {event->system, (uint32_t)strlen(event->system)},
		.name = {event->name, (uint32_t)strlen(event->name)},
		.file = {coverage, sizeof(coverage) - 1},
		.loglevel = UST_LOGLEVEL_DEFAULT,
		.nr_fields = nr,
	};
	uint32_t i;

	ust_wire_put_event(out, &to);
	for (i = 0; i < nr; i++)
		put_field(out, &fields[i]);
	ust_wire_put_u32(out, 0);
}

static bool joins(const struct ustd_copy *last, const struct ustd_copy *next)
{
	return last->kind == USTD_COPY_BYTES && next->kind == USTD_COPY_BYTES &&
	       last->offset + last->size == next->offset && last->size + next->size <= UINT16_MAX;
}

/* What lies side by side in the record is one copy. */
static struct ustd_copies *make_copies(const struct tep_event *event, const struct field *fields,
				       uint32_t nr)
{
	struct ustd_copies *copies = calloc(1, sizeof(*copies) + nr * sizeof(copies->copy[0]));
	uint32_t i;

	if (!copies)
		return NULL;
	copies->type = (uint32_t)event->id;
	copies->need = USTD_TRACEFS_COMMON;
	for (i = 0; i < nr; i++) {
		const struct ustd_copy *copy = &fields[i].copy;
		bool placed = copy->kind == USTD_COPY_STRING || copy->kind == USTD_COPY_SEQ;
		uint32_t end = copy->offset + (placed ? 4u : copy->size);

		if (end > copies->need)
			copies->need = end;
		copies->fixed += placed ? 5u : copy->size + 1u;
		if (copies->nr && joins(&copies->copy[copies->nr - 1], copy))
			copies->copy[copies->nr - 1].size =
				(uint16_t)(copies->copy[copies->nr - 1].size + copy->size);
		else
			copies->copy[copies->nr++] = *copy;
	}
	return copies;
}

static int take_event(const struct tep_event *event, const char *system, struct ust_wire_out *out,
		      struct ustd_copies **ret_copies)
{
	static struct field fields[UST_MAX_FIELDS];
	bool is_call = strcmp(system, "syscalls") == 0;
	const struct tep_format_field *from;
	size_t bytes = 0;
	uint32_t nr = 0;

	for (from = event->format.fields; from && nr < UST_MAX_FIELDS; from = from->next) {
		if (from->offset < 0 || from->size < 0 || from->offset + from->size > UINT16_MAX)
			return -EINVAL;
		/* Zero bytes carry nothing. */
		if (!from->size)
			continue;
		translate(&fields[nr], from, is_call);
		find_labels(&fields[nr], event, &bytes);
		nr++;
	}
	put_definition(out, event, fields, nr);
	if (!ret_copies)
		return 0;
	*ret_copies = make_copies(event, fields, nr);
	return *ret_copies ? 0 : -ENOMEM;
}

int ustd_tracefs_format(const char *system, const char *text, size_t len, struct ust_wire_out *out,
			struct ustd_copies **ret_copies)
{
	struct tep_handle *tep = tep_alloc();
	struct tep_event *event;
	int err = -EINVAL;

	if (!tep)
		return -ENOMEM;
	/* It would complain of print formats that it cannot parse, on standard error. */
	tep_set_loglevel(TEP_LOG_NONE);
	tep_set_long_size(tep, sizeof(long));
	tep_parse_event(tep, text, len, system);
	event = tep_get_first_event(tep);
	if (event)
		err = take_event(event, system, out, ret_copies);
	tep_free(tep);
	return err;
}
