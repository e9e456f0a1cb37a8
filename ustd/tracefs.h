/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's tracefs: where it is, its small files, and instances of ours in it. It need not be
 * mounted: whoever may mount it gets a mount of his own that no path leads to.
 *
 * Instances are named ust-PID-SESSION-START-NAMESPACE after the ustd that made them: its process
 * id, the session's number, the process's start time and the inode of its PID namespace. So one that
 * a killed ustd left behind is known as such, also when its process id is somebody else's by now.
 */
#ifndef USTD_TRACEFS_H
#define USTD_TRACEFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Descriptor of its root directory, borrowed. Or a negative errno, and a sentence in @why (may be
 * NULL) that says what to do. */
int ustd_tracefs_root(char *why, size_t size);

/* Writes @text to the file @path below @dir; @flags: O_TRUNC, O_APPEND or 0. 0 or a negative errno. */
int ustd_tracefs_write(int dir, const char *path, const char *text, int flags);
/* All of the file on the heap, with a NUL behind it. Its length or a negative errno. */
ssize_t ustd_tracefs_read(int dir, const char *path, char **ret_text);

/* A directory of instances. Result: its descriptor, or a negative errno and a sentence in @why. */
int ustd_tracefs_instance_create(uint64_t session, char *name, size_t name_size, char *why,
				 size_t size);
/* Removes an instance with all that it records. Nobody may have a file of it open. */
int ustd_tracefs_instance_remove(const char *name);
/* Removes what ustds that are dead have left behind. Silent where we have no access. */
void ustd_tracefs_clean(void);

#endif /* USTD_TRACEFS_H */
