/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
#ifndef UST_COMPAT_LTTNG_UST_VERSION_H
#define UST_COMPAT_LTTNG_UST_VERSION_H

/* The version of LTTng-UST whose interface this is. */
#define LTTNG_UST_MAJOR_VERSION 2
#define LTTNG_UST_MINOR_VERSION 13
#define LTTNG_UST_PATCHLEVEL_VERSION 5
#define LTTNG_UST_VERSION "2.13.5"

#endif /* UST_COMPAT_LTTNG_UST_VERSION_H */
