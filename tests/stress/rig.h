/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a stress test records into: a channel in a memfd, mapped once by the writer's half of libust
 * and once by the readers, as in ustd.
 */
#ifndef UST_STRESS_RIG_H
#define UST_STRESS_RIG_H

#include <stdint.h>

#include "libust/channel/channel.h"
#include "libust/ring/read.h"

struct stress_rig {
	struct ust_ring_geometry geo;
	int channel_fd, bell_fd;
	unsigned char *map; /* the reader's */
	struct ust_channel *channel;
};

/* The memory. Exits with a message when something fails, like all of these. */
void stress_rig_init(struct stress_rig *rig, uint64_t subbuf_size, uint32_t nr_subbufs,
		     int overwrite);
void stress_rig_fini(struct stress_rig *rig);

/* The writer's half: fills stress_states in. May be called in a child. */
void stress_rig_open(struct stress_rig *rig);
/* Takes it away from under the writers, as at the end of a session. Result: 0, or -1: they did not
 * leave it within the grace period. */
int stress_rig_close(struct stress_rig *rig);
/* Forgets all that is in the memory. Nobody writes to it. */
void stress_rig_clear(const struct stress_rig *rig);

/* Sums of the loss ledger: of one id and reason, and of all. */
uint64_t stress_rig_ledger(const struct stress_rig *rig, uint32_t id, enum ust_lost_reason reason);
uint64_t stress_rig_ledger_all(const struct stress_rig *rig);
/* Sum of the rings' loss counters. */
uint64_t stress_rig_lost(const struct stress_rig *rig);

/* Largest sequence of STRESS_SIZED that an empty sub-buffer takes. */
uint32_t stress_rig_max_sized(const struct stress_rig *rig);

#endif /* UST_STRESS_RIG_H */
