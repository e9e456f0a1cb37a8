/* SPDX-License-Identifier: LGPL-2.1-only */
#include "registry.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>

#include "../os/debug.h"
#include "../os/elf.h"
#include "../os/memory.h"
#include "../os/thread.h"
#include "../probe/dispatch.h"
#include "../stay/stay.h"
#include "events.h"
#include "join.h"
#include "pins.h"
#include "record.h"

struct ust_object {
	struct ust_object *next;
	uintptr_t base;
	const void *phdr;
	struct ust_text text;
	uint8_t seen;     /* in the scan that runs */
	uint8_t stays;    /* loaded at the program's start, or pinned: it is never unloaded */
	uint8_t callable; /* relocated, and not about to be unloaded */
	uint32_t nr_sites, nr_joins, nr_foreign;
	struct ust_site *sites;
	struct ust_join *joins;
};

static struct ust_object *objects;
static unsigned long long last_adds, last_subs;

struct scan {
	int unrelocated;
	int first;
	int unchanged;
	int changed;
	int startup; /* the objects up to the dynamic linker: dlopen() only adds behind it */
	struct ust_elf_object elf;
	struct ust_object *object;
	uintptr_t start; /* of the record section read last: several notes may name the same */
};

/* The types of the arguments, "" if the record does not tell them. */
static const char *find_signature(const struct scan *scan, const struct ust_record *record)
{
	uint32_t i;

	for (i = 0; i < record->nr_attrs; i++) {
		const struct ust_attr_rec *attr = &record->attrs[i];
		uintptr_t text = (uintptr_t)&attr->text + (uintptr_t)(intptr_t)attr->text;

		if (attr->kind == UST_ATTR_SIGNATURE && ust_elf_string(&scan->elf, text) >= 0)
			return (const char *)text;
	}
	return "";
}

/* Enters a definition, call or question under its name. Result: 0 or -ENOMEM. */
static int add_join(struct scan *scan, const struct ust_record *record, struct ust_site *site)
{
	struct ust_object *object = scan->object;
	struct ust_name *name = ust_join_name(record->provider, record->name);

	if (!name)
		return -ENOMEM;
	site->join = &object->joins[object->nr_joins++];
	site->join->object = object;
	site->join->function = record->function;
	site->join->signature = find_signature(scan, record);
	ust_join_add(name, site);
	return 0;
}

static int is_joined(uint8_t kind)
{
	return kind == UST_SITE_DEFINITION || kind == UST_SITE_CALL || kind == UST_SITE_QUERY;
}

/* Finds the event of a site. Result: 0, or -1 without memory. */
static int add_to_event(struct scan *scan, const struct ust_record *record, struct ust_site *site)
{
	struct ust_object *object = scan->object;
	struct ust_site *last = site - 1;

	/* Copies of one site follow each other and share its state. */
	if (object->nr_sites && last->state == record->state && last->event)
		site->event = last->event;
	else
		site->event = ust_events_find(&scan->elf, record, scan->unrelocated);
	if (!site->event)
		return -1;
	site->next = site->event->sites;
	site->event->sites = site;
	site->event->nr_sites++;
	site->event->fresh = 1;
	return 0;
}

static void add_site(struct scan *scan, const struct ust_record *record)
{
	struct ust_object *object = scan->object;
	struct ust_site *site = &object->sites[object->nr_sites];

	if (record->state->ops && record->state->ops != &ust_site_ops &&
	    record->state->ops != &ust_stay_ops) {
		ust_debug("%s: %s:%s belongs to another copy of libust", scan->elf.name,
			  record->provider, record->name);
		return;
	}
	site->state = record->state;
	site->addr = record->addr;
	site->kind = record->kind;
	site->method = record->method;
	site->prot = record->prot;
	site->patched = site->addr && *site->addr == UST_SITE_OPCODE_ON;
	site->refused = 0;
	if (record->kind != UST_SITE_CALL && record->kind != UST_SITE_QUERY &&
	    add_to_event(scan, record, site))
		return;
	object->nr_sites++;
	if (is_joined(record->kind) && add_join(scan, record, site))
		ust_debug("%s:%s: no memory", record->provider, record->name);
	if (record->kind == UST_SITE_STICKY)
		((struct ust_sticky_state *)record->state)->event = site->event;
	record->state->rseq_offset = ust_rseq_offset();
	record->state->thread_offset = ust_thread_offset();
	__atomic_store_n(&record->state->ops, &ust_site_ops, __ATOMIC_RELEASE);
}

