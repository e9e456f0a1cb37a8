/* SPDX-License-Identifier: LGPL-2.1-only */
#include "define.h"

#include <errno.h>

#include "../os/memory.h"
#include "../os/thread.h"
#include "../probe/dispatch.h"
#include "../session/lock.h"
#include "../site/attrs.h"
#include "../site/events.h"
#include "../site/record.h"
#include "../site/registry.h"
#include "objects.h"

static int define(const struct ust_define_opts *opts, struct ust_site_state *state)
{
	struct ust_elf_object no_object = {0};
	struct ust_record record = {
		.state = state,
		.provider = opts->provider,
		.name = opts->name,
		.file = "",
		.names = opts->names,
		.words = opts->words,
		.labels = opts->labels,
		.kind = UST_SITE_EVENT,
		.method = UST_SITE_LOAD,
		.nr_fields = (uint8_t)opts->nr_fields,
		.loglevel = ust_attr_loglevel(opts->loglevel),
	};
	struct ust_site *site = ust_memory_alloc(sizeof(*site));

	if (!site)
		return -ENOMEM;
	site->event = ust_events_find(&no_object, &record, 0);
	if (!site->event) {
		ust_memory_free(site);
		return -ENOMEM;
	}
	site->state = state;
	site->kind = record.kind;
	site->method = record.method;
	site->next = site->event->sites;
	site->event->sites = site;
	site->event->nr_sites++;
	site->event->fresh = 1;
	state->rseq_offset = ust_rseq_offset();
	state->thread_offset = ust_thread_offset();
	__atomic_store_n(&state->ops, &ust_site_ops, __ATOMIC_RELEASE);
	return 0;
}

int ust_define_event(const struct ust_define_opts *opts, struct ust_site_state *state)
{
	int saved = errno, err;
	sigset_t mask;

	ust_lock(&mask);
	err = define(opts, state);
	if (!err)
		ust_objects_announce();
	ust_unlock(&mask);
	errno = saved;
	return err;
}
