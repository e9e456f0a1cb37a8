// SPDX-License-Identifier: GPL-2.0-only
/* Events whose probes the generator made: found by name, their field tables put in order. */
#include <linux/hashtable.h>
#include <linux/stringhash.h>
#include <linux/tracepoint.h>

#include "generated.h"
#include "methods.h"

extern struct ust_kgen_event ust_kgen_events_start[], ust_kgen_events_stop[];
extern const struct ust_kgen_labels ust_kgen_labels_start[], ust_kgen_labels_stop[];

static DEFINE_HASHTABLE(by_name, 10);

static u32 hash_of(const char *name)
{
	return full_name_hash(NULL, name, strlen(name));
}

/* Fixed fields first, each kind in its own order. */
static void order_fields(struct ust_kgen_class *class)
{
	u32 i, j;

	for (i = 1; i < class->nr_fields; i++)
		for (j = i; j && class->fields[j - 1].kind > class->fields[j].kind; j--)
			swap(class->fields[j - 1], class->fields[j]);
}

static u32 element_size(u32 word)
{
	switch (UST_FIELD_WORD_TYPE(word)) {
	case UST_TYPE_S8:
	case UST_TYPE_U8:
	case UST_TYPE_BOOL:
		return 1;
	case UST_TYPE_S16:
	case UST_TYPE_U16:
		return 2;
	case UST_TYPE_S32:
	case UST_TYPE_U32:
		return 4;
	default:
		return 8;
	}
}

/* Whether the table describes what the probe writes: a record that does not is never made. */
static bool is_consistent(const struct ust_kgen_class *class)
{
	u32 size = 0, i;

	for (i = 0; i < class->nr_fields && class->fields[i].kind == UST_KIND_FIXED; i++) {
		u32 word = class->fields[i].word;

		size += element_size(word) * (UST_FIELD_WORD_FLAGS(word) & UST_FIELD_ARRAY
						      ? UST_FIELD_WORD_COUNT(word)
						      : 1);
	}
	return size == class->fixed_size && class->nr_fields <= UST_MAX_FIELDS;
}

static bool is_integer(u32 word)
{
	u32 type = UST_FIELD_WORD_TYPE(word);

	return type >= UST_TYPE_S8 && type <= UST_TYPE_U64 &&
	       !(UST_FIELD_WORD_FLAGS(word) & (UST_FIELD_ARRAY | UST_FIELD_SEQ));
}

static void label_field(struct ust_kgen_class *class, const struct ust_kgen_labels *labels)
{
	const char *name = labels->value;
	u32 i;

	if (strncmp(name, "REC->", 5) || !labels->table.nr)
		return;
	for (i = 0; i < class->nr_fields; i++) {
		struct ust_kfield *field = &class->fields[i];

		if (strcmp(field->name, name + 5) || !is_integer(field->word) || field->labels)
			continue;
		field->labels = &labels->table;
		field->word |= UST_FIELD_WORD_FULL(0, 0, UST_FIELD_ENUM, 0);
	}
}

static void label_class(struct ust_kgen_class *class)
{
	const struct ust_kgen_labels *labels;

	for (labels = ust_kgen_labels_start; labels < ust_kgen_labels_stop; labels++)
		if (!strcmp(labels->class, class->name) && !strcmp(labels->system, class->system))
			label_field(class, labels);
}

void ust_kgen_prepare(void)
{
	struct ust_kgen_event *gen;

	hash_init(by_name);
	for (gen = ust_kgen_events_start; gen < ust_kgen_events_stop; gen++)
		hash_add(by_name, &gen->node, hash_of(gen->name));
}

static bool prepare_class(struct ust_kgen_class *class)
{
	if (!class->ready) {
		order_fields(class);
		label_class(class);
		class->ready = is_consistent(class) ? 1 : 2;
		if (class->ready == 2)
			pr_warn("ust-trace: %s:%s: its fields are %u bytes, not what its probe "
				"writes; recorded as raw\n",
				class->system, class->name, class->fixed_size);
	}
	return class->ready == 1;
}

struct ust_kevent *ust_kgen_find(struct tracepoint *tp)
{
	struct ust_kgen_event *gen;

	hash_for_each_possible(by_name, gen, node, hash_of(tp->name))
	{
		struct ust_kevent *event = &gen->event;

		if (strcmp(gen->name, tp->name) || event->method || !prepare_class(gen->class))
			continue;
		*event = (struct ust_kevent){
			.system = gen->class->system,
			.name = gen->name,
			.fields = gen->class->fields,
			.nr_fields = gen->class->nr_fields,
			.method = UST_KMETHOD_GENERATED,
			.probe = gen->class->probe,
		};
		return event;
	}
	return NULL;
}

void ust_kgen_put(struct ust_kevent *event)
{
	event->method = 0;
}

notrace void ust_kgen_string(char *dst, const char *src, u32 size)
{
	u32 i, last = size - 1;

	if (!src)
		src = "(null)";
	for (i = 0; i < last && src[i]; i++)
		dst[i] = src[i];
	for (; unlikely(i < last); i++)
		dst[i] = '#';
	dst[last] = '\0';
}

notrace void ust_kgen_seal(char *dst, u32 size)
{
	u32 i, last = size - 1;

	for (i = 0; i < last && dst[i]; i++)
		;
	for (; i < last; i++)
		dst[i] = '#';
	dst[last] = '\0';
}
