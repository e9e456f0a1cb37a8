/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a trace that is being written. ustd appends bytes and then rewrites a packet's header,
 * and appends blocks to the metadata; libbabeltrace2 wants files that do not move. So what is whole
 * now is copied, once, into unnamed files, behind a directory of links in $TMPDIR.
 *
 * One at a time in a process. While there is one, SIGINT, SIGTERM and SIGHUP remove the links
 * before they end the process. SIGABRT and SIGTRAP, libbabeltrace2's answer to some corrupt traces,
 * end it with status 1.
 */
#ifndef UST_VIEW_SNAPSHOT_H
#define UST_VIEW_SNAPSHOT_H

#include <stddef.h>

#include "dirs.h"

/*
 * Checks each trace of ours among @dirs, and replaces its path by that of a snapshot if it is being
 * written, or ends behind a whole packet with something else, which is told on standard error. Result: 0, -EBADMSG and the text in @error if a trace is corrupt, or the negative errno
 * of making the snapshot. ust_snapshot_drop() in every case.
 */
int ust_snapshot_take(struct ust_dirs *dirs, char *error, size_t size);
void ust_snapshot_drop(void);

#endif /* UST_VIEW_SNAPSHOT_H */
