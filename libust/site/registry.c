/* SPDX-License-Identifier: LGPL-2.1-only */
#include "registry.h"

#include <errno.h>
#include <string.h>

#include "../os/debug.h"
#include "../os/elf.h"
#include "../os/memory.h"
#include "../os/thread.h"
#include "../probe/dispatch.h"
#include "record.h"

#define NR_BUCKETS 1024

struct object {
	struct object *next;
	uintptr_t base;
	const void *phdr;
	uint8_t seen; /* in the scan that runs */
	uint32_t nr_sites, nr_foreign;
	size_t capacity;
	struct ust_site *sites;
};

static struct ust_event *buckets[NR_BUCKETS];
static struct ust_event **events;
static size_t events_capacity;
static uint32_t nr_events;
static struct object *objects;
static unsigned long long last_adds, last_subs;

struct scan {
	int unrelocated;
	int first;
	int unchanged;
	int changed;
	struct ust_elf_object elf;
	struct object *object;
	uintptr_t start; /* of the record section read last: several notes may name the same */
};

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
			    strcmp(a[i].labels[j].label, b[i].labels[j].label))
				return 0;
	}
	return 1;
}

static char *copy(const char *s)
{
	size_t size = strlen(s) + 1;
	char *p = ust_memory_alloc(size);

	return p ? memcpy(p, s, size) : NULL;
}

static void free_event(struct ust_event *event)
{
	ust_memory_free((void *)(uintptr_t)event->provider);
	ust_memory_free((void *)(uintptr_t)event->name);
	ust_memory_free((void *)(uintptr_t)event->file);
	ust_memory_free(event);
}

static struct ust_event *add_event(const struct ust_record *record, struct ust_field *fields,
				   uint32_t hash)
{
	struct ust_event *event;

	if (ust_memory_grow((void **)&events, &events_capacity, nr_events + 1, sizeof(*events)))
		return NULL;
	event = ust_memory_alloc(sizeof(*event));
	if (!event)
		return NULL;
	event->provider = copy(record->provider);
	event->name = copy(record->name);
	event->file = copy(record->file);
	if (!event->provider || !event->name || !event->file) {
		free_event(event);
		return NULL;
	}
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

/* The event the record belongs to, made if it is the first of its kind; NULL without memory. */
static struct ust_event *find_event(struct scan *scan, const struct ust_record *record)
{
	struct ust_field *fields;
	struct ust_event *event;
	uint32_t hash;
	int err;

	fields = ust_record_fields(&scan->elf, record, scan->unrelocated, &err);
	if (err)
		return NULL;
	hash = hash_event(record, fields);
	for (event = buckets[hash % NR_BUCKETS]; event; event = event->hash_next) {
		if (event->hash == hash && event->nr_fields == record->nr_fields &&
		    !strcmp(event->provider, record->provider) &&
		    !strcmp(event->name, record->name) &&
		    same_fields(event->fields, fields, event->nr_fields))
			break;
	}
	if (!event) {
		event = add_event(record, fields, hash);
		if (event)
			return event;
	}
	ust_record_free_fields(fields, record->nr_fields);
	return event;
}

static void add_site(struct scan *scan, const struct ust_record *record)
{
	struct object *object = scan->object;
	struct ust_site *site = &object->sites[object->nr_sites], *last = site - 1;

	if (record->state->ops && record->state->ops != &ust_site_ops) {
		ust_debug("%s: %s:%s belongs to another copy of libust", scan->elf.name,
			  record->provider, record->name);
		return;
	}
	/* Copies of one site follow each other and share its state. */
	if (object->nr_sites && last->state == record->state)
		site->event = last->event;
	else
		site->event = find_event(scan, record);
	if (!site->event)
		return;
	site->state = record->state;
	site->addr = record->addr;
	site->method = record->method;
	site->prot = record->prot;
	site->patched = site->addr && *site->addr == UST_SITE_OPCODE_ON;
	site->refused = 0;
	record->state->rseq_offset = ust_rseq_offset();
	record->state->thread_offset = ust_thread_offset();
	__atomic_store_n(&record->state->ops, &ust_site_ops, __ATOMIC_RELEASE);
	site->next = site->event->sites;
	site->event->sites = site;
	site->event->nr_sites++;
	site->event->fresh = 1;
	object->nr_sites++;
}

/* How many records the section can hold at most, and whether its bounds make sense at all. */
static uint32_t count_records(struct scan *scan, uintptr_t start, uintptr_t stop)
{
	uint32_t nr = 0;

	while (start < stop) {
		const struct ust_site_rec *rec = (const struct ust_site_rec *)start;

		if (stop - start < sizeof(*rec) || rec->size < sizeof(*rec) || rec->size % 4 ||
		    rec->size > stop - start) {
			ust_debug("%s: site records end early", scan->elf.name);
			break;
		}
		start += rec->size;
		nr++;
	}
	return nr;
}

static void read_section(struct scan *scan, uintptr_t start, uintptr_t stop)
{
	struct object *object = scan->object;
	uint32_t nr;

	if (start >= stop || start % 4 || !ust_elf_segment(&scan->elf, start, stop - start, PF_R)) {
		if (start != stop)
			ust_debug("%s: site records out of bounds", scan->elf.name);
		return;
	}
	nr = count_records(scan, start, stop);
	/* Sites are linked into their events: the array cannot move, so a second section is refused. */
	if (!nr || object->sites)
		return;
	object->sites = ust_memory_alloc(nr * sizeof(*object->sites));
	if (!object->sites)
		return;
	while (nr--) {
		struct ust_record record;
		long size = ust_record_read(&scan->elf, start, stop, &record);

		if (size < 0)
			break;
		if (record.state)
			add_site(scan, &record);
		else
			ust_debug("%s: a site record makes no sense: ignored", scan->elf.name);
		start += (uintptr_t)size;
	}
	ust_debug("%s: %u sites", scan->elf.name[0] ? scan->elf.name : "program",
		  object->nr_sites);
}

static void found_note(void *data, const struct ust_note_rec *note, size_t size)
{
	struct scan *scan = data;
	uintptr_t start, stop;

	if (size < sizeof(note->abi))
		return;
	if (!scan->object) {
		scan->object = ust_memory_alloc(sizeof(*scan->object));
		if (!scan->object)
			return;
	}
	if (note->abi != UST_SITE_ABI) {
		ust_debug("%s: sites of ABI %u, this libust knows %u: ignored", scan->elf.name,
			  note->abi, UST_SITE_ABI);
		scan->object->nr_foreign++;
		return;
	}
	if (size < sizeof(*note))
		return;
	start = (uintptr_t)&note->start + (uintptr_t)(intptr_t)note->start;
	stop = (uintptr_t)&note->stop + (uintptr_t)(intptr_t)note->stop;
	if (start == scan->start)
		return;
	scan->start = start;
	read_section(scan, start, stop);
}

static int scan_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct scan *scan = data;
	struct object *object;

	if (scan->first && size >= offsetof(struct dl_phdr_info, dlpi_tls_modid)) {
		scan->first = 0;
		scan->unchanged = info->dlpi_adds == last_adds && info->dlpi_subs == last_subs;
		last_adds = info->dlpi_adds;
		last_subs = info->dlpi_subs;
		if (scan->unchanged)
			return 1;
	}
	for (object = objects; object; object = object->next) {
		if (object->base == info->dlpi_addr && object->phdr == info->dlpi_phdr) {
			object->seen = 1;
			return 0;
		}
	}
	ust_elf_object_init(info, &scan->elf);
	scan->object = NULL;
	scan->start = 0;
	ust_elf_notes(&scan->elf, found_note, scan);
	object = scan->object;
	if (!object)
		return 0;
	object->base = info->dlpi_addr;
	object->phdr = info->dlpi_phdr;
	object->seen = 1;
	object->next = objects;
	objects = object;
	scan->changed = 1;
	return 0;
}

