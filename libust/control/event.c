/* SPDX-License-Identifier: LGPL-2.1-only */
/* The functions of <ust/event.h>. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <ust/event.h>

#include "../channel/channel.h"
#include "../os/memory.h"
#include "../session/lock.h"
#include "../site/registry.h"
#include "define.h"

#define MAX_NAME 255
#define MAX_LABELS 4096
#define EXPORT __attribute__((visibility("default")))

struct ust_dynamic_event {
	struct ust_site_state *state; /* aligned, inside of memory */
	void *memory;
	unsigned int nr_fields;
	__u32 words[UST_MAX_FIELDS];
};

static int name_ok(const char *name)
{
	return name && *name && strlen(name) <= MAX_NAME;
}

static int word_ok(__u32 word)
{
	unsigned int type = UST_FIELD_WORD_TYPE(word), flags = UST_FIELD_WORD_FLAGS(word);
	unsigned int many = flags & (UST_FIELD_ARRAY | UST_FIELD_SEQ);

	if (type == UST_TYPE_NONE || type >= UST_TYPE_NR || word >> 31)
		return 0;
	if ((flags & UST_FIELD_ENUM) && (many || type > UST_TYPE_U64))
		return 0;
	if (many == (UST_FIELD_ARRAY | UST_FIELD_SEQ) || (many && type == UST_TYPE_STRING))
		return 0;
	if (!(flags & UST_FIELD_ARRAY) && UST_FIELD_WORD_COUNT(word))
		return 0;
	return !(flags & UST_FIELD_TEXT) || (many && (type == UST_TYPE_U8 || type == UST_TYPE_S8));
}

/* Whether a label is of values that a type of integers has. */
static int label_ok(const struct ust_enum_label *label, unsigned int type)
{
	int is_signed = type <= UST_TYPE_S64;
	unsigned int bits = 8u << (type - (is_signed ? UST_TYPE_S8 : UST_TYPE_U8));
	__u64 room, max = ~(__u64)0 >> (64 - bits + (unsigned int)is_signed);

	if (!name_ok(label->label))
		return 0;
	if (is_signed && label->value < 0)
		return label->value >= -(__s64)max - 1 && label->span <= max - (__u64)label->value;
	room = max - (__u64)label->value;
	return (__u64)label->value <= max && label->span <= room;
}

static int labels_ok(const struct ust_event_field *field)
{
	const struct ust_enum_label *label = field->labels;

	if (!(UST_FIELD_WORD_FLAGS(field->word) & UST_FIELD_ENUM))
		return !label;
	if (!label)
		return 0;
	while (label->label && label - field->labels <= MAX_LABELS &&
	       label_ok(label, UST_FIELD_WORD_TYPE(field->word)))
		label++;
	return !label->label && label > field->labels && label - field->labels <= MAX_LABELS;
}

/* Under the lock. */
static struct ust_dynamic_event *make(const struct ust_event_field *fields, unsigned int nr_fields)
{
	struct ust_dynamic_event *event = ust_memory_alloc(sizeof(*event));
	unsigned int i;

	if (!event)
		return NULL;
	event->memory = ust_memory_alloc(sizeof(*event->state) + _Alignof(struct ust_site_state));
	if (!event->memory) {
		ust_memory_free(event);
		return NULL;
	}
	event->state = (void *)(((uintptr_t)event->memory + _Alignof(struct ust_site_state) - 1) &
				~(uintptr_t)(_Alignof(struct ust_site_state) - 1));
	event->nr_fields = nr_fields;
	for (i = 0; i < nr_fields; i++)
		event->words[i] = fields[i].word;
	return event;
}

/* Under the lock. */
static void unmake(struct ust_dynamic_event *event)
{
	ust_memory_free(event->memory);
	ust_memory_free(event);
}

