/* SPDX-License-Identifier: GPL-2.0-only */
/* What "ustctl snapshot" and "ustctl rotate" have in common. */
#ifndef USTCTL_CMD_PARTS_H
#define USTCTL_CMD_PARTS_H

#include "cmd.h"
#include "json.h"

#include "libustctl/view/count.h"

/* [NAME] [--output DIR] [--json] */
struct ust_parts {
	struct ust_ctl *ctl;
	char name[512];
	const char *output; /* NULL: ustd chooses */
	int json;
	struct ust_count count; /* of ust_parts_count() */
};

/* Reads them and opens the connection. If no session is named, it is the only one in overwrite mode or
 * not, as @overwrite says. Result: 0, UST_CMD_DONE: exit with *ret_status, nothing is open. */
int ust_parts_begin(struct ust_parts *parts, const struct ust_cmd *cmd, int overwrite, int argc,
		    char **argv, int *ret_status);

/* Closes the connection and counts a trace that is complete. Result: an exit status; then
 * ust_parts_fini(). */
int ust_parts_count(struct ust_parts *parts, const char *output);
void ust_parts_fini(struct ust_parts *parts);

void ust_parts_add_number(struct json_object *to, const char *key, uint64_t value);

#endif /* USTCTL_CMD_PARTS_H */
