/* SPDX-License-Identifier: LGPL-2.1-only */
/* The events of "record --call", whose fields are known when the program runs. */
#ifndef UST_PRELOAD_EVENT_H
#define UST_PRELOAD_EVENT_H

#include <ust/abi/site.h>

#include "prototype.h"

#pragma GCC visibility push(hidden)

/* Arguments, result, duration. */
#define UST_CALL_MAX_FIELDS (UST_PROTOTYPE_MAX_PARAMS + 2)

struct ust_call_event {
	struct ust_site_state *state; /* NULL: could not be made */
	unsigned int nr_fields;
	__u32 words[UST_CALL_MAX_FIELDS];
};

/* The event of a prototype. Result: 0 or a negative errno; the event can then not be recorded. */
int ust_call_event_create(const struct ust_prototype *prototype, struct ust_call_event *ret_event);

static inline int ust_call_event_is_on(const struct ust_call_event *event)
{
	return event->state && __atomic_load_n(&event->state->inst, __ATOMIC_ACQUIRE);
}

/* @args: nr_fields of them; the words are filled in. */
void ust_call_event_record(const struct ust_call_event *event, struct ust_arg *args, void *ip);

#pragma GCC visibility pop

#endif /* UST_PRELOAD_EVENT_H */
