/* SPDX-License-Identifier: LGPL-2.1-only */
/* One instance for each event, also when several sessions and custom probes want it. Under the session lock. */
#ifndef UST_SESSION_FAN_H
#define UST_SESSION_FAN_H

#include "../channel/channel.h"

/*
 * What the sites of event @local are to record into: NULL, the one instance, or a fan-out of all of
 * them and of @probes (NULL: none), made anew only if the set has changed. Without memory the first
 * instance alone is served.
 */
struct ust_event_inst *ust_fan_choose(uint32_t local, struct ust_event_inst *const *insts,
				      unsigned int nr, const struct ust_probe_list *probes);

/* Frees the fan-outs that ust_fan_choose() replaced; after a grace period. */
void ust_fan_free_replaced(void);

void ust_fan_forked(void);

#endif /* UST_SESSION_FAN_H */
