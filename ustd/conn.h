/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Connections: a socket, what is known of the peer, and messages that wait for a slow one. Sending
 * never blocks and never closes: a connection that fails is marked and closed between two turns of
 * the loop, so that a caller may go on walking its lists.
 */
#ifndef USTD_CONN_H
#define USTD_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <urcu/list.h>

#include "libust/os/wire.h"
#include "loop.h"

struct ustd_app;

enum ustd_conn_kind {
	USTD_CONN_NEW,    /* has not said what it is */
	USTD_CONN_APP,    /* said HELLO */
	USTD_CONN_CLIENT, /* asked for something */
};

struct ustd_conn {
	struct cds_list_head node;
	struct ustd_watch watch;
	enum ustd_conn_kind kind;
	pid_t pid; /* of the peer, from the kernel */
	struct ustd_app *app;
	struct cds_list_head queue; /* struct queued, in conn.c */
	size_t queued_bytes;
	bool broken;
};

/* Takes over the connected socket @fd: checks the peer and watches it. 0, or a negative errno (fd
 * is closed). */
int ustd_conn_add(int fd);
/* The same for a socket that a client of ours handed over: its peer may be of another user. */
int ustd_conn_add_trusted(int fd);
/* The process behind a socket, 0 if that cannot be told. */
pid_t ustd_conn_peer(int fd);

/* Starts a message in the one buffer there is; send it before the next one is begun. */
struct ust_wire_out *ustd_conn_begin(enum ust_msg_type type, uint32_t seq, int status);
/* Adds bytes as they are. */
void ustd_conn_put_raw(struct ust_wire_out *out, const void *bytes, size_t len);
/* Sends or queues it. A failure marks the connection. 0 or a negative errno. */
int ustd_conn_send(struct ustd_conn *conn, struct ust_wire_out *out);
/* A REPLY without a body; @text explains a failure (NULL: nothing to say). */
void ustd_conn_reply(struct ustd_conn *conn, uint32_t seq, int status, const char *text);

/* Closes what has been marked. */
void ustd_conn_reap(void);
unsigned int ustd_conn_nr_clients(void);

#endif /* USTD_CONN_H */
