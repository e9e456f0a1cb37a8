/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests of the control library (the last group of <ust/abi/control.h>). */
#ifndef USTD_CONTROL_H
#define USTD_CONTROL_H

#include <stdbool.h>

#include "conn.h"

struct ustd_session;

/* Negative: the client is to be disconnected. */
int ustd_control_message(struct ustd_conn *conn, struct ust_wire_in *in);
void ustd_control_disconnected(struct ustd_conn *conn);

/*
 * Takes a session's name and an output directory (empty: ustd chooses) out of a request and asks
 * @check, which says 0, or a negative errno and a sentence in @why. Result: 0, 1 the client was told
 * what @check said, -ENOENT, -EINVAL, -EBADMSG.
 */
int ustd_control_get_output(struct ustd_conn *conn, struct ust_wire_in *in,
			    int (*check)(const struct ustd_session *session, char *why,
					 size_t size),
			    struct ustd_session **ret_session, char *output, size_t size);

/* Ends all sessions; ustd leaves its loop when they are gone. */
void ustd_control_shutdown(void);
bool ustd_control_is_shutdown(void);

#endif /* USTD_CONTROL_H */
