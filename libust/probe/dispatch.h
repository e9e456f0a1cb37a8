/* SPDX-License-Identifier: LGPL-2.1-only */
/* What an enabled site runs in libust when the fused path does not serve it. */
#ifndef UST_PROBE_DISPATCH_H
#define UST_PROBE_DISPATCH_H

#include <stdint.h>

#include <ust/abi/site.h>

/* For every state->ops. */
extern const struct ust_site_ops ust_site_ops;

/* What ops->presence does: see <ust/abi/site.h>. Set once, before any state has ops. */
extern void (*ust_presence_hook)(struct ust_site_state *state, int there);

/*
 * Records bytes as they are into one instance, from the calling thread, whose id is known. Under the
 * session lock.
 */
struct ust_event_inst;
void ust_record_replayed(const struct ust_event_inst *inst, const unsigned char *payload,
			 uint64_t len);

#endif /* UST_PROBE_DISPATCH_H */
