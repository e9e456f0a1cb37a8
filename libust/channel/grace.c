/* SPDX-License-Identifier: LGPL-2.1-only */
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <urcu/urcu-bp.h>

#include "channel.h"

#define MEMBARRIER_TRIES 2

static int membarrier(int cmd)
{
	return (int)syscall(SYS_membarrier, cmd, 0, 0);
}

void ust_grace_wait(void)
{
	int tries;

	/* Restarts every sequence that runs: it loads its instance anew. Needs a registration,
	 * which a child of vfork or an exec has lost; where the kernel has no such command there
	 * are no sequences either (libust then never hands out fused instances:
	 * ust_channel_create). */
	for (tries = 0; tries < MEMBARRIER_TRIES; tries++) {
		if (!membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ))
			break;
		membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ);
	}
	urcu_bp_synchronize_rcu();
}
