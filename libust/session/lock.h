/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The session lock: everything in libust but the tracing path runs under it. While a thread holds
 * it, its signals are blocked (a handler might fork or call dlopen) and its events are muted.
 *
 * Order: the dynamic linker's load lock, then this one, then the linker's write lock (which
 * dl_iterate_phdr takes). Nothing under it calls dlopen or dlsym.
 */
#ifndef UST_SESSION_LOCK_H
#define UST_SESSION_LOCK_H

#include <signal.h>

void ust_lock(sigset_t *ret_mask);
void ust_unlock(const sigset_t *mask);
/* In a forked child, by the thread that held it across fork: it stays held. */
void ust_lock_forked(void);

#endif /* UST_SESSION_LOCK_H */
