/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LIST_KERNEL. A kernel has thousands of events and reading their formats takes a while, so that
 * a list is made in turns, between which the buffers of programs are read.
 */
#include "source-list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "source-names.h"
#include "source.h"

#define TURN 64 /* events */

struct list {
	struct cds_list_head node;
	struct ustd_conn *conn;
	uint32_t seq, next;
	const struct ustd_source_ops *ops;
	struct ustd_names names;
	size_t len; /* of bytes */
	uint32_t nr;
	unsigned char bytes[UST_MSG_MAX - 64]; /* events of the next message */
};

static CDS_LIST_HEAD(lists);

static void list_free(struct list *list)
{
	cds_list_del(&list->node);
	ustd_names_fini(&list->names);
	free(list);
}

static void send_part(struct list *list, bool more)
{
	struct ust_wire_out *out = ustd_conn_begin(UST_MSG_EVENTS, list->seq, 0);

	ust_wire_put_u32(out, more);
	ust_wire_put_u32(out, list->nr);
	ustd_conn_put_raw(out, list->bytes, list->len);
	ustd_conn_send(list->conn, out);
	list->len = 0;
	list->nr = 0;
}

/* Appends one event; what has no room in an empty message is left out. */
static void add(struct list *list, const char *name)
{
	char system[USTD_MAX_NAME + 1];
	const char *colon = strchr(name, ':');
	int tries;

	if ((size_t)(colon - name) >= sizeof(system))
		return;
	memcpy(system, name, (size_t)(colon - name));
	system[colon - name] = '\0';
	for (tries = 0; tries < 2; tries++) {
		struct ust_wire_out out = {
			.buf = list->bytes,
			.len = list->len,
			.size = sizeof(list->bytes),
		};
		int err;

		ust_wire_put_u32(&out, 1);
		err = list->ops->define(system, colon + 1, &out);
		if (!err && !out.error) {
			list->len = out.len;
			list->nr++;
			return;
		}
		if (err || !list->nr)
			return;
		send_part(list, true);
	}
}

bool ustd_source_list_work(void)
{
	struct list *list, *next;
	uint32_t i;

	cds_list_for_each_entry_safe (list, next, &lists, node) {
		for (i = 0; i < TURN && list->next < list->names.nr; list->next++) {
			if (!list->names.chosen[list->next])
				continue;
			add(list, list->names.names[list->next]);
			i++;
		}
		if (list->next < list->names.nr)
			continue;
		send_part(list, false);
		list_free(list);
	}
	return !cds_list_empty(&lists);
}

void ustd_source_list_forget(struct ustd_conn *conn)
{
	struct list *list, *next;

	cds_list_for_each_entry_safe (list, next, &lists, node) {
		if (list->conn == conn)
			list_free(list);
	}
}

int ustd_source_list(struct ustd_conn *conn, uint32_t seq, uint32_t kind, const char *pattern,
		     char *why, size_t size)
{
	char *patterns[1] = {(char *)pattern};
	struct list *list = calloc(1, sizeof(*list));
	int err = list ? 0 : -ENOMEM;

	if (!err) {
		CDS_INIT_LIST_HEAD(&list->node);
		list->conn = conn;
		list->seq = seq;
		err = ustd_source_choose(kind, &list->ops, why, size);
	}
	if (!err)
		err = ustd_names_load(&list->names, list->ops, why, size);
	if (!err && pattern[0])
		err = ustd_names_choose(&list->names, patterns, 1, why, size);
	else if (!err)
		memset(list->names.chosen, true, list->names.nr * sizeof(bool));
	if (err) {
		if (list)
			list_free(list);
		return err;
	}
	cds_list_add_tail(&list->node, &lists);
	return 0;
}
