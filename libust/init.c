/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * libust's constructor and destructor. Whatever goes wrong here leaves the program as it would be
 * without libust.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include <ust/abi/control.h>

#include "channel/channel.h"
#include "control/listener.h"
#include "control/objects.h"
#include "fork.h"
#include "os/debug.h"
#include "os/memory.h"
#include "os/thread.h"
#include "session/lock.h"
#include "session/session.h"
#include "stay/stay.h"

/*
 * Programs refer to nothing of libust. This is what a link editor can be told to look for, so that
 * it takes libust in: -Wl,-u,ust_linked.
 */
__attribute__((visibility("default"))) extern const int ust_linked;
const int ust_linked = 1;

/*
 * A program that was written for LTTng-UST defines it as weak and asks whether there is a tracer. Weak
 * here too: the program may be linked with libust.a.
 */
__attribute__((visibility("default"), weak)) int lttng_ust_loaded;

static void *volatile ust_first_block;

/* Whether we are loaded by ustctl attach, which is going to call ust_attach(). */
static int is_injected(void)
{
	char name[16] = "";

	prctl(PR_GET_NAME, name);
	return !strncmp(name, UST_ATTACH_THREAD, sizeof(name));
}

static __attribute__((constructor(101))) void ust_init(void)
{
	int saved = errno;
	sigset_t mask;

	ust_debug_init();
	ust_thread_init();
	ust_grace_init();
	/*
	 * An allocator that the program brings along registers its fork handlers at the first call.
	 * They must be older than ours: its locks are then taken after ours and released before
	 * ours are, and the child can allocate when it registers.
	 */
	free(ust_first_block = malloc(1));
	ust_lock(&mask);
	if (is_injected()) {
		/* The rest waits for ust_attach(): it registers with membarrier, which takes some
		 * milliseconds, while a thread of the program may be held. */
		ust_fork_init();
	} else if (ust_objects_init()) {
		ust_debug("another libust is here already: this one does nothing");
	} else {
		lttng_ust_loaded = 1;
		ust_fork_init();
		ust_control_start(0);
	}
	ust_unlock(&mask);
	errno = saved;
}

static __attribute__((destructor)) void ust_fini(void)
{
	int saved = errno;
	sigset_t mask;

	if (ust_stay_leaving) {
		ust_memory_fini();
		return;
	}
	if (ust_session_is_flight_recorder() && !ust_thread.vforked) {
		ust_lock(&mask);
		ust_session_replay_overwritten();
		ust_unlock(&mask);
	}
	ust_control_exit();
	errno = saved;
}
