/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* What a provider's source may include; LTTng-UST's own structures are not there. */
#ifndef UST_COMPAT_LTTNG_UST_EVENTS_H
#define UST_COMPAT_LTTNG_UST_EVENTS_H

#include <lttng/tracepoint.h>

#endif /* UST_COMPAT_LTTNG_UST_EVENTS_H */
