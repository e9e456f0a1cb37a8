/* SPDX-License-Identifier: LGPL-2.1-only */
#include "record.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "../os/memory.h"
#include "attrs.h"
#include "format.h"

#define MAX_LABELS 4096
#define NAME_SIZE 128

static uintptr_t follow(const int32_t *offset)
{
	return (uintptr_t)offset + (uintptr_t)(intptr_t)*offset;
}

/* Whether nr NUL-terminated strings follow each other at @addr. */
static int names_fit(const struct ust_elf_object *object, uintptr_t addr, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		long len = ust_elf_string(object, addr);

		if (len < 0)
			return 0;
		addr += (uintptr_t)len + 1;
	}
	return 1;
}

static int text_fits(const struct ust_elf_object *object, const struct ust_site_rec *rec,
		     struct ust_record *ret_record)
{
	uintptr_t addr = follow(&rec->addr), target = follow(&rec->target);
	const ElfW(Phdr) * text;
	int32_t displacement;

	if (rec->method == UST_SITE_LOAD)
		return rec->kind != UST_SITE_DEFINITION;
	if (rec->method == UST_SITE_NONE) {
		ret_record->function = (const void *)addr;
		ret_record->words = (const uint32_t *)target;
		return rec->kind == UST_SITE_DEFINITION && ust_elf_segment(object, addr, 1, PF_X) &&
		       target % _Alignof(uint32_t) == 0 &&
		       ust_elf_segment(object, target, sizeof(uint32_t) * rec->nr_fields + 1, PF_R);
	}
	text = ust_elf_segment(object, addr, UST_SITE_INSN_SIZE, PF_X);
	if (rec->method != UST_SITE_PATCH || rec->kind == UST_SITE_DEFINITION || !text)
		return 0;
	ret_record->addr = (unsigned char *)addr;
	ret_record->prot = (uint8_t)(PROT_EXEC | (text->p_flags & PF_R ? PROT_READ : 0) |
				     (text->p_flags & PF_W ? PROT_WRITE : 0));
	/* Execute-only text cannot be looked at: the site stays off. */
	if (!(text->p_flags & PF_R))
		return 0;
	memcpy(&displacement, (const void *)(addr + 1), sizeof(displacement));
	return (*ret_record->addr == UST_SITE_OPCODE_OFF ||
		*ret_record->addr == UST_SITE_OPCODE_ON) &&
	       addr + UST_SITE_INSN_SIZE + (uintptr_t)(intptr_t)displacement == target;
}

long ust_record_read(const struct ust_elf_object *object, uintptr_t at, uintptr_t stop,
		     struct ust_record *ret_record)
{
	const struct ust_site_rec *rec = (const struct ust_site_rec *)at;
	uintptr_t state, provider, name, names, file;
	size_t words_size, head_size;

	memset(ret_record, 0, sizeof(*ret_record));
	if (at % _Alignof(struct ust_site_rec) || stop - at < sizeof(*rec))
		return -EINVAL;
	words_size = rec->kind == UST_SITE_DEFINITION ? 0 : sizeof(uint32_t) * rec->nr_fields;
	if (rec->size % 4 || rec->size < sizeof(*rec) || rec->size > stop - at ||
	    rec->size - sizeof(*rec) < words_size)
		return -EINVAL;
	state = follow(&rec->state);
	provider = follow(&rec->provider);
	name = follow(&rec->name);
	names = follow(&rec->names);
	file = follow(&rec->file);
	if (rec->nr_fields > UST_MAX_FIELDS || state % _Alignof(struct ust_site_state) ||
	    !ust_elf_segment(object, state,
			     rec->kind == UST_SITE_STICKY ? sizeof(struct ust_sticky_state)
							  : sizeof(struct ust_site_state),
			     PF_R | PF_W) ||
	    ust_elf_string(object, provider) < 1 || ust_elf_string(object, name) < 1 ||
	    ust_elf_string(object, file) < 0)
		return rec->size;
	ret_record->words = (const uint32_t *)(rec + 1);
	if (!names_fit(object, names, rec->kind == UST_SITE_MARKER ? 1 : rec->nr_fields) ||
	    !text_fits(object, rec, ret_record))
		return rec->size;
	ret_record->provider = (const char *)provider;
	ret_record->name = (const char *)name;
	ret_record->names = (const char *)names;
	ret_record->file = (const char *)file;
	ret_record->line = rec->line;
	ret_record->kind = rec->kind;
	ret_record->method = rec->method;
	ret_record->loglevel = ust_attr_loglevel(rec->loglevel);
	head_size = sizeof(*rec) + ((words_size + 7) & ~(size_t)7);
	if (rec->size > head_size) {
		ret_record->attrs = (const struct ust_attr_rec *)(at + head_size);
		ret_record->nr_attrs =
			(uint32_t)((rec->size - head_size) / sizeof(struct ust_attr_rec));
	}
	ret_record->nr_fields = rec->nr_fields;
	ret_record->state = (struct ust_site_state *)state;
	return rec->size;
}

