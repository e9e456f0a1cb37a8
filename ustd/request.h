/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A control request that waits for processes. It is answered when all have done what was asked, or
 * after USTD_REPLY_NS without those that did not answer.
 */
#ifndef USTD_REQUEST_H
#define USTD_REQUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <urcu/list.h>

#include "conn.h"
#include "loop.h"

struct ustd_app;
struct ustd_session;

enum ustd_request_stage {
	USTD_REQUEST_SYNC,   /* processes have to answer */
	USTD_REQUEST_SWITCH, /* ROTATE: processes have to say that they record into the next one */
	USTD_REQUEST_DRAIN,  /* the session's buffers have to be read */
};

struct ustd_request {
	struct cds_list_head node;
	struct cds_list_head waits;
	struct ustd_conn *client; /* NULL: nobody waits for the answer */
	uint32_t seq;
	uint16_t type;
	enum ustd_request_stage stage;
	struct ustd_session *session;   /* STOP_SESSION, DESTROY, ROTATE */
	uint64_t next_id;               /* ROTATE: the session that goes on */
	struct ustd_snapshot *snapshot; /* SNAPSHOT, which is answered and freed by that */
	struct ustd_timer timer;
	uint32_t nr_processes, nr_events, nr_late;
	pid_t pid;      /* not 0: a process has to say HELLO first */
	int error;      /* of HOOK_APP and the like */
	char text[256]; /* what the process says about it */
};

struct ustd_wait {
	struct cds_list_head request_node, app_node;
	struct ustd_request *request;
	uint32_t seq; /* SYNCED with this or a later one ends it; of LIST: its own */
	bool list;
	bool reply; /* its REPLY with this seq ends it, or the end of its connection */
};

/* -ENOMEM: NULL. */
struct ustd_request *ustd_request_new(struct ustd_conn *client, uint32_t seq, uint16_t type,
				      struct ustd_session *session);
/* Adds a process to those that are waited for. NULL: no memory, it is not waited for. */
struct ustd_wait *ustd_request_wait(struct ustd_request *request, struct ustd_app *app,
				    uint32_t seq);
void ustd_wait_done(struct ustd_wait *wait);
/* A process said HELLO: those that were waiting for it go on to wait for what it was told. */
void ustd_request_hello(struct ustd_app *app);
/* All processes have been asked: from now on it may be answered, even before this returns. */
void ustd_request_go(struct ustd_request *request);
void ustd_request_free(struct ustd_request *request);

/* A channel of the session was read to its end, or is gone; or a snapshot of it is. */
void ustd_request_drained(struct ustd_session *session);
/* The client went away. */
void ustd_request_forget(struct ustd_conn *client);

#endif /* USTD_REQUEST_H */
