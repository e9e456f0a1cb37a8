/* SPDX-License-Identifier: LGPL-2.1-only */
/* What libust does when ustd says so. */
#ifndef UST_CONTROL_HANDLERS_H
#define UST_CONTROL_HANDLERS_H

#include "../os/wire.h"
#include "../session/session.h"
#include "connection.h"

/* Result of ust_handle_message() besides 0 and a negative errno. */
#define UST_HANDLED_READY 1

/*
 * Obeys one message and sends what it asks for. Under the session lock. Result: 0,
 * UST_HANDLED_READY, or a negative errno when the connection is of no more use.
 */
int ust_handle_message(const struct ust_connection *conn, struct ust_wire_in *in);

/* UST_MSG_HOOK, which opens libraries: not under the session lock. Result as above. */
int ust_handle_hook(const struct ust_connection *conn, struct ust_wire_in *in);

/* Lets go of everything: no session, nothing patched. Under the session lock. */
void ust_handle_detach(void);

/* Asks ustd for the ids of what the session has enabled and does not know. */
int ust_ask_unknown(const struct ust_connection *conn, uint32_t seq, struct ust_session *session);

#endif /* UST_CONTROL_HANDLERS_H */