static const char *copy(const char *s, size_t len)
{
	char *p = ust_memory_alloc(len + 1);

	if (p)
		memcpy(p, s, len);
	return p;
}

/* Where the enumerations are, 0 if there are none. */
static uintptr_t find_enums(const struct ust_elf_object *object, const struct ust_record *record,
			    int unrelocated)
{
	uint32_t i;

	if (record->kind != UST_SITE_DEFINITION)
		return ust_elf_pointer(object, (uintptr_t)&record->state->enums, unrelocated);
	for (i = 0; i < record->nr_attrs; i++)
		if (record->attrs[i].kind == UST_ATTR_ENUMS)
			return follow(&record->attrs[i].text);
	return 0;
}

/* Where the labels of the enumeration @index are, 0 if there are none. */
static uintptr_t find_labels(const struct ust_elf_object *object, const struct ust_record *record,
			     unsigned int index, int unrelocated)
{
	uintptr_t tables, table;

	if (record->labels)
		return (uintptr_t)record->labels[index];
	tables = find_enums(object, record, unrelocated);
	if (!tables)
		return 0;
	table = ust_elf_pointer(object, tables + index * sizeof(void *), unrelocated);
	if (!table)
		return 0;
	return ust_elf_pointer(object, table + offsetof(struct ust_enum_table, labels),
			       unrelocated);
}

/* The text of the label at @at, NULL behind the last one. */
static const char *label_text(const struct ust_elf_object *object, const struct ust_record *record,
			      uintptr_t at, int unrelocated)
{
	uintptr_t text;

	if (record->labels)
		return ((const struct ust_enum_label *)at)->label;
	text = ust_elf_pointer(object, at, unrelocated);
	return text && ust_elf_string(object, text) >= 0 ? (const char *)text : NULL;
}

/* Labels of the enumeration @index of the site; a table that makes no sense has none. */
static int read_labels(const struct ust_elf_object *object, const struct ust_record *record,
		       unsigned int index, int unrelocated, struct ust_field *field)
{
	uintptr_t labels = find_labels(object, record, index, unrelocated);
	struct ust_label *fresh;
	uint32_t nr = 0, i;

	while (labels && nr < MAX_LABELS &&
	       label_text(object, record, labels + nr * sizeof(struct ust_enum_label), unrelocated))
		nr++;
	if (!nr)
		return 0;
	fresh = ust_memory_alloc(nr * sizeof(*fresh));
	if (!fresh)
		return -ENOMEM;
	field->labels = fresh;
	for (i = 0; i < nr; i++) {
		uintptr_t at = labels + i * sizeof(struct ust_enum_label);
		const char *text = label_text(object, record, at, unrelocated);

		fresh[i].label = copy(text, strlen(text));
		if (!fresh[i].label)
			return -ENOMEM;
		memcpy(&fresh[i].value, (const void *)(at + offsetof(struct ust_enum_label, value)),
		       sizeof(fresh[i].value));
		memcpy(&fresh[i].span, (const void *)(at + offsetof(struct ust_enum_label, span)),
		       sizeof(fresh[i].span));
		if (fresh[i].value == UST_ENUM_AUTO_VALUE && fresh[i].span == UST_ENUM_AUTO_SPAN) {
			fresh[i].value =
				i ? (int64_t)((uint64_t)fresh[i - 1].value + fresh[i - 1].span + 1)
				  : 0;
			fresh[i].span = 0;
		}
		field->nr_labels++;
	}
	return 0;
}

static int is_enum(uint32_t word)
{
	return (UST_FIELD_WORD_FLAGS(word) & UST_FIELD_ENUM) != 0;
}

