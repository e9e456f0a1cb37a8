/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Chunks: the trace of a session ends, and what follows goes to another. The session that goes on is a new
 * one of the same name and kind:
 *
 *   ROTATE        processes join     each process goes over        the old one is read
 *   ─────────► the new session ───► from the old one at once ───► to its end, and closed ───► REPLY
 *
 * An event is recorded through one pointer, which changes from the one session's buffers to the other's:
 * none is lost and none is there twice. Sticky state is told to the new session as to any other.
 */
#ifndef USTD_ROTATE_H
#define USTD_ROTATE_H

#include "libust/os/wire.h"

struct ustd_conn;
struct ustd_request;

/* The request of a client. */
int ustd_rotate_request(struct ustd_conn *conn, struct ust_wire_in *in);
/* All processes have joined the new session. The request may be freed afterwards. */
void ustd_rotate_switch(struct ustd_request *request);
/* The answer, when the old session is closed. */
void ustd_rotate_reply(struct ustd_request *request);

#endif /* USTD_ROTATE_H */
