/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events as a tree: ust/events/<system>/<event>/{enable,format,id} of debugfs. Removing a file
 * waits for whoever reads it, so no file waits for ust_kevents_mutex.
 */
#ifndef UST_KERNEL_DEBUGFS_H
#define UST_KERNEL_DEBUGFS_H

struct ust_kevent;

/* Without debugfs all of these do nothing. */
void ust_kdebugfs_init(void);
void ust_kdebugfs_exit(void);
/* ust_kevents_mutex is held. */
void ust_kdebugfs_add(struct ust_kevent *event);
void ust_kdebugfs_remove(struct ust_kevent *event);

#endif /* UST_KERNEL_DEBUGFS_H */
