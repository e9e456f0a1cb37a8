/* SPDX-License-Identifier: LGPL-2.1-only */
/* One event for several takers: sessions and custom probes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

int ust_fanout_create(struct ust_event_inst *const *insts, unsigned int nr,
		      const struct ust_probe_list *probes, struct ust_event_inst **ret_inst)
{
	size_t size = sizeof(struct ust_fanout) + nr * sizeof(insts[0]);
	struct ust_fanout *fanout;

	size = (size + 63) & ~(size_t)63;
	fanout = aligned_alloc(64, size);
	if (!fanout)
		return -ENOMEM;
	memset(fanout, 0, size);
	fanout->nr = nr;
	fanout->probes = probes;
	memcpy(fanout->insts, insts, nr * sizeof(insts[0]));
	fanout->inst.next = fanout;
	*ret_inst = &fanout->inst;
	return 0;
}

void ust_fanout_destroy(struct ust_event_inst *inst)
{
	if (inst && !ust_grace_gave_up())
		free(inst->next);
}
