/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands that read a trace live in libustctl/view. */
#include "cmd.h"

#include "libustctl/view/view.h"

const struct ust_cmd ust_cmd_view = {
	.name = "view",
	.args = "[OPTION]... DIR",
	.summary = "print the events of a trace in the order of time",
	.run = ust_view_main,
};

const struct ust_cmd ust_cmd_stats = {
	.name = "stats",
	.args = "[OPTION]... DIR",
	.summary = "count the events of a trace by name, thread and rate",
	.run = ust_stats_main,
};
