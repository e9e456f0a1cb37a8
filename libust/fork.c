/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * fork: the child forgets its parent's sessions and registers for itself before fork returns in it,
 * so that its first event goes into its own buffers. A child made without libc (a bare clone) runs
 * none of this; it finds the instances wiped and records nothing.
 */
#include "fork.h"

#include <errno.h>

#include <ust/abi/control.h>

#include "channel/channel.h"
#include "control/listener.h"
#include "control/objects.h"
#include "os/debug.h"
#include "os/thread.h"
#include "session/lock.h"
#include "session/probes.h"
#include "session/session.h"
#include "stay/stay.h"

/* Under the lock. */
static sigset_t fork_mask;
static int is_watching;

static int before(void)
{
	sigset_t mask;

	ust_lock(&mask);
	if (!is_watching) {
		ust_unlock(&mask);
		return 0;
	}
	fork_mask = mask;
	return 1;
}

static void after_in_parent(void)
{
	sigset_t mask = fork_mask;

	ust_unlock(&mask);
}

static void after_in_child(void)
{
	sigset_t mask = fork_mask;
	int saved = errno;

	ust_lock_forked();
	ust_grace_forked();
	ust_session_forked();
	ust_control_forked();
	ust_objects_forked();
	ust_control_start(UST_HELLO_FORKED);
	if (ust_probes_any())
		ust_session_apply();
	ust_unlock(&mask);
	errno = saved;
}

void ust_fork_init(void)
{
	static const struct ust_stay_fork handlers = {before, after_in_parent, after_in_child};

	is_watching = 1;
	if (ust_stay_fork(UST_STAY_FORK_LIBUST, &handlers))
		ust_debug("no memory for the fork handlers: children are not traced");
}

void ust_fork_fini(void)
{
	is_watching = 0;
	ust_stay_fork(UST_STAY_FORK_LIBUST, NULL);
}
