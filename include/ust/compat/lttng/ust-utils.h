/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
#ifndef UST_COMPAT_LTTNG_UST_UTILS_H
#define UST_COMPAT_LTTNG_UST_UTILS_H

#define lttng_ust_stringify_(x) #x
#define lttng_ust_stringify(x) lttng_ust_stringify_(x)

#endif /* UST_COMPAT_LTTNG_UST_UTILS_H */
