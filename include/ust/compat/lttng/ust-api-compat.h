/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* Which names of LTTng-UST there are: LTTNG_UST_COMPAT_API_VERSION 1 takes those before 2.13 away. */
#ifndef UST_COMPAT_LTTNG_UST_API_COMPAT_H
#define UST_COMPAT_LTTNG_UST_API_COMPAT_H

#ifndef LTTNG_UST_COMPAT_API_VERSION
#define LTTNG_UST_COMPAT_API_VERSION 0
#endif
#define LTTNG_UST_COMPAT_API(version) (LTTNG_UST_COMPAT_API_VERSION <= (version))

#endif /* UST_COMPAT_LTTNG_UST_API_COMPAT_H */
