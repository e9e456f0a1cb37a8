/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that said HELLO: what they are, what they were told, what they have yet to answer. */
#ifndef USTD_APP_H
#define USTD_APP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <urcu/list.h>

#include "conn.h"
#include "loop.h"

struct ustd_request;
struct ustd_session;

struct ustd_app {
	struct cds_list_head node;
	struct ustd_conn *conn;  /* NULL: it lives, but we cannot talk to it */
	struct ustd_watch pidfd; /* fd -1: none */
	pid_t pid, ppid;
	char comm[16];
	char *exe, *scope;
	uint32_t nr_events, nr_sites, nr_foreign, flags;
	struct cds_list_head channels;
	struct cds_list_head enables; /* ENABLEs without MATCHED, in order */
	uint32_t nr_enables;
	struct cds_list_head waits; /* requests that wait for its SYNCED, or its EVENTS */
	uint32_t sync_seq;          /* of the last SYNC sent */
	struct ustd_conn *owner;    /* it is detached again when that client goes; may be NULL */
	bool same_namespace;        /* its threads have one id only */
	bool warned;                /* one complaint is enough */
	bool detaching;             /* was told to let go: it ends the connection */
	bool sync_due, ready_due;   /* to be sent when all ENABLEs are answered */
};

struct cds_list_head *ustd_apps(void);
struct ustd_app *ustd_app_find(pid_t pid);

/* Messages. Negative: the peer is to be disconnected; -ECONNREFUSED: there is no room for it. */
int ustd_app_message(struct ustd_conn *conn, struct ust_wire_in *in);
int ustd_app_event_defs(struct ustd_conn *conn, struct ust_wire_in *in);
void ustd_app_disconnected(struct ustd_conn *conn);

/* What a control request does to all processes that @session wants. @request (may be NULL) is
 * answered when each has done it. */
void ustd_app_rule_session(struct ustd_session *session, const char *pattern, uint32_t level,
			   bool enable, struct ustd_request *request);
void ustd_app_start_session(struct ustd_session *session, struct ustd_request *request);
void ustd_app_stop_session(struct ustd_session *session, struct ustd_request *request);
void ustd_app_switch_session(struct ustd_session *from, struct ustd_session *to,
			     struct ustd_request *request);
/* The process is to record into @session as well: its buffers and rules. */
void ustd_app_join_session(struct ustd_app *app, struct ustd_session *session,
			   struct ustd_request *request);
void ustd_app_teardown(struct ustd_app *app, struct ustd_session *session);
/* Asks for the last values of its state keys, as the session's events: STATES with @seq. */
void ustd_app_tell_states(struct ustd_app *app, struct ustd_session *session, uint32_t seq,
			  struct ustd_request *request);
/* @request is answered after the process has done all it was told so far; ustd_app_settle() sends
 * the question. */
void ustd_app_wait(struct ustd_app *app, struct ustd_request *request);
/* Asks for its event list. */
int ustd_app_list(struct ustd_app *app, struct ustd_request *request);

#endif /* USTD_APP_H */
