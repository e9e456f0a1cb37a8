/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A channel: the memory that one process records one session into, its rings, and their stream
 * files. It outlives the process until everything in it is written.
 */
#ifndef USTD_CHANNEL_H
#define USTD_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <urcu/list.h>

#include "libust/ring/read.h"
#include "loss.h"
#include "stream.h"

struct ustd_app;
struct ustd_session;

/* What the consumer does with a ring next. */
enum ustd_ring_state {
	USTD_RING_LOOK,   /* reads it now */
	USTD_RING_HOT,    /* looks again in a moment: its writers are faster than a doorbell */
	USTD_RING_SWITCH, /* sleeps; rung when a sub-buffer closes; the delivery timer runs */
	USTD_RING_EVENT,  /* sleeps; rung at the next event */
	USTD_RING_FULL,   /* the disk has no room for it: looks again later */
	USTD_RING_DEAD,   /* nothing more is read */
};

struct ustd_ring {
	struct ust_reader reader;
	enum ustd_ring_state state;
	bool settling; /* EVENT was asked for, and is to be asked for once more */
	bool hot;
	struct ustd_stream stream;
};

struct ustd_channel {
	struct cds_list_head app_node, session_node, work_node;
	struct ustd_app *app; /* NULL: the process is gone */
	struct ustd_session *session;
	pid_t pid;
	char comm[16];
	void *map;
	uint64_t map_size;
	uint32_t nr_rings; /* of both kinds */
	bool working;      /* in the consumer's list */
	bool flush;        /* somebody waits until it has been read once to its end */
	bool final;        /* its writers are gone or stopped for good: read, close, free */
	uint32_t held;     /* snapshots that have not read it yet: it is not finished before */
	uint32_t next;     /* ring that the consumer continues with */
	uint64_t cursor;   /* of ust_reader_salvage() in that ring; final only */
	uint32_t pieces;   /* read in that ring so far */
	bool salvaging;
	uint64_t lost_total, ledger_total;
	struct ustd_loss *losses; /* seen, by event id */
	uint32_t nr_losses;
	struct ustd_ring rings[];
};

/* @ret_fd: the memfd, which the caller sends to the process and closes. 0 or a negative errno. */
int ustd_channel_create(struct ustd_session *session, struct ustd_app *app,
			struct ustd_channel **ret_channel, int *ret_fd);
/* Closes the streams and frees it. */
void ustd_channel_destroy(struct ustd_channel *channel);

/* Writes a piece of a ring to its stream. False: not written, the ring is dead or FULL. */
bool ustd_channel_write(struct ustd_channel *channel, struct ustd_ring *ring,
			const struct ust_reader_piece *piece);
/* The ring's memory makes no sense: its stream ends here. */
void ustd_channel_drop(struct ustd_channel *channel, struct ustd_ring *ring);
/* The stream's last loss count, and its end. */
void ustd_channel_finish(struct ustd_channel *channel, struct ustd_ring *ring);

const struct ust_ledger_shm *ustd_channel_ledger(const struct ustd_channel *channel);
/* Sum of the rings' loss counters. */
uint64_t ustd_channel_lost(const struct ustd_channel *channel);

#endif /* USTD_CHANNEL_H */
