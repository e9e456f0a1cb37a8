/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * What "ustctl attach" calls in a process that it injected libust into, or in which it found a
 * libust that ustd does not reach. In a thread of its own, with all signals blocked.
 */
#include <errno.h>

#include "../fork.h"
#include "../os/debug.h"
#include "../os/rundir.h"
#include "../session/lock.h"
#include "../stay/stay.h"
#include "listener.h"

/*
 * @rundir: runtime directory of whoever attaches. Result: the descriptor of a connected socket, at
 * whose other end libust waits for a ustd; the caller closes it. Or a negative errno: -EBUSY
 * another ustd has the process, -EALREADY another copy of libust serves it,
 * -EAGAIN it is just being unloaded.
 */
__attribute__((visibility("default"))) int ust_attach(const char *rundir);

int ust_attach(const char *rundir)
{
	sigset_t mask;
	int ret;

	ust_lock(&mask);
	ret = __atomic_load_n(&ust_stay_leaving, __ATOMIC_SEQ_CST) ? -EAGAIN : 0;
	if (!ret) {
		ust_rundir_set(rundir);
		ust_fork_init();
	}
	ust_unlock(&mask);
	if (!ret)
		ret = ust_control_offer();
	ust_debug("attach: %d", ret);
	return ret;
}
