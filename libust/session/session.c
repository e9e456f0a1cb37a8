/* SPDX-License-Identifier: LGPL-2.1-only */
#include "session.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <ust/abi/control.h>

#include "../os/debug.h"
#include "../os/memory.h"
#include "../os/thread.h"
#include "../probe/dispatch.h"
#include "../probe/sticky.h"
#include "../site/match.h"
#include "fan.h"
#include "probes.h"

struct rule {
	char *pattern;
	uint32_t level; /* UST_LEVEL_RULE, 0: any */
	int enable;
};

/* What a session knows of the event whose number is its index. */
struct binding {
	struct ust_event_inst *inst; /* NULL: no id yet */
	uint8_t enabled;
	uint8_t asked;
	uint8_t on;     /* is recorded */
	uint8_t replay; /* what is kept of it is to be recorded */
};

struct ust_session {
	struct ust_session *next;
	uint64_t id;
	uint64_t connection;
	struct ust_channel *channel;
	int started, overwrite;
	struct rule *rules;
	size_t nr_rules, rules_capacity;
	struct binding *bindings;
	size_t nr_bindings, bindings_capacity;
};

static struct ust_session *sessions;
static uint64_t connection;
static pid_t flight_recorder; /* the process that opened a session in overwrite mode; 0: none has */

struct ust_session *ust_session_find(uint64_t id)
{
	struct ust_session *session = sessions;

	while (session && session->id != id)
		session = session->next;
	return session;
}

struct ust_session *ust_session_next(struct ust_session *session)
{
	return session ? session->next : sessions;
}

uint64_t ust_session_id(const struct ust_session *session)
{
	return session->id;
}

int ust_session_open(uint64_t id, const struct ust_channel_opts *opts)
{
	struct ust_session *session = ust_session_find(id), *s;
	unsigned int nr = 0;
	int err;

	if (session)
		ust_session_close(session);
	for (s = sessions; s; s = s->next)
		nr++;
	if (nr >= UST_MAX_SESSIONS)
		return -ENOSPC;
	session = ust_memory_alloc(sizeof(*session));
	if (!session)
		return -ENOMEM;
	err = ust_channel_create(opts, &session->channel);
	if (err) {
		ust_memory_free(session);
		return err;
	}
	session->id = id;
	session->connection = connection;
	session->overwrite = opts->overwrite != 0;
	if (session->overwrite)
		__atomic_store_n(&flight_recorder, getpid(), __ATOMIC_RELAXED);
	session->next = sessions;
	sessions = session;
	ust_session_events_changed();
	return 0;
}

static int matches(const char *pattern, uint32_t level, const struct ust_event *event)
{
	if (level >> 8 == UST_LEVEL_AT_LEAST && event->loglevel > (level & 0xff))
		return 0;
	if (level >> 8 == UST_LEVEL_ONLY && event->loglevel != (level & 0xff))
		return 0;
	return ust_match_event(pattern, event->provider, event->name);
}

/* The last rule that matches decides. */
static int is_enabled(const struct ust_session *session, const struct ust_event *event)
{
	size_t i = session->nr_rules;

	while (i--)
		if (matches(session->rules[i].pattern, session->rules[i].level, event))
			return session->rules[i].enable;
	return 0;
}

/* Bindings for all events; the new ones are judged by the rules. */
static int grow_bindings(struct ust_session *session)
{
	uint32_t nr = ust_registry_nr_events();
	int err = ust_memory_grow((void **)&session->bindings, &session->bindings_capacity, nr,
				  sizeof(*session->bindings));

	if (err)
		return err;
	for (; session->nr_bindings < nr; session->nr_bindings++) {
		struct binding *binding = &session->bindings[session->nr_bindings];

		memset(binding, 0, sizeof(*binding));
		binding->enabled = (uint8_t)is_enabled(
			session, ust_registry_event((uint32_t)session->nr_bindings));
	}
	return 0;
}

