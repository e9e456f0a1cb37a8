/* SPDX-License-Identifier: LGPL-2.1-only */
/* The runtime directory: where ustd's socket is. Shared by libust, ustd and libustctl. */
#ifndef UST_OS_RUNDIR_H
#define UST_OS_RUNDIR_H

#include <stddef.h>

/*
 * Writes the directory's path: $UST_RUNTIME_DIR, else $XDG_RUNTIME_DIR/ust, else /run/user/UID/ust
 * if /run/user/UID is there, else /run/ust for root, else /tmp/ust-UID. Nothing is created or
 * checked. The environment of a setuid program is not believed. Result: 0 or -ENAMETOOLONG.
 */
int ust_rundir_path(char *buf, size_t size);

/* From now on the runtime directory is @dir, whatever the environment says (attach). Result: 0 or
 * -ENAMETOOLONG. */
int ust_rundir_set(const char *dir);

/*
 * The same, and creates the directory (mode 0700) if it is missing. -EPERM: it belongs to somebody
 * else, others may write to it, or it is not a directory; otherwise mkdir's errno.
 */
int ust_rundir_make(char *buf, size_t size);

/*
 * Joins a directory and a name ("dir/name") into @buf, which may hold more than a socket address
 * takes. -ENAMETOOLONG.
 */
int ust_rundir_join(const char *dir, const char *name, char *buf, size_t size);

#endif /* UST_OS_RUNDIR_H */
