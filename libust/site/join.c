/* SPDX-License-Identifier: LGPL-2.1-only */
#include "join.h"

#include <string.h>

#include "../os/debug.h"
#include "../os/memory.h"

#define NR_BUCKETS 1024

static struct ust_name *buckets[NR_BUCKETS];
static struct ust_name *names;
static struct ust_site *orphans;

static uint32_t hash_string(uint32_t hash, const char *s)
{
	do {
		hash = (hash ^ (unsigned char)*s) * 16777619u;
	} while (*s++);
	return hash;
}

struct ust_name *ust_join_name(const char *provider, const char *name)
{
	uint32_t hash = hash_string(hash_string(2166136261u, provider), name);
	struct ust_name **bucket = &buckets[hash % NR_BUCKETS], *found;
	size_t provider_size, name_size;
	char *copy;

	for (found = *bucket; found; found = found->hash_next)
		if (found->hash == hash && !strcmp(found->provider, provider) &&
		    !strcmp(found->name, name))
			return found;
	provider_size = strlen(provider) + 1;
	name_size = strlen(name) + 1;
	found = ust_memory_alloc(sizeof(*found) + provider_size + name_size);
	if (!found)
		return NULL;
	copy = (char *)(found + 1);
	found->provider = memcpy(copy, provider, provider_size);
	found->name = memcpy(copy + provider_size, name, name_size);
	found->hash = hash;
	found->hash_next = *bucket;
	*bucket = found;
	return found;
}

static void append(struct ust_site **list, struct ust_site *site)
{
	while (*list)
		list = &(*list)->join->name_next;
	site->join->name_next = NULL;
	*list = site;
}

static void push(struct ust_site **list, struct ust_site *site)
{
	site->join->name_next = *list;
	*list = site;
}

void ust_join_add(struct ust_name *name, struct ust_site *site)
{
	site->join->name = name;
	if (site->kind == UST_SITE_DEFINITION) {
		if (name->definitions)
			ust_debug("%s:%s is defined again: what calls it keeps to the first",
				  name->provider, name->name);
		append(&name->definitions, site);
	} else {
		push(site->kind == UST_SITE_CALL ? &name->calls : &name->questions, site);
		if (!name->listed) {
			name->listed = 1;
			name->next = names;
			names = name;
		}
	}
	name->changed = 1;
}

/* Takes dead sites out of a list. */
static void drop_dead(struct ust_site **at)
{
	while (*at) {
		if ((*at)->state) {
			at = &(*at)->join->name_next;
			continue;
		}
		*at = (*at)->join->name_next;
	}
}

static void drop_orphans(void)
{
	struct ust_site **at = &orphans;

	while (*at) {
		if ((*at)->state)
			at = &(*at)->join->orphan_next;
		else
			*at = (*at)->join->orphan_next;
	}
}

/* Takes a call out of its event. */
static void leave(struct ust_site *call)
{
	struct ust_site **at = &call->event->sites;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	call->event->nr_sites--;
	call->event = NULL;
	call->join->definition = NULL;
}

static void make_orphan(struct ust_site *call)
{
	leave(call);
	call->join->orphan_next = orphans;
	orphans = call;
}

void ust_join_drop(void)
{
	struct ust_name *name;
	struct ust_site *call;
	uint32_t i;

	drop_orphans();
	for (name = names; name; name = name->next) {
		drop_dead(&name->calls);
		drop_dead(&name->questions);
		for (call = name->calls; call; call = call->join->name_next) {
			if (!call->join->definition || call->join->definition->state)
				continue;
			make_orphan(call);
			name->changed = 1;
		}
	}
	/* Names without calls have definitions too. */
	for (i = 0; i < NR_BUCKETS; i++)
		for (name = buckets[i]; name; name = name->hash_next)
			drop_dead(&name->definitions);
}

void ust_join_changed(struct ust_site *definition)
{
	definition->join->name->changed = 1;
}

/* The next character of a signature; what C and C++ spell differently is the same. */
static char next_char(const char **s)
{
	if (!strncmp(*s, "_Bool", 5))
		*s += 1;
	if (!strncmp(*s, "Bool", 4)) {
		*s += 1;
		return 'b';
	}
	return **s ? *(*s)++ : '\0';
}

static int same_signature(const char *a, const char *b)
{
	char c;

	do {
		c = next_char(&a);
		if (c != next_char(&b))
			return 0;
	} while (c);
	return 1;
}

/* The definition that a call is to take, or NULL. */
static struct ust_site *choose(const struct ust_site *call)
{
	struct ust_site *site, *first = NULL;

	for (site = call->join->name->definitions; site; site = site->join->name_next) {
		int own = site->join->object == call->join->object;

		if (!own && !ust_registry_callable(site))
			continue;
		if (!same_signature(site->join->signature, call->join->signature)) {
			ust_debug("%s:%s is called with (%s) and defined with (%s): not recorded",
				  call->join->name->provider, call->join->name->name,
				  call->join->signature, site->join->signature);
			continue;
		}
		if (own)
			return site;
		if (!first)
			first = site;
	}
	return first;
}

static void drop_orphan(struct ust_site *call)
{
	struct ust_site **at = &orphans;

	while (*at && *at != call)
		at = &(*at)->join->orphan_next;
	if (*at)
		*at = call->join->orphan_next;
}

static void join(struct ust_site *call, struct ust_site *definition)
{
	struct ust_event *event = definition->event;

	if (call->event)
		leave(call);
	else
		drop_orphan(call);
	call->join->definition = definition;
	if (definition->join->object != call->join->object)
		definition->join->called = 1;
	call->event = event;
	call->next = event->sites;
	event->sites = call;
	event->nr_sites++;
	event->fresh = 1;
	/* Before the site is switched on. [definition-publish -> definition-load] */
	__atomic_store_n(&call->state->definition, definition->join->function, __ATOMIC_RELEASE);
}

void ust_join_calls(void)
{
	struct ust_name *name;
	struct ust_site *call;

	for (name = names; name; name = name->next) {
		if (!name->changed)
			continue;
		name->changed = 0;
		for (call = name->calls; call; call = call->join->name_next) {
			struct ust_site *definition = choose(call);

			if (definition == call->join->definition)
				continue;
			if (definition)
				join(call, definition);
			else
				make_orphan(call);
		}
	}
}

struct ust_site *ust_join_orphans(void)
{
	return orphans;
}

void ust_join_forget_orphans(void)
{
	struct ust_site *next;

	for (; orphans; orphans = next) {
		next = orphans->join->orphan_next;
		orphans->join->orphan_next = NULL;
	}
}

void ust_join_nothing(void)
{
}

struct ust_name *ust_join_names(void)
{
	return names;
}

void *ust_join_answer(const struct ust_name *name)
{
	const struct ust_event *event;

	for (event = name->events; event; event = event->name_next)
		if (event->inst)
			return event->inst;
	return NULL;
}
