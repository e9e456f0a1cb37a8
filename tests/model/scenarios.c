// SPDX-License-Identifier: GPL-2.0-only
/* The scenarios; docs/memory-order.md says which ordering each of them covers. */
#include <stddef.h>

#include "scenario.h"

/* Start offsets in a ring of two sub-buffers of 256 bytes. A reserve/commit event has 24 bytes, a
 * fused one 12, or 24 with its long header. */
#define NEAR_END(lap, room) ((lap) * 512 + 512 - (room))

const struct scenario scenarios[] = {
	{
		.name = "locked-writers",
		.writers = {{W_LOCKED, 2, 0, 0}, {W_LOCKED, 2, 0, 0}},
		.nr_subbufs = 2,
		.from = NEAR_END(1, 76), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "locked-first",
		.writers = {{W_LOCKED, 1, 0, 0}, {W_LOCKED, 1, 0, 0}},
		.reader = R_DRAIN, .rounds = 2,
		.nr_subbufs = 2,
	},
	{
		.name = "locked-three",
		.writers = {{W_LOCKED, 1, 0, 0}, {W_LOCKED, 1, 0, 0}, {W_LOCKED, 1, 0, 0}},
		.nr_subbufs = 2,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "locked-nested",
		.writers = {{W_LOCKED, 1, 0, W_LOCKED}, {W_LOCKED, 1, 0, 0}},
		.nr_subbufs = 2,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "locked-reader",
		.writers = {{W_LOCKED, 2, 0, 0}, {W_LOCKED, 1, 0, 0}},
		.reader = R_DRAIN, .rounds = 2,
		.nr_subbufs = 2,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "locked-full",
		.writers = {{W_LOCKED, 2, 0, 0}},
		.reader = R_DRAIN, .rounds = 3,
		.nr_subbufs = 2, .unread = 1,
		.from = NEAR_END(0, 52), .to = NEAR_END(0, 4), .step = 24,
	},
	{
		.name = "locked-restart",
		.writers = {{W_LOCKED, 2, 0, 0}},
		.reader = R_DRAIN, .rounds = 2, .restart = 1,
		.nr_subbufs = 2,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "locked-sleep",
		.writers = {{W_LOCKED, 1, 0, 0}, {W_LOCKED, 1, 0, 0}},
		.reader = R_EVENT, .rounds = 5,
		.nr_subbufs = 2,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 48,
	},
	{
		.name = "locked-sleep-switch",
		.writers = {{W_LOCKED, 2, 0, 0}},
		.reader = R_SWITCH, .rounds = 5,
		.nr_subbufs = 2,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "locked-overwrite",
		.writers = {{W_LOCKED, 2, 0, 0}, {W_LOCKED, 1, 0, 0}},
		.nr_subbufs = 2, .overwrite = 1,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "locked-snapshot",
		.writers = {{W_LOCKED, 1, 0, 0}, {W_LOCKED, 1, 0, 0}},
		.reader = R_SNAPSHOT, .rounds = 1,
		.nr_subbufs = 2, .overwrite = 1,
		.from = NEAR_END(1, 28), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "locked-killed",
		.writers = {{W_LOCKED, 2, 0, 0}, {W_LOCKED, 1, 0, 0}},
		.nr_subbufs = 2, .kill = 1,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "fused-threads",
		.writers = {{W_FUSED, 1, 0, 0}, {W_FUSED, 1, 0, 0}},
		.nr_subbufs = 2, .preemptions = 1,
		.from = NEAR_END(1, 72), .to = NEAR_END(1, 8), .step = 64,
	},
	{
		.name = "fused-nested",
		.writers = {{W_FUSED, 2, 0, W_FUSED}},
		.nr_subbufs = 2,
		.from = NEAR_END(1, 96), .to = NEAR_END(1, 4), .step = 4,
	},
	{
		.name = "fused-migrated",
		.writers = {{W_FUSED, 1, 0, 0}, {W_FUSED, 1, 1, 0}},
		.nr_subbufs = 2, .nr_rings = 2, .preemptions = 1, .migrations = 1,
		.from = NEAR_END(1, 100), .to = NEAR_END(1, 100), .step = 64,
	},
	{
		.name = "fused-reader",
		.writers = {{W_FUSED, 2, 0, 0}},
		.reader = R_DRAIN, .rounds = 3,
		.nr_subbufs = 2,
		.from = NEAR_END(1, 96), .to = NEAR_END(1, 4), .step = 4,
	},
	{
		.name = "fused-deadline",
		.writers = {{W_FUSED, 2, 0, W_FUSED}},
		.reader = R_DRAIN, .rounds = 1,
		.nr_subbufs = 2, .clock_jump = (1 << 27) - 4,
		.from = NEAR_END(1, 120), .to = NEAR_END(1, 120),
	},
	{
		.name = "fused-full",
		.writers = {{W_FUSED, 2, 0, 0}},
		.reader = R_DRAIN, .rounds = 3,
		.nr_subbufs = 2, .unread = 1,
		.from = NEAR_END(0, 52), .to = NEAR_END(0, 4), .step = 8,
	},
	{
		.name = "fused-restart",
		.writers = {{W_FUSED, 2, 0, 0}},
		.reader = R_DRAIN, .rounds = 2, .restart = 1,
		.nr_subbufs = 2,
		.from = NEAR_END(1, 92), .to = NEAR_END(1, 4), .step = 8,
	},
	{
		.name = "fused-sleep",
		.writers = {{W_FUSED, 2, 0, 0}},
		.reader = R_EVENT, .rounds = 6,
		.nr_subbufs = 2,
		.from = NEAR_END(1, 120), .to = NEAR_END(1, 4), .step = 29 * 4,
	},
	{
		.name = "fused-sleep-switch",
		.writers = {{W_FUSED, 2, 0, 0}},
		.reader = R_SWITCH, .rounds = 5,
		.nr_subbufs = 2,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "fused-overwrite",
		.writers = {{W_FUSED, 2, 0, W_FUSED}},
		.nr_subbufs = 2, .overwrite = 1,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 8,
	},
	{
		.name = "fused-snapshot",
		.writers = {{W_FUSED, 3, 0, 0}},
		.reader = R_SNAPSHOT, .rounds = 1,
		.nr_subbufs = 2, .overwrite = 1,
		.from = NEAR_END(1, 52), .to = NEAR_END(1, 4), .step = 24,
	},
	{
		.name = "fused-killed",
		.writers = {{W_FUSED, 2, 0, W_FUSED}},
		.nr_subbufs = 2, .kill = 1,
		.from = NEAR_END(1, 92), .to = NEAR_END(1, 4), .step = 8,
	},
	{.name = NULL},
};
