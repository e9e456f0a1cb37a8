// SPDX-License-Identifier: GPL-2.0-only
/* The scenarios; docs/memory-order.md says which ordering each of them covers. */
#include <stddef.h>

#include "scenario.h"

/* Start offsets in a ring of two sub-buffers of 256 bytes. A reserve/commit event has 24 bytes, a
 * fused one 12, or 24 with its long header. */
#define NEAR_END(lap, room) ((lap)*512 + 512 - (room))
#define SWEEP(lap, first, last, by) \
	.from = NEAR_END(lap, first), .to = NEAR_END(lap, last), .step = (by)
#define ONCE(lap, room) .from = NEAR_END(lap, room), .to = NEAR_END(lap, room)
#define LOCKED(count)	{W_LOCKED, count, 0, W_NONE}
#define FUSED(count)	{W_FUSED, count, 0, W_NONE}

const struct scenario scenarios[] = {
	{.name = "locked-writers", .writers = {LOCKED(2), LOCKED(2)}, .weak_only = 1,
	 .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 72, 4, 12)},
	{.name = "locked-first", .writers = {LOCKED(1), LOCKED(1)}, .weak_only = 1,
	 .reader = R_DRAIN, .rounds = 1, .nr_subbufs = 2, .no_loss = 1},
	{.name = "locked-three", .writers = {LOCKED(1), LOCKED(1), LOCKED(1)}, .weak_only = 1,
	 .nr_subbufs = 2, .no_loss = 1, ONCE(1, 28)},
	{.name = "locked-nested", .writers = {{W_LOCKED, 1, 0, W_LOCKED}, LOCKED(1)},
	 .weak_only = 1, .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 52, 4, 24)},
	{.name = "locked-reader", .writers = {LOCKED(1), LOCKED(1)},
	 .reader = R_DRAIN, .rounds = 2, .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 52, 28, 24)},
	{.name = "locked-full", .writers = {LOCKED(2)}, .reader = R_DRAIN, .rounds = 3,
	 .nr_subbufs = 2, .unread = 1, SWEEP(0, 52, 4, 24)},
	{.name = "locked-restart", .writers = {LOCKED(2)}, .reader = R_DRAIN, .rounds = 2,
	 .restart = 1, .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 52, 4, 24)},
	{.name = "locked-sleep", .writers = {LOCKED(2)}, .reader = R_EVENT, .rounds = 5,
	 .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 52, 4, 24)},
	{.name = "locked-sleep-two", .writers = {LOCKED(1), LOCKED(1)}, .weak_only = 1,
	 .reader = R_EVENT, .rounds = 4, .nr_subbufs = 2, .no_loss = 1, ONCE(1, 60)},
	{.name = "locked-sleep-switch", .writers = {LOCKED(2)}, .reader = R_SWITCH, .rounds = 5,
	 .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 52, 4, 24)},
	{.name = "locked-overwrite", .writers = {LOCKED(2), LOCKED(1)}, .weak_only = 1,
	 .nr_subbufs = 2, .overwrite = 1, SWEEP(1, 52, 4, 24)},
	/* One stays in a sub-buffer while the other goes around the ring. */
	{.name = "locked-lap", .writers = {LOCKED(1), {W_LARGE, 2, 0, W_NONE}}, .weak_only = 1,
	 .nr_subbufs = 2, .overwrite = 1, ONCE(1, 28)},
	{.name = "locked-snapshot", .writers = {LOCKED(2)}, .reader = R_SNAPSHOT, .rounds = 1,
	 .nr_subbufs = 2, .overwrite = 1, SWEEP(1, 28, 4, 24)},
	{.name = "locked-killed", .writers = {LOCKED(2), LOCKED(1)}, .weak_only = 1,
	 .nr_subbufs = 2, .kill = 1, .no_loss = 1, SWEEP(1, 52, 4, 24)},
	{.name = "locked-killed-read", .writers = {LOCKED(2)}, .weak_only = 1,
	 .reader = R_DRAIN, .rounds = 2, .nr_subbufs = 2, .kill = 1, .no_loss = 1, ONCE(1, 28)},

	{.name = "fused-threads", .writers = {FUSED(1), FUSED(1)}, .weak_only = 1,
	 .nr_subbufs = 2, .preemptions = 2, .no_loss = 1, SWEEP(1, 92, 68, 12)},
	{.name = "fused-threads-switch", .writers = {FUSED(1), FUSED(1)}, .weak_only = 1,
	 .nr_subbufs = 2, .preemptions = 2, .no_loss = 1, ONCE(1, 8)},
	{.name = "fused-nested", .writers = {{W_FUSED, 2, 0, W_FUSED}}, .weak_only = 1,
	 .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 96, 4, 4)},
	{.name = "fused-migrated", .writers = {FUSED(1), {W_FUSED, 1, 1, W_NONE}}, .weak_only = 1,
	 .nr_subbufs = 2, .nr_rings = 2, .preemptions = 1, .migrations = 1, .no_loss = 1,
	 ONCE(1, 92)},
	{.name = "fused-migrated-slow", .writers = {{W_STAGED, 1, 0, W_NONE}, {W_FUSED, 1, 1, W_NONE}},
	 .weak_only = 1, .nr_subbufs = 2, .nr_rings = 2, .preemptions = 1, .migrations = 1,
	 .no_loss = 1, ONCE(1, 92)},
	{.name = "fused-fast", .writers = {FUSED(2)}, .nr_subbufs = 2, .fast = 1, .no_loss = 1,
	 SWEEP(1, 8, 4, 4)},
	{.name = "fused-reader", .writers = {FUSED(2)}, .reader = R_DRAIN, .rounds = 2,
	 .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 96, 4, 12)},
	{.name = "fused-deadline", .writers = {{W_FUSED, 2, 0, W_FUSED}}, .reader = R_DRAIN,
	 .rounds = 1, .nr_subbufs = 2, .clock_jump = (1 << 27) - 8, .no_loss = 1, ONCE(1, 120)},
	{.name = "fused-deadline-passed", .writers = {{W_FUSED, 2, 0, W_FUSED}}, .weak_only = 1,
	 .nr_subbufs = 2, .clock_jump = (1 << 27) + (1 << 26), .no_loss = 1, ONCE(1, 120)},
	{.name = "fused-full", .writers = {FUSED(2)}, .reader = R_DRAIN, .rounds = 2,
	 .nr_subbufs = 2, .unread = 1, SWEEP(0, 52, 4, 16)},
	/* An event that ends where the sub-buffer does; the next one has not been read. */
	{.name = "fused-overshoot", .writers = {FUSED(1)}, .reader = R_DRAIN, .rounds = 3,
	 .nr_subbufs = 2, .unread = 1, SWEEP(0, 24, 12, 4)},
	{.name = "fused-restart", .writers = {FUSED(2)}, .weak_only = 1, .reader = R_DRAIN,
	 .rounds = 2, .restart = 1, .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 92, 4, 44)},
	{.name = "fused-sleep", .writers = {FUSED(2)}, .reader = R_EVENT, .rounds = 5,
	 .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 120, 4, 116)},
	{.name = "fused-sleep-switch", .writers = {FUSED(2)}, .reader = R_SWITCH, .rounds = 5,
	 .nr_subbufs = 2, .no_loss = 1, SWEEP(1, 52, 4, 24)},
	{.name = "fused-overwrite", .writers = {{W_FUSED, 2, 0, W_FUSED}}, .nr_subbufs = 2,
	 .overwrite = 1, SWEEP(1, 52, 4, 8)},
	{.name = "fused-snapshot", .writers = {FUSED(2)}, .reader = R_SNAPSHOT, .rounds = 1,
	 .nr_subbufs = 2, .overwrite = 1, SWEEP(1, 28, 4, 24)},
	{.name = "fused-killed", .writers = {{W_FUSED, 2, 0, W_FUSED}}, .weak_only = 1,
	 .nr_subbufs = 2, .kill = 1, .no_loss = 1, SWEEP(1, 92, 4, 8)},
	{.name = "fused-killed-read", .writers = {FUSED(2)}, .weak_only = 1, .reader = R_DRAIN,
	 .rounds = 2, .nr_subbufs = 2, .kill = 1, .no_loss = 1, SWEEP(1, 92, 4, 44)},
	{.name = NULL},
};
