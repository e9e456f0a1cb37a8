/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* Threads need no preparation. */
#ifndef UST_COMPAT_LTTNG_UST_THREAD_H
#define UST_COMPAT_LTTNG_UST_THREAD_H

static inline __attribute__((unused)) void lttng_ust_init_thread(void)
{
}

#endif /* UST_COMPAT_LTTNG_UST_THREAD_H */
