/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the channel's files and the general record functions share. */
#ifndef UST_CHANNEL_INTERNAL_H
#define UST_CHANNEL_INTERNAL_H

#include "../ring/record.h"
#include "channel.h"

struct ust_channel {
	struct ust_ring_set set;
	unsigned char *map; /* the memfd */
	uint64_t map_size;
	struct ust_doorbell_shm *bell;
	uint32_t contexts;
	uint32_t nr_events;            /* instances handed out */
	struct ust_event_inst *events; /* room for UST_EVENT_ID_MAX + 1; fork wipes it */
};

/* Several instances behind one. Its own instance has no channel and points to the fanout. */
struct ust_fanout {
	struct ust_event_inst inst;
	const struct ust_probe_list *probes; /* NULL: none */
	unsigned int nr;
	struct ust_event_inst *insts[];
};

#endif /* UST_CHANNEL_INTERNAL_H */
