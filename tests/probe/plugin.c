/* SPDX-License-Identifier: GPL-2.0-only */
/* An object that comes and goes with an event. */
#include <ust/tracepoint.h>

void plugin_work(int n);

void plugin_work(int n)
{
	UST_EVENT(plugin, work, n);
}
