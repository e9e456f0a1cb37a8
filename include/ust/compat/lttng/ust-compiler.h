/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
#ifndef UST_COMPAT_LTTNG_UST_COMPILER_H
#define UST_COMPAT_LTTNG_UST_COMPILER_H

#define lttng_ust_notrace __attribute__((no_instrument_function))
#ifdef __cplusplus
#define lttng_ust_static_assert(predicate, message, identifier) static_assert(predicate, message)
#else
#define lttng_ust_static_assert(predicate, message, identifier) _Static_assert(predicate, message)
#endif

#endif /* UST_COMPAT_LTTNG_UST_COMPILER_H */