void ust_session_events_changed(void)
{
	struct ust_session *session;

	for (session = sessions; session; session = session->next)
		grow_bindings(session);
}

/* A pattern that comes again with the same levels moves to the end: what it said before no longer counts. */
static int add_rule(struct ust_session *session, const char *pattern, uint32_t level, int enable)
{
	size_t i, size = strlen(pattern) + 1;
	char *own = NULL;

	for (i = 0; i < session->nr_rules; i++) {
		if (session->rules[i].level != level || strcmp(session->rules[i].pattern, pattern))
			continue;
		own = session->rules[i].pattern;
		session->nr_rules--;
		memmove(&session->rules[i], &session->rules[i + 1],
			(session->nr_rules - i) * sizeof(*session->rules));
		break;
	}
	if (ust_memory_grow((void **)&session->rules, &session->rules_capacity,
			    session->nr_rules + 1, sizeof(*session->rules)))
		return -ENOMEM;
	if (!own) {
		own = ust_memory_alloc(size);
		if (!own)
			return -ENOMEM;
		memcpy(own, pattern, size);
	}
	session->rules[session->nr_rules].pattern = own;
	session->rules[session->nr_rules].level = level;
	session->rules[session->nr_rules++].enable = enable;
	return 0;
}

int ust_session_rule(struct ust_session *session, const char *pattern, uint32_t level, int enable)
{
	int err = grow_bindings(session), matched = 0;
	uint32_t i;

	if (!err)
		err = add_rule(session, pattern, level, enable);
	if (err)
		return err;
	for (i = 0; i < session->nr_bindings; i++) {
		struct ust_event *event = ust_registry_event(i);

		if (!matches(pattern, level, event))
			continue;
		session->bindings[i].enabled = enable != 0;
		matched += event->nr_sites != 0;
	}
	return matched;
}

void ust_session_set_started(struct ust_session *session, int started)
{
	session->started = started;
}

struct ust_event *ust_session_next_unknown(struct ust_session *session, uint32_t *cursor)
{
	while (*cursor < session->nr_bindings) {
		uint32_t local = (*cursor)++;
		struct binding *binding = &session->bindings[local];
		struct ust_event *event = ust_registry_event(local);

		if (!binding->enabled || binding->inst || binding->asked || !event->nr_sites)
			continue;
		binding->asked = 1;
		return event;
	}
	return NULL;
}

void ust_session_unask(struct ust_session *session, uint32_t local)
{
	session->bindings[local].asked = 0;
}

void ust_session_forget_asked(struct ust_session *session)
{
	size_t i;

	for (i = 0; i < session->nr_bindings; i++)
		session->bindings[i].asked = 0;
}

int ust_session_bind(struct ust_session *session, uint32_t local, uint32_t event_id)
{
	struct ust_event_inst *inst;
	int err;

	if (local >= session->nr_bindings)
		return -EINVAL;
	err = ust_channel_event(session->channel, event_id, &inst);
	if (err)
		return err;
	session->bindings[local].inst = inst;
	return 0;
}

/* Result: 1 if the event begins to be recorded into the session. */
static int set_on(const struct ust_session *session, struct binding *binding)
{
	uint8_t on = session->started && binding->enabled && binding->inst;

	if (on && !binding->on)
		binding->replay = 1;
	binding->on = on;
	return binding->replay;
}

/* Into all sessions that wait for it. A value that changed while it was recorded is recorded again:
 * the last one in the trace is to be the last one. */
static void replay_one(struct ust_sticky *kept, uint32_t slot)
{
	const struct ust_event *event = kept->event;
	struct ust_session *session;
	uint64_t version;

	do {
		version = kept->version;
		kept->bytes[0] = 1;
		for (session = sessions; session; session = session->next) {
			const struct binding *binding = &session->bindings[event->local];

			if (event->local < session->nr_bindings && binding->replay && binding->on)
				ust_record_replayed(binding->inst, kept->bytes, kept->len);
		}
	} while (ust_sticky_read(slot, kept) && kept->version != version);
}

