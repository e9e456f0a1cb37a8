/* SPDX-License-Identifier: LGPL-2.1-only */
#include "objects.h"

#include <errno.h>
#include <link.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../channel/channel.h"
#include "../os/debug.h"
#include "../os/dl.h"
#include "../os/leave.h"
#include "../os/thread.h"
#include "../os/wire.h"
#include "../probe/dispatch.h"
#include "../session/lock.h"
#include "../session/probes.h"
#include "../session/session.h"
#include "../site/registry.h"
#include "../stay/stay.h"
#include "connection.h"
#include "encode.h"
#include "handlers.h"
#include "listener.h"

#define OBJECTS_MS 100 /* how long ustd may be silent while a dlopen waits */

static unsigned char objects_buffer[UST_MSG_MAX];
static int hooked;
static int forked; /* this process is a fork's child */

/*
 * While objects are being unmapped the lock is kept, from the linker's notice before to its notice
 * after: nobody may touch their sites in between. The thread that is at it, and its signal mask.
 */
static pid_t deleting;
static sigset_t deleting_mask;

/* Sends the session's new events on a connection of its own and waits for their ids. */
static int ask_on(const struct ust_connection *own, struct ust_session *session, int64_t end)
{
	uint32_t cursor = 0;
	int ret;

	while ((ret = ust_send_unknown(own->fd, 0, session, &cursor)) > 0) {
		int64_t deadline = ust_now_ms() + OBJECTS_MS;
		struct ust_wire_in in;

		do {
			ret = ust_connection_wait(own, deadline < end ? deadline : end);
			deadline = ust_now_ms() + OBJECTS_MS;
		} while (!ret && ust_now_ms() < end && ust_connection_peer_works(own));
		if (ret <= 0)
			return ret ? ret : -ETIMEDOUT;
		ret = ust_wire_recv(own->fd, objects_buffer, sizeof(objects_buffer), &in, 0);
		if (ret <= 0)
			return ret ? ret : -EPIPE;
		ret = in.header.type == UST_MSG_EVENT_IDS ? ust_handle_message(own, &in) : -EPROTO;
		ust_wire_close_fds(&in);
		if (ret < 0)
			return ret;
	}
	return ret;
}

static int any_unknown(void)
{
	struct ust_session *session = NULL;

	while ((session = ust_session_next(session))) {
		uint32_t cursor = 0;
		struct ust_event *event = ust_session_next_unknown(session, &cursor);

		if (event) {
			ust_session_unask(session, event->local);
			return 1;
		}
	}
	return 0;
}

void ust_objects_announce(void)
{
	int64_t end = ust_now_ms() + UST_ALL_MS;
	struct ust_connection own = UST_NO_CONNECTION;
	struct ust_session *session = NULL;
	int err = 0;

	if (!ust_session_next(NULL) && !ust_probes_any())
		return;
	ust_session_events_changed();
	if (ust_control_connected() && any_unknown())
		err = ust_connection_connect(ust_now_ms() + OBJECTS_MS, &own);
	if (own.fd >= 0)
		ust_connection_set_timeout(&own, OBJECTS_MS);
	while (own.fd >= 0 && !err && (session = ust_session_next(session))) {
		err = ask_on(&own, session, end);
		if (err)
			ust_session_forget_asked(session);
	}
	if (err)
		ust_debug("no ids for new events: error %d", -err);
	ust_connection_close(&own);
	ust_session_apply();
}

static void objects_changed(int unrelocated)
{
	if (ust_registry_scan(unrelocated))
		ust_objects_announce();
}

/* Runs in the dynamic linker, which holds its load lock. */
static void linker_hook(void)
{
	pid_t self = (pid_t)syscall(SYS_gettid);
	int saved = errno, state = ust_dl_state();
	sigset_t mask;

	if (__atomic_load_n(&deleting, __ATOMIC_RELAXED) == self) {
		if (state == RT_DELETE)
			goto out;
		ust_thread_mute();
		mask = deleting_mask;
		__atomic_store_n(&deleting, 0, __ATOMIC_RELAXED);
	} else if (state == RT_ADD) {
		goto out;
	} else {
		ust_lock(&mask);
	}
	/* Taken out while we waited: the notice after will not come. */
	if (hooked <= 0 && state == RT_DELETE) {
		ust_unlock(&mask);
		goto out;
	}
	if (state == RT_DELETE) {
		deleting_mask = mask;
		__atomic_store_n(&deleting, self, __ATOMIC_RELAXED);
		/* What the linker itself does until it is done may be traced. */
		ust_thread_unmute();
		goto out;
	}
	objects_changed(1);
	ust_unlock(&mask);
	ust_dl_tell();
out:
	errno = saved;
}

/* The linker is asked not to unload the object, because nobody would tell us. */
static int pin(const char *name)
{
	if (ust_dl_pin)
		return ust_dl_pin(name);
	return name[0] ? -EOPNOTSUPP : 0; /* the program itself stays */
}

/* The thread that ends the program: nothing is unmapped behind the destructors that it calls. */
static pid_t exiting;

static void exit_begins(void)
{
	__atomic_store_n(&exiting, (pid_t)syscall(SYS_gettid), __ATOMIC_RELAXED);
}

static int is_exit_watched;

/* Registered when the program runs, so that it is called before the destructors. */
static void watch_exit(void)
{
	if (!__atomic_exchange_n(&is_exit_watched, 1, __ATOMIC_RELAXED))
		ust_stay_exit(exit_begins);
}

static void wait_for_callers(const struct ust_text *text)
{
	int err;

	if (!text->end || __atomic_load_n(&exiting, __ATOMIC_RELAXED) == (pid_t)syscall(SYS_gettid))
		return;
	err = ust_leave_wait(text->begin, text->end);
	if (err)
		ust_debug("threads may be in the provider that is unloaded: error %d", -err);
}

/* Called by constructors and destructors of objects that define events for others to call. */
static void object_presence(struct ust_site_state *state, int there)
{
	int saved = errno, changed;
	struct ust_text text;
	sigset_t mask;

	ust_lock(&mask);
	changed = ust_registry_presence(state, there, &text);
	ust_switch_events();
	if (!there)
		ust_grace_wait();
	ust_unlock(&mask);
	if (there && changed)
		watch_exit();
	else if (changed)
		wait_for_callers(&text);
	errno = saved;
}

void ust_objects_forked(void)
{
	forked = 1;
}

void ust_objects_refresh(void)
{
	/*
	 * A fork's child does not look again. Another thread of the parent may have been among the linker's
	 * objects at the fork: the lock that it held is nobody's here, and is waited for without end.
	 */
	if (!hooked && !forked && ust_registry_scan(0))
		ust_session_events_changed();
}

void ust_objects_release(void)
{
	ust_registry_release();
	ust_stay_exit(NULL);
	is_exit_watched = 0;
}

void ust_objects_fini(void)
{
	if (hooked > 0)
		ust_dl_hook_remove();
	hooked = 0;
}

int ust_objects_init(void)
{
	static int was_here;

	if (hooked > 0)
		return 0;
	/* What came and went since nobody was told of. */
	if (was_here)
		ust_registry_forget();
	was_here = 1;
	ust_presence_hook = object_presence;
	hooked = ust_dl_hook_install(linker_hook);
	if (hooked < 0)
		return hooked;
	/* Without the hook the load lock is never taken before ours: pinning may take it after. */
	if (!hooked)
		ust_registry_set_pin(pin);
	ust_registry_scan(0);
	return 0;
}
