/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of kernel events that are being sent. */
#ifndef USTD_SOURCE_LIST_H
#define USTD_SOURCE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conn.h"

/* Answers LIST_KERNEL with EVENTS messages. 0, or a negative errno and a sentence in @why. */
int ustd_source_list(struct ustd_conn *conn, uint32_t seq, uint32_t kind, const char *pattern,
		     char *why, size_t size);
/* Sends a part of what was asked for; true: there is more. */
bool ustd_source_list_work(void);
/* The client went away. */
void ustd_source_list_forget(struct ustd_conn *conn);

#endif /* USTD_SOURCE_LIST_H */
