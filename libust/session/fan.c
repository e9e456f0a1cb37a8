/* SPDX-License-Identifier: LGPL-2.1-only */
#include "fan.h"

#include <string.h>

#include "../os/memory.h"

struct fan {
	struct fan *next; /* once replaced */
	struct ust_event_inst *inst;
	const struct ust_probe_list *probes;
	unsigned int nr;
	struct ust_event_inst *insts[];
};

static struct fan **fans; /* by event */
static size_t fans_capacity;
static struct fan *replaced;

static void replace(uint32_t local, struct fan *fan)
{
	struct fan *old = fans[local];

	fans[local] = fan;
	if (old) {
		old->next = replaced;
		replaced = old;
	}
}

struct ust_event_inst *ust_fan_choose(uint32_t local, struct ust_event_inst *const *insts,
				      unsigned int nr, const struct ust_probe_list *probes)
{
	struct ust_event_inst *alone = nr ? insts[0] : NULL;
	struct fan *fan = local < fans_capacity ? fans[local] : NULL;

	if (nr < 2 && !probes) {
		if (fan)
			replace(local, NULL);
		return alone;
	}
	if (fan && fan->nr == nr && fan->probes == probes &&
	    !memcmp(fan->insts, insts, nr * sizeof(*insts)))
		return fan->inst;
	if (ust_memory_grow((void **)&fans, &fans_capacity, (size_t)local + 1, sizeof(*fans)))
		return alone;
	fan = ust_memory_alloc(sizeof(*fan) + nr * sizeof(*insts));
	if (!fan || ust_fanout_create(insts, nr, probes, &fan->inst)) {
		ust_memory_free(fan);
		replace(local, NULL);
		return alone;
	}
	fan->nr = nr;
	fan->probes = probes;
	memcpy(fan->insts, insts, nr * sizeof(*insts));
	replace(local, fan);
	return fan->inst;
}

void ust_fan_free_replaced(void)
{
	while (replaced) {
		struct fan *fan = replaced;

		replaced = fan->next;
		ust_fanout_destroy(fan->inst);
		ust_memory_free(fan);
	}
}

void ust_fan_forked(void)
{
	size_t i;

	for (i = 0; i < fans_capacity; i++)
		if (fans[i])
			replace((uint32_t)i, NULL);
	ust_fan_free_replaced();
}
