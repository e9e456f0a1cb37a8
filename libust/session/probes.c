/* SPDX-License-Identifier: LGPL-2.1-only */
#include "probes.h"

#include <errno.h>
#include <string.h>

#include <ust/probe.h>

#include "../channel/channel.h"
#include "../os/debug.h"
#include "../os/debuginfo.h"
#include "../os/memory.h"
#include "../probe/signature.h"
#include "lock.h"
#include "session.h"

#define SIGNATURE_SIZE (UST_PROBE_MAX_ARGS + 1)

struct probe {
	struct probe *next;
	char *provider, *name;
	struct ust_probe_fn fn;
	int typed;
	unsigned char signature[SIGNATURE_SIZE];
};

struct replaced {
	struct replaced *next;
	struct ust_probe_list *list;
};

static struct probe *probes;
static struct ust_probe_list **lists; /* by event */
static size_t lists_capacity;
static struct replaced *replaced;

static int is_for(const struct probe *probe, const struct ust_event *event)
{
	return !strcmp(probe->provider, event->provider) && !strcmp(probe->name, event->name);
}

static int fits(const struct probe *probe, const struct ust_event *event)
{
	return ust_signature_check(event, probe->typed ? probe->signature : NULL);
}

/* The old list is freed later; without memory for the note of it, never. */
static void replace(uint32_t local, struct ust_probe_list *list)
{
	struct replaced *old;

	if (lists[local]) {
		old = ust_memory_alloc(sizeof(*old));
		if (old) {
			old->list = lists[local];
			old->next = replaced;
			replaced = old;
		}
	}
	lists[local] = list;
}

/* The probes of an event. Result: how many; with NULL for @fns they are only counted. */
static unsigned int gather(const struct ust_event *event, struct ust_probe_fn *fns)
{
	struct probe *probe;
	unsigned int nr = 0;

	for (probe = probes; probe; probe = probe->next) {
		if (!is_for(probe, event) || fits(probe, event))
			continue;
		if (fns)
			fns[nr] = probe->fn;
		nr++;
	}
	return nr;
}

/* Makes the list of an event anew. Result: 0, -ENOMEM, -ENOTSUP. */
static int rebuild(const struct ust_event *event)
{
	unsigned int nr = gather(event, NULL);
	struct ust_probe_list *list = NULL;
	struct ust_probe_fn *fns;
	int err = 0;

	/* Without a new list nobody is called: the old one may name what was unregistered. */
	if (nr) {
		fns = ust_memory_alloc(nr * sizeof(*fns));
		err = fns ? 0 : -ENOMEM;
		if (!err) {
			gather(event, fns);
			err = ust_probe_list_create(event, fns, nr, &list);
		}
		ust_memory_free(fns);
	}
	replace(event->local, list);
	return err;
}

/* Result: number of events that call the probe now, or -EINVAL, -ENOTSUP, -ENOMEM: there are events
 * of its name, and none can. */
static int rebuild_of(const struct probe *probe)
{
	uint32_t i, nr = ust_registry_nr_events();
	int joined = 0, refused = 0;

	if (ust_memory_grow((void **)&lists, &lists_capacity, nr, sizeof(*lists)))
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		struct ust_event *event = ust_registry_event(i);
		int err;

		if (!is_for(probe, event))
			continue;
		err = fits(probe, event);
		if (!err)
			err = rebuild(event);
		if (err)
			refused = err;
		else
			joined += event->nr_sites != 0;
	}
	return joined ? joined : refused;
}

int ust_probes_any(void)
{
	return probes != NULL;
}

void ust_probes_events_changed(void)
{
	uint32_t i, nr = ust_registry_nr_events();

	if (!probes || ust_memory_grow((void **)&lists, &lists_capacity, nr, sizeof(*lists)))
		return;
	for (i = 0; i < nr; i++) {
		struct ust_event *event = ust_registry_event(i);
		struct probe *probe;

		if (lists[i])
			continue;
		for (probe = probes; probe; probe = probe->next) {
			if (!is_for(probe, event))
				continue;
			if (fits(probe, event)) {
				ust_debug("%s:%s: its fields are not what a probe takes: not "
					  "called",
					  event->provider, event->name);
				continue;
			}
			rebuild(event);
			break;
		}
	}
}

const struct ust_probe_list *ust_probes_of(uint32_t local)
{
	return local < lists_capacity ? lists[local] : NULL;
}