/* Takes the sites whose state is gone out of the events' lists. */
static void drop_dead_sites(void)
{
	uint32_t i;

	for (i = 0; i < nr_events; i++) {
		struct ust_site **at = &events[i]->sites;

		while (*at) {
			if ((*at)->state) {
				at = &(*at)->next;
				continue;
			}
			*at = (*at)->next;
			events[i]->nr_sites--;
		}
	}
}

int ust_registry_scan(int unrelocated)
{
	struct scan scan = {.unrelocated = unrelocated, .first = 1};
	struct object **at = &objects, *object, *gone = NULL;
	uint32_t i;

	for (object = objects; object; object = object->next)
		object->seen = 0;
	dl_iterate_phdr(scan_object, &scan);
	if (scan.unchanged)
		return 0;
	while ((object = *at)) {
		if (object->seen) {
			at = &object->next;
			continue;
		}
		*at = object->next;
		object->next = gone;
		gone = object;
		for (i = 0; i < object->nr_sites; i++)
			object->sites[i].state = NULL;
	}
	if (gone) {
		scan.changed = 1;
		drop_dead_sites();
	}
	while ((object = gone)) {
		gone = object->next;
		ust_debug("%u sites are gone with their object", object->nr_sites);
		ust_memory_free(object->sites);
		ust_memory_free(object);
	}
	return scan.changed;
}

struct ust_event *ust_registry_event(uint32_t local)
{
	return local < nr_events ? events[local] : NULL;
}

uint32_t ust_registry_nr_events(void)
{
	return nr_events;
}

void ust_registry_count(struct ust_registry_counts *ret_counts)
{
	const struct object *object;
	uint32_t i;

	memset(ret_counts, 0, sizeof(*ret_counts));
	for (i = 0; i < nr_events; i++)
		ret_counts->nr_events += events[i]->nr_sites != 0;
	for (object = objects; object; object = object->next) {
		ret_counts->nr_sites += object->nr_sites;
		ret_counts->nr_foreign += object->nr_foreign;
	}
}

void ust_registry_forked(void)
{
	struct ust_site *site;
	uint32_t i;

	for (i = 0; i < nr_events; i++) {
		for (site = events[i]->sites; site; site = site->next)
			__atomic_store_n(&site->state->inst, NULL, __ATOMIC_RELAXED);
		events[i]->inst = NULL;
		events[i]->dirty = 0;
	}
}
