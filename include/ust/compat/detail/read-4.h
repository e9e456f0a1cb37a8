/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* No guard: fourth reading, where the object may be unloaded: any of the provider's states. */
#include <ust/compat/detail/reset.h>

#undef LTTNG_UST_TRACEPOINT_EVENT
#define LTTNG_UST_TRACEPOINT_EVENT(provider, name, args, fields) UST_LTTNG_LAST(provider, name)
#undef LTTNG_UST_TRACEPOINT_EVENT_INSTANCE
#define LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(template_provider, template_name, provider, name,      \
					    args)                                                  \
	UST_LTTNG_LAST(provider, name)
