/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which directories are traces.
 */
#ifndef UST_VIEW_DIRS_H
#define UST_VIEW_DIRS_H

#include <stdint.h>

/* Sorted paths of the directories that hold a metadata file. */
struct ust_dirs {
	unsigned int nr;
	char **paths;
	uint64_t bytes; /* of the files beside the metadata */
};

/* Looks at @dir and some levels below it. Result: 0, also when there is none; -ENOENT, -ENOTDIR,
 * -EACCES... of @dir itself; -ENOMEM. ust_dirs_fini() in every case. */
int ust_dirs_find(const char *dir, struct ust_dirs *ret_dirs);
void ust_dirs_fini(struct ust_dirs *dirs);

#endif /* UST_VIEW_DIRS_H */
