/* SPDX-License-Identifier: LGPL-2.1-only */
/* The table of events. An event is never freed: its number stays its own. */
#ifndef UST_SITE_EVENTS_H
#define UST_SITE_EVENTS_H

#include "record.h"
#include "registry.h"

/* The event the record belongs to, made if it is the first of its kind; NULL without memory. */
struct ust_event *ust_events_find(const struct ust_elf_object *object,
				  const struct ust_record *record, int unrelocated);

#endif /* UST_SITE_EVENTS_H */