/* How many records the section can hold at most, and how many of them have a join. */
static uint32_t count_records(struct scan *scan, uintptr_t start, uintptr_t stop,
			      uint32_t *ret_joins)
{
	uint32_t nr = 0;

	*ret_joins = 0;

	while (start < stop) {
		const struct ust_site_rec *rec = (const struct ust_site_rec *)start;

		if (stop - start < sizeof(*rec) || rec->size < sizeof(*rec) || rec->size % 4 ||
		    rec->size > stop - start) {
			ust_debug("%s: site records end early", scan->elf.name);
			break;
		}
		*ret_joins += (uint32_t)is_joined(rec->kind);
		start += rec->size;
		nr++;
	}
	return nr;
}

static void read_section(struct scan *scan, uintptr_t start, uintptr_t stop)
{
	struct ust_object *object = scan->object;
	uint32_t nr, nr_joins;

	if (start >= stop || start % 4 || !ust_elf_segment(&scan->elf, start, stop - start, PF_R)) {
		if (start != stop)
			ust_debug("%s: site records out of bounds", scan->elf.name);
		return;
	}
	nr = count_records(scan, start, stop, &nr_joins);
	/* Sites are linked into their events: the array cannot move, so a second section is
	 * refused. */
	if (!nr || object->sites)
		return;
	object->sites = ust_memory_alloc(nr * sizeof(*object->sites));
	if (!object->sites)
		return;
	if (nr_joins) {
		object->joins = ust_memory_alloc(nr_joins * sizeof(*object->joins));
		if (!object->joins)
			return;
	}
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
	ust_debug("%s: %u sites", scan->elf.name[0] ? scan->elf.name : "program", object->nr_sites);
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
	struct ust_object *object;
	uint8_t stays;

	if (scan->first && size >= offsetof(struct dl_phdr_info, dlpi_tls_modid)) {
		scan->first = 0;
		scan->unchanged = info->dlpi_adds == last_adds && info->dlpi_subs == last_subs;
		last_adds = info->dlpi_adds;
		last_subs = info->dlpi_subs;
		if (scan->unchanged)
			return 1;
	}
	stays = scan->startup || ust_pins_needed();
	if (info->dlpi_addr == getauxval(AT_BASE))
		scan->startup = 0;
	for (object = objects; object; object = object->next) {
		if (object->base == info->dlpi_addr && object->phdr == info->dlpi_phdr) {
			object->seen = 1;
			return 0;
		}
	}
	ust_elf_object_init(info, &scan->elf);
	if (ust_pins_needed() && !ust_pins_have(&scan->elf))
		return 0;
	scan->object = NULL;
	scan->start = 0;
	ust_elf_notes(&scan->elf, found_note, scan);
	object = scan->object;
	if (!object)
		return 0;
	object->base = info->dlpi_addr;
	object->phdr = info->dlpi_phdr;
	ust_elf_text(&scan->elf, &object->text.begin, &object->text.end);
	object->seen = 1;
	object->stays = stays;
	object->callable = !scan->unrelocated;
	object->next = objects;
	objects = object;
	scan->changed = 1;
	return 0;
}

/* Takes the sites whose state is gone out of the events' lists. */
static void drop_dead_sites(void)
{
	uint32_t i, nr_events = ust_registry_nr_events();

	for (i = 0; i < nr_events; i++) {
		struct ust_event *event = ust_registry_event(i);
		struct ust_site **at = &event->sites;

		while (*at) {
			if ((*at)->state) {
				at = &(*at)->next;
				continue;
			}
			*at = (*at)->next;
			event->nr_sites--;
		}
	}
}

/* Forgets objects that are not there any more. Result: 1 if there were any. */
static int drop_unseen(void)
{
	struct ust_object **at = &objects, *object, *gone = NULL;
	uint32_t i;

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
	if (!gone)
		return 0;
	ust_join_drop();
	drop_dead_sites();
	while ((object = gone)) {
		gone = object->next;
		ust_debug("%u sites are gone with their object", object->nr_sites);
		ust_memory_free(object->sites);
		ust_memory_free(object->joins);
		ust_memory_free(object);
	}
	return 1;
}

