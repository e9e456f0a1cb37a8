/* SPDX-License-Identifier: LGPL-2.1-only */
#include "registry.h"

#include <errno.h>
#include <string.h>

#include "../os/debug.h"
#include "../os/elf.h"
#include "../os/memory.h"
#include "../os/thread.h"
#include "../probe/dispatch.h"
#include "events.h"
#include "record.h"

struct object {
	struct object *next;
	uintptr_t base;
	const void *phdr;
	uint8_t seen; /* in the scan that runs */
	uint32_t nr_sites, nr_foreign;
	size_t capacity;
	struct ust_site *sites;
};

static struct object *objects;
static unsigned long long last_adds, last_subs;

/* Objects that were asked to stay, by name: only if they cannot be followed. */
struct pin {
	struct pin *next;
	int pinned;
	char name[];
};
static struct pin *pins;
static int (*pin_object)(const char *name);

struct scan {
	int unrelocated;
	int first;
	int unchanged;
	int changed;
	struct ust_elf_object elf;
	struct object *object;
	uintptr_t start; /* of the record section read last: several notes may name the same */
};

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
		site->event = ust_events_find(&scan->elf, record, scan->unrelocated);
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
	/* Sites are linked into their events: the array cannot move, so a second section is
	 * refused. */
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

static void count_note(void *data, const struct ust_note_rec *note, size_t size)
{
	(void)note;
	(void)size;
	++*(int *)data;
}

/* Whether the object will stay. If that is still to be arranged, its name is kept for later. */
static int is_pinned(const struct ust_elf_object *elf)
{
	struct pin *pin = pins;
	int notes = 0;

	while (pin && strcmp(pin->name, elf->name))
		pin = pin->next;
	if (pin)
		return pin->pinned;
	ust_elf_notes(elf, count_note, &notes);
	if (!notes)
		return 0;
	pin = ust_memory_alloc(sizeof(*pin) + strlen(elf->name) + 1);
	if (!pin)
		return 0;
	strcpy(pin->name, elf->name);
	pin->next = pins;
	pins = pin;
	return 0;
}

/* Not inside of dl_iterate_phdr: the linker's locks are in the wrong order there. Result: how many.
 */
static int pin_new_objects(void)
{
	struct pin *pin;
	int nr = 0;

	for (pin = pins; pin; pin = pin->next) {
		if (pin->pinned || pin_object(pin->name))
			continue;
		pin->pinned = 1;
		nr++;
	}
	return nr;
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
	if (pin_object && !is_pinned(&scan->elf))
		return 0;
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
	struct object **at = &objects, *object, *gone = NULL;
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
	drop_dead_sites();
	while ((object = gone)) {
		gone = object->next;
		ust_debug("%u sites are gone with their object", object->nr_sites);
		ust_memory_free(object->sites);
		ust_memory_free(object);
	}
	return 1;
}

int ust_registry_scan(int unrelocated)
{
	struct scan scan = {.unrelocated = unrelocated, .first = 1};
	struct object *object;

	for (object = objects; object; object = object->next)
		object->seen = 0;
	dl_iterate_phdr(scan_object, &scan);
	if (scan.unchanged)
		return 0;
	/* What is pinned now is found by its name in a second pass, wherever it is by then. */
	if (pin_object && pin_new_objects())
		dl_iterate_phdr(scan_object, &scan);
	return scan.changed | drop_unseen();
}

void ust_registry_set_pin(int (*pin)(const char *name))
{
	pin_object = pin;
}

void ust_registry_count(struct ust_registry_counts *ret_counts)
{
	const struct object *object;
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
	struct ust_site *site;
	uint32_t i, nr_events = ust_registry_nr_events();

	for (i = 0; i < nr_events; i++) {
		struct ust_event *event = ust_registry_event(i);

		for (site = event->sites; site; site = site->next)
			__atomic_store_n(&site->state->inst, NULL, __ATOMIC_RELAXED);
		event->inst = NULL;
		event->dirty = 0;
	}
}
