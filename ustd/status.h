/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers that describe sessions and processes. */
#ifndef USTD_STATUS_H
#define USTD_STATUS_H

#include <stdint.h>

#include "conn.h"

struct ustd_session;

/* A count and session blocks; @session NULL: of all sessions, without their definitions. */
void ustd_status_reply(struct ustd_conn *conn, uint32_t seq, struct ustd_session *session);
void ustd_status_reply_apps(struct ustd_conn *conn, uint32_t seq);

#endif /* USTD_STATUS_H */
