/* SPDX-License-Identifier: GPL-2.0-only */
/* The preload libraries and the lists of them that commands take. */
#ifndef USTCTL_CMD_PRELOADS_H
#define USTCTL_CMD_PRELOADS_H

#include <stddef.h>

struct ust_preload {
	const char *name;     /* as in "record -p" */
	const char *file;     /* see ust_path_library() */
	const char *provider; /* of its events */
	const char *summary;
};

extern const struct ust_preload ust_preloads[]; /* ends with a NULL name */

#define UST_PRELOADS_MAX 16

/* The libraries that were asked for, each once. */
struct ust_preload_list {
	const struct ust_preload *chosen[UST_PRELOADS_MAX];
	unsigned int nr;
};

/*
 * Takes "malloc,io". Result: 0, or -ENOENT after a message that says which name is unknown, what it
 * may have meant and what there is.
 * @command	for the message: "ustctl record"
 */
int ust_preload_take(const char *command, const char *list, struct ust_preload_list *preloads);

/* Prints the names and what they stand for, for "-p list". */
void ust_preload_print(void);

#endif /* USTCTL_CMD_PRELOADS_H */