struct ust_field *ust_record_fields(const struct ust_elf_object *object,
				    const struct ust_record *record, int unrelocated, int *ret_err)
{
	unsigned int i, nr_enums = 0, nr = record->nr_fields;
	const char *names = record->names;
	struct ust_format format;
	struct ust_field *fields;

	*ret_err = 0;
	if (!nr)
		return NULL;
	fields = ust_memory_alloc(nr * sizeof(*fields));
	if (!fields)
		goto no_memory;
	if (record->kind == UST_SITE_MARKER)
		ust_format_init(&format, record->names);
	for (i = 0; i < nr; i++) {
		char name[NAME_SIZE];
		size_t len;

		fields[i].word = record->words[i];
		if (record->kind == UST_SITE_MARKER) {
			ust_format_next(&format, i, name, sizeof(name), &fields[i].word);
			len = strlen(name);
			fields[i].name = copy(name, len);
		} else {
			len = strlen(names);
			fields[i].name = copy(names, len);
			names += len + 1;
		}
		if (!fields[i].name)
			goto no_memory;
		if (is_enum(fields[i].word) &&
		    read_labels(object, record, nr_enums++, unrelocated, &fields[i]))
			goto no_memory;
	}
	return fields;

no_memory:
	ust_record_free_fields(fields, nr);
	*ret_err = -ENOMEM;
	return NULL;
}

/* Adds an attribute with a copy of its text. Result: 0 or -ENOMEM. */
static int add_attr(struct ust_attr *attrs, unsigned int *nr, const struct ust_attr *attr)
{
	if (*nr == UST_ATTRS_MAX)
		return 0;
	attrs[*nr] = *attr;
	attrs[*nr].text = copy(attr->text, strlen(attr->text));
	if (!attrs[*nr].text)
		return -ENOMEM;
	++*nr;
	return 0;
}

/* The strings of a list, until one makes no sense. */
static int add_list(const struct ust_elf_object *object, const struct ust_record *record,
		    uintptr_t at, struct ust_attr *attrs, unsigned int *nr)
{
	struct ust_attr attr;
	long len;

	while ((len = ust_elf_string(object, at)) > 0 && *nr < UST_ATTRS_MAX) {
		if (ust_attr_parse((const char *)at, record->nr_fields, &attr))
			break;
		if (add_attr(attrs, nr, &attr))
			return -ENOMEM;
		at += (uintptr_t)len + 1;
	}
	return 0;
}

int ust_record_attrs(const struct ust_elf_object *object, const struct ust_record *record,
		     struct ust_attr **ret_attrs)
{
	static struct ust_attr attrs[UST_ATTRS_MAX]; /* under the session lock */
	struct ust_attr *fresh = NULL;
	unsigned int nr = 0;
	uint32_t i;
	int err = 0;

	*ret_attrs = NULL;
	for (i = 0; i < record->nr_attrs && !err; i++) {
		const struct ust_attr_rec *rec = &record->attrs[i];
		struct ust_attr attr = {.kind = rec->kind, .field = rec->field};
		uintptr_t text = follow(&rec->text);

		attr.text = (const char *)text;
		if (rec->kind == UST_ATTR_LIST)
			err = add_list(object, record, text, attrs, &nr);
		else if (ust_attr_known(rec->kind, rec->field, record->nr_fields) &&
			 ust_elf_string(object, text) >= 0)
			err = add_attr(attrs, &nr, &attr);
	}
	if (nr && !err)
		fresh = ust_memory_alloc(nr * sizeof(*fresh));
	if (nr && !fresh) {
		while (nr)
			ust_memory_free((void *)(uintptr_t)attrs[--nr].text);
		return -ENOMEM;
	}
	if (nr)
		memcpy(fresh, attrs, nr * sizeof(*fresh));
	*ret_attrs = fresh;
	return (int)nr;
}

void ust_record_free_attrs(struct ust_attr *attrs, unsigned int nr)
{
	unsigned int i;

	for (i = 0; attrs && i < nr; i++)
		ust_memory_free((void *)(uintptr_t)attrs[i].text);
	ust_memory_free(attrs);
}

void ust_record_free_fields(struct ust_field *fields, unsigned int nr)
{
	unsigned int i, j;

	for (i = 0; fields && i < nr; i++) {
		for (j = 0; j < fields[i].nr_labels; j++)
			ust_memory_free((void *)(uintptr_t)fields[i].labels[j].label);
		ust_memory_free(fields[i].labels);
		ust_memory_free((void *)(uintptr_t)fields[i].name);
	}
	ust_memory_free(fields);
}
