/* SPDX-License-Identifier: LGPL-2.1-only */
#include "registry.h"

#include "../arch/patch.h"
#include "../os/debug.h"
#include "../os/memory.h"
#include "join.h"

#define BATCH 512

static struct ust_patch batch[BATCH];

/* Whether the sites of an event are to be looked at. */
static int concerned(const struct ust_event *event)
{
	return event->dirty || event->fresh;
}

/* Calls @each for every site that is to be looked at, with what its state->inst is to be. */
static void for_each_site(void (*each)(void *data, struct ust_site *site, void *inst), void *data)
{
	uint32_t i, nr = ust_registry_nr_events();
	struct ust_name *name;
	struct ust_site *site;

	for (i = 0; i < nr; i++) {
		struct ust_event *event = ust_registry_event(i);

		if (!concerned(event))
			continue;
		for (site = event->sites; site; site = site->next)
			each(data, site, event->inst);
	}
	for (site = ust_join_orphans(); site; site = site->join->orphan_next)
		each(data, site, NULL);
	for (name = ust_join_names(); name; name = name->next) {
		void *inst = name->questions ? ust_join_answer(name) : NULL;

		for (site = name->questions; site; site = site->join->name_next)
			each(data, site, inst);
	}
}

static void flush(struct ust_patch *patches, size_t nr)
{
	size_t i;

	ust_patch_apply(patches, nr);
	for (i = 0; i < nr; i++) {
		struct ust_site *site = patches[i].data;

		if (patches[i].result) {
			site->refused = 1;
			ust_debug("site at %p cannot be patched: error %d", (void *)site->addr,
				  -patches[i].result);
		} else {
			site->patched = patches[i].opcode == UST_SITE_OPCODE_ON;
		}
	}
}

/* What is to be toggled, in one batch if there is memory for it, else in small ones. */
struct todo {
	struct ust_patch *patches;
	size_t size, nr;
};

static int differs(const struct ust_site *site, const void *inst)
{
	return site->method == UST_SITE_PATCH && !site->refused && site->patched != (inst != NULL);
}

static void count_patch(void *data, struct ust_site *site, void *inst)
{
	*(size_t *)data += (size_t)differs(site, inst);
}

static void add_patch(void *data, struct ust_site *site, void *inst)
{
	struct todo *todo = data;

	if (!differs(site, inst))
		return;
	todo->patches[todo->nr++] = (struct ust_patch){
		.addr = site->addr,
		.opcode = inst ? UST_SITE_OPCODE_ON : UST_SITE_OPCODE_OFF,
		.prot = site->prot,
		.data = site,
	};
	if (todo->nr == todo->size) {
		flush(todo->patches, todo->nr);
		todo->nr = 0;
	}
}

static void patch_all(void)
{
	struct todo todo = {.patches = batch, .size = BATCH};
	size_t count = 0;

	for_each_site(count_patch, &count);
	if (count > BATCH) {
		struct ust_patch *patches = ust_memory_alloc(count * sizeof(*patches));

		if (patches)
			todo = (struct todo){.patches = patches, .size = count};
	}
	for_each_site(add_patch, &todo);
	flush(todo.patches, todo.nr);
	if (todo.patches != batch)
		ust_memory_free(todo.patches);
}

/* Behind everything else of the state. [inst-publish -> inst-load in include/ust/ring/fused.h] */
static void store_instance(void *data, struct ust_site *site, void *inst)
{
	if ((inst != NULL) == *(const int *)data)
		__atomic_store_n(&site->state->inst, inst, __ATOMIC_RELEASE);
}

static void store_instances(int on)
{
	struct ust_site *site;

	for_each_site(store_instance, &on);
	if (on)
		return;
	/* A call that is off may keep its definition; one that has none may not. A thread that found it on
	 * may not have loaded the function yet. */
	for (site = ust_join_orphans(); site; site = site->join->orphan_next)
		__atomic_store_n(&site->state->definition, (const void *)ust_join_nothing,
				 __ATOMIC_RELEASE);
}

void ust_switch_events(void)
{
	uint32_t i, nr = ust_registry_nr_events();

	store_instances(1);
	patch_all();
	store_instances(0);
	ust_join_forget_orphans();
	for (i = 0; i < nr; i++) {
		ust_registry_event(i)->fresh = 0;
		ust_registry_event(i)->dirty = 0;
	}
}