EXPORT int ust_event_register(const char *provider, const char *name, int loglevel,
			      const struct ust_event_field *fields, unsigned int nr_fields,
			      struct ust_dynamic_event **ret_event)
{
	char names[UST_MAX_FIELDS * (MAX_NAME + 1) + 1];
	const struct ust_enum_label *labels[UST_MAX_FIELDS];
	struct ust_define_opts opts = {.provider = provider,
				       .name = name,
				       .names = names,
				       .nr_fields = nr_fields,
				       .labels = labels};
	struct ust_dynamic_event *event;
	unsigned int i, nr_enums = 0;
	size_t len = 0;
	sigset_t mask;
	int err;

	if (!name_ok(provider) || !name_ok(name) || loglevel < -1 || loglevel > UST_LOGLEVEL_MAX ||
	    nr_fields > UST_MAX_FIELDS)
		return -EINVAL;
	for (i = 0; i < nr_fields; i++) {
		if (!name_ok(fields[i].name) || !word_ok(fields[i].word) || !labels_ok(&fields[i]))
			return -EINVAL;
		if (fields[i].labels)
			labels[nr_enums++] = fields[i].labels;
		strcpy(names + len, fields[i].name);
		len += strlen(fields[i].name) + 1;
	}
	names[len] = '\0';
	ust_lock(&mask);
	event = make(fields, nr_fields);
	ust_unlock(&mask);
	if (!event)
		return -ENOMEM;
	opts.words = event->words;
	opts.loglevel = loglevel < 0 ? UST_LOGLEVEL_UNSET : (__u8)(loglevel + 1);
	err = ust_define_event(&opts, event->state);
	if (err) {
		ust_lock(&mask);
		unmake(event);
		ust_unlock(&mask);
		return err;
	}
	*ret_event = event;
	return 0;
}

EXPORT int ust_event_enabled(const struct ust_dynamic_event *event)
{
	return __atomic_load_n(&event->state->inst, __ATOMIC_RELAXED) != NULL;
}

/* A float's bits are not those of the double that came. */
static __u64 bits_of(const struct ust_value *value, __u32 word)
{
	__u64 bits = (__u64)value->u.i;
	float single;
	__u32 low;

	if (UST_FIELD_WORD_TYPE(word) != UST_TYPE_FLOAT)
		return bits;
	single = (float)value->u.d;
	memcpy(&low, &single, sizeof(low));
	return low;
}

EXPORT void ust_record(struct ust_dynamic_event *event, const struct ust_value *values,
		       unsigned int nr_values)
{
	struct ust_arg args[UST_MAX_FIELDS];
	unsigned int i;

	if (!ust_event_enabled(event) || nr_values != event->nr_fields)
		return;
	for (i = 0; i < nr_values; i++) {
		__u32 word = event->words[i], flags = UST_FIELD_WORD_FLAGS(word);

		args[i].word = word;
		args[i].len = flags & UST_FIELD_ARRAY ? UST_FIELD_WORD_COUNT(word) : values[i].len;
		if ((flags & (UST_FIELD_ARRAY | UST_FIELD_SEQ)) ||
		    UST_FIELD_WORD_TYPE(word) == UST_TYPE_STRING)
			args[i].ptr = values[i].u.p;
		else
			args[i].bits = bits_of(&values[i], word);
	}
	event->state->ops->record_args(event->state, args, nr_values, __builtin_return_address(0));
}

/* Takes the site of @state out of its event. */
static void forget(struct ust_site_state *state)
{
	uint32_t i, nr = ust_registry_nr_events();

	for (i = 0; i < nr; i++) {
		struct ust_event *event = ust_registry_event(i);
		struct ust_site **at = &event->sites, *site;

		while ((site = *at) && site->state != state)
			at = &site->next;
		if (!site)
			continue;
		*at = site->next;
		event->nr_sites--;
		ust_memory_free(site);
		return;
	}
}

EXPORT void ust_event_unregister(struct ust_dynamic_event *event)
{
	sigset_t mask;

	if (!event)
		return;
	ust_lock(&mask);
	forget(event->state);
	__atomic_store_n(&event->state->inst, NULL, __ATOMIC_RELEASE);
	ust_grace_wait();
	if (!ust_grace_gave_up())
		unmake(event);
	ust_unlock(&mask);
}
