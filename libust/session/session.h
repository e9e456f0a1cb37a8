/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The sessions this process takes part in: which events each has enabled, and where each event is
 * recorded as a result. Everything is called under the session lock.
 *
 * An event is recorded into a session when the session is started, the last of its rules (ENABLE
 * and DISABLE, in the order they came) that matches the event enables it, and ustd has given it an
 * id.
 */
#ifndef UST_SESSION_SESSION_H
#define UST_SESSION_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "../channel/channel.h"
#include "../site/registry.h"

#define UST_MAX_SESSIONS 64

struct ust_session;

/* Replaces a session of the same id. -ENOSPC: too many; else ust_channel_create()'s errors. */
int ust_session_open(uint64_t id, const struct ust_channel_opts *opts);
struct ust_session *ust_session_find(uint64_t id);
/* All sessions, one after the other; NULL begins and ends. */
struct ust_session *ust_session_next(struct ust_session *session);
uint64_t ust_session_id(const struct ust_session *session);

/* A rule, for the events there are and those to come; level: UST_LEVEL_RULE, 0: any. Result: number of events it matches, or
 * -ENOMEM. ust_session_apply() makes it effective. */
int ust_session_rule(struct ust_session *session, const char *pattern, uint32_t level, int enable);
void ust_session_set_started(struct ust_session *session, int started);

/* Takes new events into account. */
void ust_session_events_changed(void);

/*
 * The next enabled event from number *cursor on that has no id yet and was not asked for; NULL at
 * the end. It counts as asked for then.
 */
struct ust_event *ust_session_next_unknown(struct ust_session *session, uint32_t *cursor);
/* Takes that back, for one event or for all whose answer did not come. */
void ust_session_unask(struct ust_session *session, uint32_t local);
void ust_session_forget_asked(struct ust_session *session);
/* ustd's answer. -EINVAL, -ENOMEM. */
int ust_session_bind(struct ust_session *session, uint32_t local, uint32_t event_id);

/*
 * Makes the sites record what the sessions ask for. When it returns, no thread records any more
 * into what was switched off.
 */
void ust_session_apply(void);

/*
 * Records the last value of each key of UST_STATE into the session, once more. When events begin to be
 * recorded, ust_session_apply() does that by itself.
 */
void ust_session_replay(struct ust_session *session);

/* Result: 1 and the id under which an event is recorded into the session, or 0: it is not. */
int ust_session_event_id(const struct ust_session *session, uint32_t local, uint32_t *ret_id);

/*
 * For a process that exits: a flight recorder is read when its session ends, and then nobody is left to
 * record the last values again. The first needs no lock and tells whether the second has anything to do:
 * a child that was made by a bare system call may have inherited the lock held, by nobody that it has.
 */
int ust_session_is_flight_recorder(void);
void ust_session_replay_overwritten(void);

/* Stops the session, waits for its writers, unmaps it. */
void ust_session_close(struct ust_session *session);

/* Sessions opened from now on belong to a new connection; ust_session_close_older() closes those of
 * connections before. */
void ust_session_new_connection(void);
void ust_session_close_older(void);

/* In a forked child: the parent's sessions are forgotten. */
void ust_session_forked(void);

#endif /* UST_SESSION_SESSION_H */