void ust_probes_free_replaced(void)
{
	while (replaced) {
		struct replaced *old = replaced;

		replaced = old->next;
		if (!ust_grace_gave_up())
			ust_probe_list_destroy(old->list);
		ust_memory_free(old);
	}
}

static struct probe **find(const char *provider, const char *name, const struct ust_probe_fn *fn)
{
	struct probe **at = &probes;

	for (; *at; at = &(*at)->next)
		if (!strcmp((*at)->provider, provider) && !strcmp((*at)->name, name) &&
		    (*at)->fn.fn == fn->fn && (*at)->fn.data == fn->data)
			break;
	return at;
}

static void free_probe(struct probe *probe)
{
	if (probe)
		ust_memory_free(probe->provider);
	ust_memory_free(probe);
}

/* Both names live in one piece of memory. */
static struct probe *make_probe(const char *provider, const char *name,
				const struct ust_probe_fn *fn, const unsigned char *signature)
{
	size_t provider_size = strlen(provider) + 1, name_size = strlen(name) + 1;
	struct probe *probe = ust_memory_alloc(sizeof(*probe));

	if (!probe)
		return NULL;
	probe->provider = ust_memory_alloc(provider_size + name_size);
	if (!probe->provider) {
		free_probe(probe);
		return NULL;
	}
	probe->name = probe->provider + provider_size;
	memcpy(probe->provider, provider, provider_size);
	memcpy(probe->name, name, name_size);
	probe->fn = *fn;
	probe->typed = signature != NULL;
	if (signature)
		memcpy(probe->signature, signature, strlen((const char *)signature) + 1);
	return probe;
}

static int add(const char *provider, const char *name, const struct ust_probe_fn *fn,
	       const unsigned char *signature)
{
	struct probe **at = find(provider, name, fn), *probe;
	int nr;

	if (*at)
		return -EEXIST;
	probe = make_probe(provider, name, fn, signature);
	if (!probe)
		return -ENOMEM;
	*at = probe;
	nr = rebuild_of(probe);
	if (nr < 0) {
		*at = NULL;
		free_probe(probe);
		return nr;
	}
	ust_session_apply();
	return nr ? 0 : 1;
}

static int bad_name(const char *s)
{
	return !s || !*s || strpbrk(s, "*?");
}

__attribute__((visibility("default"))) int ust_probe_register_types(const char *provider,
								    const char *name,
								    void (*fn)(void), void *data,
								    const unsigned char *signature)
{
	struct ust_probe_fn call = {.fn = fn, .data = data};
	unsigned char found[SIGNATURE_SIZE];
	sigset_t mask;
	int ret;

	if (bad_name(provider) || bad_name(name) || !fn)
		return -EINVAL;
	if (ust_probe_inside())
		return -EDEADLK;
	if (signature && strlen((const char *)signature) >= SIGNATURE_SIZE)
		return -EINVAL;
	/* Opens files and libraries, which nobody may do under the lock. */
	if (!signature && ust_debuginfo_parameters &&
	    !ust_debuginfo_parameters((void *)(uintptr_t)fn, found, sizeof(found))) {
		/* The first is data. */
		if (found[0] != UST_TYPE_POINTER && found[0] != UST_TYPE_STRING)
			return -EINVAL;
		signature = found + 1;
	}
	if (!signature)
		ust_debug("%s:%s: the parameters of a probe are not known: not compared", provider,
			  name);
	ust_lock(&mask);
	ret = add(provider, name, &call, signature);
	ust_unlock(&mask);
	return ret;
}

__attribute__((visibility("default"))) int
ust_probe_unregister_types(const char *provider, const char *name, void (*fn)(void), void *data)
{
	struct ust_probe_fn call = {.fn = fn, .data = data};
	struct probe **at, *probe;
	sigset_t mask;
	int ret = 0;

	if (!provider || !name)
		return -ENOENT;
	if (ust_probe_inside())
		return -EDEADLK;
	ust_lock(&mask);
	at = find(provider, name, &call);
	probe = *at;
	if (probe) {
		*at = probe->next;
		rebuild_of(probe);
		ust_session_apply();
		free_probe(probe);
		ret = ust_grace_gave_up() ? -ETIMEDOUT : 0;
	} else {
		ret = -ENOENT;
	}
	ust_unlock(&mask);
	return ret;
}
