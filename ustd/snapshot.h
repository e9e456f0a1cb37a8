/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Snapshots: what the buffers of a session in overwrite mode hold, copied into a trace of its own while
 * the writers go on.
 *
 *   SNAPSHOT        processes tell            ustd copies ring after ring      REPLY
 *   ─────────► the last values of their ─────────────────────────────────► (metadata last)
 *              state keys, until SYNCED      a bounded amount in each turn
 *
 * A channel is held until its rings are copied: that of a process which ends meanwhile stays that
 * long. All functions run in ustd's one thread and wait for nobody.
 */
#ifndef USTD_SNAPSHOT_H
#define USTD_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "libust/ctf/metadata.h"
#include "libust/os/wire.h"
#include "loss.h"
#include "stream.h"

struct ustd_app;
struct ustd_channel;
struct ustd_conn;
struct ustd_request;
struct ustd_session;

/* What it has of one channel. */
struct ustd_snapshot_part {
	struct ustd_channel *channel; /* held; NULL: it is copied */
	struct ustd_stream states;    /* the last values of its process's state keys */
	uint32_t nr_states;
};

struct ustd_snapshot {
	struct cds_list_head node;
	struct ustd_request *request;
	struct ustd_session *session;
	uint32_t seq; /* of TELL_STATES */
	char *output;
	bool made_output; /* the directory was not there before */
	int dirfd;
	struct ust_ctf_trace trace;
	struct ustd_losses losses;
	bool copying;        /* all processes have told their states, or had the time to */
	uint32_t part, ring; /* where the copy is */
	bool in_ring;
	struct ust_reader reader;
	struct ustd_stream stream;
	uint64_t cursor;
	uint32_t pieces;
	uint32_t nr_states;
	uint64_t bytes, lost, told_ns;
	int error;
	char what[80]; /* the file that @error is of; may be empty */
	uint32_t nr_parts;
	struct ustd_snapshot_part parts[];
};

/* The request of a client. */
int ustd_snapshot_request(struct ustd_conn *conn, struct ust_wire_in *in);
/* A process's STATES. -EBADMSG: the message is broken. */
int ustd_snapshot_states(struct ustd_app *app, struct ust_wire_in *in);

/* Nobody is waited for any more: the copy begins. */
void ustd_snapshot_copy(struct ustd_snapshot *snapshot);
/* Nobody wants it any more: what is written of it will be removed. */
void ustd_snapshot_cancel(struct ustd_snapshot *snapshot);
/* A bounded amount of work for all snapshots; true: there is more. */
bool ustd_snapshot_work(void);

/* Whether there is one of the session that is not done. */
bool ustd_snapshot_runs(const struct ustd_session *session);

/* For snapshot-state.c: a file could not be written; the first failure counts. */
void ustd_snapshot_fail(struct ustd_snapshot *snapshot, int error, const char *what);
/* The one that asks with @seq, or NULL. */
struct ustd_snapshot *ustd_snapshot_find(uint32_t seq);

#endif /* USTD_SNAPSHOT_H */
