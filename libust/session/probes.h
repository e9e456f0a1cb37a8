/* SPDX-License-Identifier: LGPL-2.1-only */
/* The custom probes of <ust/probe.h> and the events they belong to. Under the session lock. */
#ifndef UST_SESSION_PROBES_H
#define UST_SESSION_PROBES_H

#include "../probe/probe.h"

int ust_probes_any(void);

/* Joins new events with probes that wait for them, and the other way round. */
void ust_probes_events_changed(void);

/* What event @local calls; NULL: nothing. */
const struct ust_probe_list *ust_probes_of(uint32_t local);

/* Frees the lists that were replaced; after a grace period. */
void ust_probes_free_replaced(void);

#endif /* UST_SESSION_PROBES_H */
