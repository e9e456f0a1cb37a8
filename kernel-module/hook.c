// SPDX-License-Identifier: GPL-2.0-only
#include "hook.h"

#include <linux/string.h>
#include <linux/tracepoint.h>

struct search {
	const char *name;
	struct tracepoint *found;
};

static void look(struct tracepoint *tp, void *data)
{
	struct search *search = data;

	if (!strcmp(tp->name, search->name))
		search->found = tp;
}

static struct tracepoint *find(const char *name)
{
	struct search search = {.name = name};

	for_each_kernel_tracepoint(look, &search);
	return search.found;
}

int ust_khook_attach(const char *name, void *probe, void *data)
{
	struct tracepoint *tp = find(name);

	return tp ? tracepoint_probe_register(tp, probe, data) : -ENOENT;
}

void ust_khook_detach(const char *name, void *probe, void *data)
{
	tracepoint_probe_unregister(find(name), probe, data);
	tracepoint_synchronize_unregister();
}
