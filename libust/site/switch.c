/* SPDX-License-Identifier: LGPL-2.1-only */
#include "registry.h"

#include "../arch/patch.h"
#include "../os/debug.h"
#include "../os/memory.h"

#define BATCH 512

static struct ust_patch batch[BATCH];
static size_t nr_batch;

/* Whether the sites of an event are to be looked at. */
static int concerned(const struct ust_event *event)
{
	return event->dirty || event->fresh;
}

static void flush(struct ust_patch *patches, size_t nr)
{
	size_t i;

	ust_patch_apply(patches, nr);
	for (i = 0; i < nr; i++) {
		struct ust_site *site = patches[i].data;

		if (patches[i].result) {
			site->refused = 1;
			ust_debug("%s:%s at %p cannot be patched: error %d", site->event->provider,
				  site->event->name, (void *)site->addr, -patches[i].result);
		} else {
			site->patched = patches[i].opcode == UST_SITE_OPCODE_ON;
		}
	}
}

static size_t count_patches(void)
{
	uint32_t i, nr = ust_registry_nr_events();
	size_t count = 0;

	for (i = 0; i < nr; i++)
		if (concerned(ust_registry_event(i)))
			count += ust_registry_event(i)->nr_sites;
	return count;
}

/* Toggles what differs, in one batch if there is memory for it, else in small ones. */
static void patch_all(void)
{
	uint32_t i, nr = ust_registry_nr_events();
	size_t size = BATCH, count = count_patches();
	struct ust_patch *patches = batch;

	if (count > BATCH) {
		patches = ust_memory_alloc(count * sizeof(*patches));
		if (patches)
			size = count;
		else
			patches = batch;
	}
	nr_batch = 0;
	for (i = 0; i < nr; i++) {
		struct ust_event *event = ust_registry_event(i);
		uint8_t on = event->inst != NULL;
		struct ust_site *site;

		if (!concerned(event))
			continue;
		for (site = event->sites; site; site = site->next) {
			if (site->method != UST_SITE_PATCH || site->refused || site->patched == on)
				continue;
			patches[nr_batch++] = (struct ust_patch){
				.addr = site->addr,
				.opcode = on ? UST_SITE_OPCODE_ON : UST_SITE_OPCODE_OFF,
				.prot = site->prot,
				.data = site,
			};
			if (nr_batch == size) {
				flush(patches, nr_batch);
				nr_batch = 0;
			}
		}
	}
	flush(patches, nr_batch);
	if (patches != batch)
		ust_memory_free(patches);
}

static void store_instances(int on)
{
	uint32_t i, nr = ust_registry_nr_events();

	for (i = 0; i < nr; i++) {
		struct ust_event *event = ust_registry_event(i);
		struct ust_site *site;

		if (!concerned(event) || (event->inst != NULL) != on)
			continue;
		/* [inst-publish]: pairs with the load of inst in the fused sequence. */
		for (site = event->sites; site; site = site->next)
			__atomic_store_n(&site->state->inst, event->inst, __ATOMIC_RELEASE);
	}
}

void ust_switch_events(void)
{
	uint32_t i, nr = ust_registry_nr_events();

	store_instances(1);
	patch_all();
	store_instances(0);
	for (i = 0; i < nr; i++) {
		ust_registry_event(i)->fresh = 0;
		ust_registry_event(i)->dirty = 0;
	}
}