int ust_registry_scan(int unrelocated)
{
	struct scan scan = {.unrelocated = unrelocated, .first = 1, .startup = 1};
	struct ust_object *object;
	int changed;

	for (object = objects; object; object = object->next)
		object->seen = 0;
	dl_iterate_phdr(scan_object, &scan);
	if (scan.unchanged)
		return 0;
	/* What is pinned now is found by its name in a second pass, wherever it is by then. */
	if (ust_pins_needed() && ust_pins_make())
		dl_iterate_phdr(scan_object, &scan);
	changed = scan.changed | drop_unseen();
	ust_join_calls();
	return changed;
}

void ust_registry_forget(void)
{
	struct ust_object *object;

	for (object = objects; object; object = object->next)
		object->seen = 0;
	drop_unseen();
	last_adds = last_subs = 0;
}

/* Another object may be where one of ours was, and what the linker lists is not unmapped meanwhile. */
static int release_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct ust_elf_object elf;
	struct ust_object *object;
	uint32_t i;

	(void)size;
	(void)data;
	ust_elf_object_init(info, &elf);
	for (object = objects; object; object = object->next) {
		if (object->base != info->dlpi_addr || object->phdr != info->dlpi_phdr)
			continue;
		for (i = 0; i < object->nr_sites; i++) {
			struct ust_site_state *state = object->sites[i].state;

			if (ust_elf_segment(&elf, (uintptr_t)state, sizeof(*state), PF_W) &&
			    state->ops == &ust_site_ops)
				__atomic_store_n(&state->ops, &ust_stay_ops, __ATOMIC_RELEASE);
		}
	}
	return 0;
}

void ust_registry_release(void)
{
	dl_iterate_phdr(release_object, NULL);
	ust_registry_forget();
}

int ust_registry_callable(const struct ust_site *definition)
{
	return definition->join->object->callable;
}

static struct ust_object *object_of(const struct ust_site_state *state)
{
	struct ust_object *object;
	uint32_t i;

	for (object = objects; object; object = object->next)
		for (i = 0; i < object->nr_sites; i++)
			if (object->sites[i].state == state)
				return object;
	return NULL;
}

int ust_registry_presence(const struct ust_site_state *state, int there, struct ust_text *ret_text)
{
	struct ust_object *object = object_of(state);
	uint32_t i;

	*ret_text = (struct ust_text){0, 0};
	/* At the program's end its own destructors may have something to tell yet. */
	if (!object || object->callable == there || (object->stays && !there))
		return 0;
	object->callable = (uint8_t)there;
	for (i = 0; i < object->nr_sites; i++) {
		struct ust_site *site = &object->sites[i];

		if (site->kind != UST_SITE_DEFINITION || !site->join)
			continue;
		ust_join_changed(site);
		if (site->join->called)
			*ret_text = object->text;
	}
	ust_join_calls();
	return 1;
}

void ust_registry_count(struct ust_registry_counts *ret_counts)
{
	const struct ust_object *object;
	uint32_t i, nr_events = ust_registry_nr_events();

	memset(ret_counts, 0, sizeof(*ret_counts));
	for (i = 0; i < nr_events; i++)
		ret_counts->nr_events += ust_registry_event(i)->nr_sites != 0;
	for (object = objects; object; object = object->next) {
		ret_counts->nr_sites += object->nr_sites;
		ret_counts->nr_foreign += object->nr_foreign;
	}
}

void ust_registry_forked(void)
{
	uint32_t i, nr_events = ust_registry_nr_events();
	struct ust_name *name;
	struct ust_site *site;

	for (i = 0; i < nr_events; i++) {
		struct ust_event *event = ust_registry_event(i);

		for (site = event->sites; site; site = site->next)
			__atomic_store_n(&site->state->inst, NULL, __ATOMIC_RELAXED);
		event->inst = NULL;
		event->dirty = 0;
	}
	/* Questions are answered again by the next ust_switch_events(). */
	for (name = ust_join_names(); name; name = name->next)
		for (site = name->questions; site; site = site->join->name_next)
			__atomic_store_n(&site->state->inst, NULL, __ATOMIC_RELAXED);
}
