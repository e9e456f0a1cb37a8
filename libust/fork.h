/* SPDX-License-Identifier: LGPL-2.1-only */
#ifndef UST_FORK_H
#define UST_FORK_H

/* Takes care of fork from now on. */
void ust_fork_init(void);

/* No longer. Under the session lock. */
void ust_fork_fini(void);

#endif /* UST_FORK_H */
