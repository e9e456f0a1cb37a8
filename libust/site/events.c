/* SPDX-License-Identifier: LGPL-2.1-only */
#include "events.h"

#include <string.h>

#include "../os/memory.h"
#include "join.h"
#include "registry.h"

#define NR_BUCKETS 1024

static struct ust_event *buckets[NR_BUCKETS];
static struct ust_event **events;
static size_t events_capacity;
static uint32_t nr_events;

static uint32_t hash_bytes(uint32_t hash, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len--)
		hash = (hash ^ *p++) * 16777619u;
	return hash;
}

static uint32_t hash_string(uint32_t hash, const char *s)
{
	return hash_bytes(hash, s, strlen(s) + 1);
}

static uint32_t hash_event(const struct ust_record *record, const struct ust_field *fields)
{
	uint32_t hash = hash_string(hash_string(2166136261u, record->provider), record->name);
	unsigned int i;

	for (i = 0; i < record->nr_fields; i++) {
		hash = hash_string(hash, fields[i].name);
		hash = hash_bytes(hash, &fields[i].word, sizeof(fields[i].word));
	}
	return hash;
}

static int same_fields(const struct ust_field *a, const struct ust_field *b, unsigned int nr)
{
	unsigned int i, j;

	for (i = 0; i < nr; i++) {
		if (a[i].word != b[i].word || a[i].nr_labels != b[i].nr_labels ||
		    strcmp(a[i].name, b[i].name))
			return 0;
		for (j = 0; j < a[i].nr_labels; j++)
			if (a[i].labels[j].value != b[i].labels[j].value ||
			    a[i].labels[j].span != b[i].labels[j].span ||
			    strcmp(a[i].labels[j].label, b[i].labels[j].label))
				return 0;
	}
	return 1;
}

static int same_attrs(const struct ust_event *event, const struct ust_attr *attrs, uint32_t nr)
{
	uint32_t i;

	if (event->nr_attrs != nr)
		return 0;
	for (i = 0; i < nr; i++)
		if (event->attrs[i].kind != attrs[i].kind ||
		    event->attrs[i].field != attrs[i].field ||
		    strcmp(event->attrs[i].text, attrs[i].text))
			return 0;
	return 1;
}

static char *copy(const char *s)
{
	size_t size = strlen(s) + 1;
	char *p = ust_memory_alloc(size);

	return p ? memcpy(p, s, size) : NULL;
}

static struct ust_event *add_event(const struct ust_record *record, struct ust_field *fields,
				   uint32_t hash)
{
	struct ust_name *name = ust_join_name(record->provider, record->name);
	struct ust_event *event;

	if (!name ||
	    ust_memory_grow((void **)&events, &events_capacity, nr_events + 1, sizeof(*events)))
		return NULL;
	event = ust_memory_alloc(sizeof(*event));
	if (!event)
		return NULL;
	event->provider = name->provider;
	event->name = name->name;
	event->file = copy(record->file);
	if (!event->file) {
		ust_memory_free(event);
		return NULL;
	}
	event->name_next = name->events;
	name->events = event;
	event->hash = hash;
	event->line = record->line;
	event->loglevel = record->loglevel;
	event->nr_fields = record->nr_fields;
	event->fields = fields;
	event->local = nr_events;
	event->hash_next = buckets[hash % NR_BUCKETS];
	buckets[hash % NR_BUCKETS] = event;
	events[nr_events++] = event;
	return event;
}

struct ust_event *ust_events_find(const struct ust_elf_object *object,
				  const struct ust_record *record, int unrelocated)
{
	struct ust_field *fields;
	struct ust_attr *attrs;
	struct ust_event *event;
	uint32_t hash;
	int err, nr_attrs;

	fields = ust_record_fields(object, record, unrelocated, &err);
	if (err)
		return NULL;
	nr_attrs = ust_record_attrs(object, record, &attrs);
	if (nr_attrs < 0) {
		ust_record_free_fields(fields, record->nr_fields);
		return NULL;
	}
	hash = hash_event(record, fields);
	for (event = buckets[hash % NR_BUCKETS]; event; event = event->hash_next) {
		if (event->hash == hash && event->nr_fields == record->nr_fields &&
		    event->loglevel == record->loglevel &&
		    !strcmp(event->provider, record->provider) &&
		    !strcmp(event->name, record->name) &&
		    same_fields(event->fields, fields, event->nr_fields) &&
		    same_attrs(event, attrs, (uint32_t)nr_attrs))
			break;
	}
	if (!event) {
		event = add_event(record, fields, hash);
		if (event) {
			event->attrs = attrs;
			event->nr_attrs = (uint32_t)nr_attrs;
			return event;
		}
	}
	ust_record_free_attrs(attrs, (uint32_t)nr_attrs);
	ust_record_free_fields(fields, record->nr_fields);
	return event;
}

struct ust_event *ust_registry_event(uint32_t local)
{
	return local < nr_events ? events[local] : NULL;
}

uint32_t ust_registry_nr_events(void)
{
	return nr_events;
}
