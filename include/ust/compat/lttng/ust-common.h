/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* Nothing has to be prepared. */
#ifndef UST_COMPAT_LTTNG_UST_COMMON_H
#define UST_COMPAT_LTTNG_UST_COMMON_H

static inline __attribute__((unused)) void lttng_ust_common_alloc_tls(void)
{
}

#endif /* UST_COMPAT_LTTNG_UST_COMMON_H */