static void replay_kept(void)
{
	static struct ust_sticky kept;
	struct ust_session *session;
	uint32_t slot;
	size_t i;

	ust_thread_real();
	for (slot = 0; slot < UST_STICKY_SLOTS; slot++)
		if (ust_sticky_read(slot, &kept))
			replay_one(&kept, slot);
	for (session = sessions; session; session = session->next)
		for (i = 0; i < session->nr_bindings; i++)
			session->bindings[i].replay = 0;
}

static void want_replay(struct ust_session *session)
{
	size_t i;

	for (i = 0; i < session->nr_bindings; i++)
		session->bindings[i].replay = session->bindings[i].on;
}

void ust_session_replay(struct ust_session *session)
{
	want_replay(session);
	replay_kept();
}

int ust_session_event_id(const struct ust_session *session, uint32_t local, uint32_t *ret_id)
{
	if (local >= session->nr_bindings || !session->bindings[local].on)
		return 0;
	*ret_id = session->bindings[local].inst->event_id;
	return 1;
}

int ust_session_is_flight_recorder(void)
{
	return __atomic_load_n(&flight_recorder, __ATOMIC_RELAXED) == getpid();
}

void ust_session_replay_overwritten(void)
{
	struct ust_session *session;

	for (session = sessions; session; session = session->next)
		if (session->overwrite)
			want_replay(session);
	replay_kept();
}

void ust_session_apply(void)
{
	struct ust_event_inst *insts[UST_MAX_SESSIONS];
	uint32_t i, nr_events = ust_registry_nr_events();
	int replaced = 0, replay = 0;

	ust_probes_events_changed();
	for (i = 0; i < nr_events; i++) {
		struct ust_event *event = ust_registry_event(i);
		struct ust_session *session;
		unsigned int nr = 0;
		void *inst;

		for (session = sessions; session; session = session->next) {
			if (i >= session->nr_bindings)
				continue;
			replay |= set_on(session, &session->bindings[i]);
			if (session->bindings[i].on)
				insts[nr++] = session->bindings[i].inst;
		}
		inst = ust_fan_choose(i, insts, nr, ust_probes_of(i));
		if (inst == event->inst)
			continue;
		replaced |= event->inst != NULL;
		event->inst = inst;
		event->dirty = 1;
	}
	ust_switch_events();
	if (replay)
		replay_kept();
	if (replaced)
		ust_grace_wait();
	ust_fan_free_replaced();
	ust_probes_free_replaced();
}

void ust_session_close(struct ust_session *session)
{
	struct ust_session **at = &sessions;
	size_t i;

	session->started = 0;
	ust_session_apply();
	while (*at != session)
		at = &(*at)->next;
	*at = session->next;
	ust_channel_destroy(session->channel);
	for (i = 0; i < session->nr_rules; i++)
		ust_memory_free(session->rules[i].pattern);
	ust_memory_free(session->rules);
	ust_memory_free(session->bindings);
	ust_memory_free(session);
}

void ust_session_new_connection(void)
{
	connection++;
}

void ust_session_close_older(void)
{
	struct ust_session *session = sessions, *next;

	for (; session; session = next) {
		next = session->next;
		if (session->connection != connection) {
			ust_debug("session %llu: its ustd is gone, closed",
				  (unsigned long long)session->id);
			ust_session_close(session);
		}
	}
}

void ust_session_forked(void)
{
	struct ust_session *session;

	ust_registry_forked();
	ust_sticky_forked();
	ust_fan_forked();
	while ((session = sessions)) {
		size_t i;

		sessions = session->next;
		ust_channel_forked(session->channel);
		for (i = 0; i < session->nr_rules; i++)
			ust_memory_free(session->rules[i].pattern);
		ust_memory_free(session->rules);
		ust_memory_free(session->bindings);
		ust_memory_free(session);
	}
}
