/* SPDX-License-Identifier: GPL-2.0-only */
/* A session: which events of which processes are recorded, and where to. */
#ifndef USTD_SESSION_H
#define USTD_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <ust/abi/control.h>
#include <urcu/list.h>

#include "clock.h"
#include "defs.h"
#include "libust/ring/read.h"
#include "bounds.h"
#include "loss.h"
#include "metadata-file.h"

struct ustd_app;

/* Rules apply in order: the last one that matches an event decides. */
struct ustd_rule {
	struct cds_list_head node;
	bool enable;
	uint32_t level; /* UST_LEVEL_RULE, 0: any */
	char pattern[];
};

struct ustd_conn;
struct ustd_sched;
struct ustd_source;

struct ustd_session {
	struct cds_list_head node;
	uint64_t id;
	char *name, *output, *scope;
	char *first_output; /* of the first of the sessions that took one another's name over */
	enum ust_session_state state;
	bool destroying;
	bool rotating; /* is about to hand its name over or to take one over: not to be changed */
	struct ustd_conn *owner; /* closes the session when it goes; may be NULL */
	bool is_restricted;      /* to the processes of pids */
	bool follow;             /* ... and their descendants, which are added as they come */
	pid_t *pids;
	uint32_t nr_pids;
	struct ust_ring_geometry geo;
	bool sized; /* the user chose the size of buffers */
	uint32_t contexts;
	struct ustd_clock clock;

	struct cds_list_head rules;
	uint32_t nr_rules;
	struct cds_list_head channels;
	uint32_t nr_channels, channel_seq;
	struct ustd_defs defs;
	bool defs_full;
	char *names[USTD_MAX_NAMES];
	uint32_t nr_names;

	int dirfd;
	struct ust_ctf_trace trace;
	struct ustd_metadata_file metadata;
	struct ustd_losses losses;
	struct ustd_source *source; /* of kernel events; NULL: none */
	struct ustd_sched *sched;   /* context switches; NULL: none */
	bool waiting;               /* for room on the disk: error says so, and recording goes on */
	int error;
	char error_text[512];

	uint64_t started_ns, elapsed_ns; /* elapsed of earlier starts */
	uint64_t bytes;
	uint32_t nr_snapshots, nr_chunks; /* the last number of a directory that was tried */
	uint32_t nr_apps_seen, nr_sites_seen, nr_foreign_seen;
};

struct ustd_session_opts {
	const char *name, *output, *scope;
	uint64_t subbuf_size;
	uint32_t nr_subbufs, overwrite, contexts;
	uint32_t clock;           /* enum ust_clock_mode, 0: the best there is */
	uint32_t flags;           /* enum ust_create_flags */
	const char *first_output; /* not NULL: takes the name of a session over, which is there */
	const pid_t *pids;
	uint32_t nr_pids;
};

/* -EALREADY, -EINVAL, -ENOMEM, -EMFILE, what ustd_clock_open() says with its sentence in @ret_why
 * (@size bytes, otherwise empty), or what ustd_sink_dir_create() says. */
int ustd_session_create(const struct ustd_session_opts *opts, struct ustd_session **ret_session,
			char *ret_why, size_t size);
/* All channels are gone: closes the trace and frees the session. The caller took what it wanted. */
void ustd_session_close(struct ustd_session *session);
void ustd_session_free(struct ustd_session *session);

/* By name; one that is being destroyed is not found. NULL if there is none. */
struct ustd_session *ustd_session_find(const char *name);
struct ustd_session *ustd_session_by_id(uint64_t id);
struct cds_list_head *ustd_sessions(void);
unsigned int ustd_sessions_nr(void);

/* 0, -EINVAL (pattern), -ENOSPC (too many), -ENOMEM. */
int ustd_session_add_rule(struct ustd_session *session, const char *pattern, uint32_t level,
			  bool enable);
bool ustd_level_rule_ok(uint32_t rule);
/* Whether the process is one of those to be traced; remembers one that is followed. */
bool ustd_session_wants(struct ustd_session *session, const struct ustd_app *app);
/* The process is gone: its number may be another's next. */
void ustd_session_forget_pid(struct ustd_session *session, pid_t pid);
void ustd_session_started(struct ustd_session *session);
void ustd_session_stopped(struct ustd_session *session);
/* The sink refused: true if it was for want of room and the session, which runs, is to wait for some;
 * @what names the file. Kernel events and context switches cannot wait: false. */
bool ustd_session_await_room(struct ustd_session *session, int error, const char *what);
/* Whether it waits: nothing but what rings hold is to be written then. */
bool ustd_session_awaits_room(const struct ustd_session *session);
/* Something could be written. */
void ustd_session_go_on(struct ustd_session *session);
/* The sink refused: @what names the file. Recording stops, the rest of the session stays. */
void ustd_session_fail(struct ustd_session *session, int error, const char *what);
/* The same of a file in another folder than "ust". */
void ustd_session_fail_at(struct ustd_session *session, int error, const char *folder,
			  const char *what);
/* Remembers a name that no pattern matched. */
void ustd_session_add_name(struct ustd_session *session, const char *name, uint32_t len);
/*
 * The id of a definition, which is in the metadata when ustd_session_defined() has returned 0.
 * -EINVAL etc.: the event is not recorded.
 */
int ustd_session_define(struct ustd_session *session, const struct ustd_def_view *view,
			uint32_t *ret_id);
int ustd_session_defined(struct ustd_session *session);
/* Ticks of the session's clock. */
uint64_t ustd_session_now(const struct ustd_session *session);
/* Looks whether its clock can still be trusted, once in a second at most unless @now; if not, the trace
 * gets an event. */
void ustd_session_check_clock(struct ustd_session *session, bool now);
uint64_t ustd_session_elapsed_ns(const struct ustd_session *session);

#endif /* USTD_SESSION_H */
