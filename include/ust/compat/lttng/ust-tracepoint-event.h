/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* Included by <lttng/tracepoint-event.h> in LTTng-UST; here it adds nothing. */
#ifndef UST_COMPAT_LTTNG_UST_TRACEPOINT_EVENT_H
#define UST_COMPAT_LTTNG_UST_TRACEPOINT_EVENT_H

#include <lttng/tracepoint.h>

#endif /* UST_COMPAT_LTTNG_UST_TRACEPOINT_EVENT_H */
