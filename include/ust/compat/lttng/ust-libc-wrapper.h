/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* The allocator's wrapper needs no constructor of its own. */
#ifndef UST_COMPAT_LTTNG_UST_LIBC_WRAPPER_H
#define UST_COMPAT_LTTNG_UST_LIBC_WRAPPER_H

static inline __attribute__((unused)) void lttng_ust_libc_wrapper_malloc_ctor(void)
{
}

#endif /* UST_COMPAT_LTTNG_UST_LIBC_WRAPPER_H */
