/* SPDX-License-Identifier: GPL-2.0-only */
/* What "ustctl snapshot" and "ustctl rotate" have in common. */
#ifndef USTCTL_CMD_PARTS_H
#define USTCTL_CMD_PARTS_H

#include "cmd.h"
#include "json.h"

#include "libustctl/view/count.h"

/* [NAME] [--output DIR] [--json], and what the trace holds that came of it. */
struct ust_parts {
	struct ust_ctl *ctl;
	char name[512];
	const char *output; /* NULL: ustd chooses */
	int json;
	struct ust_count count;
};

/* What is different. */
struct ust_parts_kind {
	const struct ust_cmd *cmd;
	int overwrite; /* which sessions it is for */
	/* Has ustd do it. Result: the complete trace, or NULL and a negative errno. */
	const char *(*ask)(const struct ust_parts *parts, int *ret_error);
	void (*print_json)(const struct ust_parts *parts);
	void (*print_text)(const struct ust_parts *parts);
};

/* All of the command. If no session is named, it is the only one of those that it is for. */
int ust_parts_main(const struct ust_parts_kind *kind, int argc, char **argv);

void ust_parts_add_number(struct json_object *to, const char *key, uint64_t value);

#endif /* USTCTL_CMD_PARTS_H */
