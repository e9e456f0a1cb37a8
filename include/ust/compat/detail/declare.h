/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* No guard: sets the event macros to what they are where no provider is made: declarations. */
#include <ust/compat/detail/reset.h>

#undef LTTNG_UST_TRACEPOINT_EVENT
#define LTTNG_UST_TRACEPOINT_EVENT(provider, name, args, fields)                                   \
	UST_LTTNG_DECLARE(provider, name, UST_LTTNG_PARAMS(args))
#undef LTTNG_UST_TRACEPOINT_EVENT_INSTANCE
#define LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(template_provider, template_name, provider, name,      \
					    args)                                                  \
	UST_LTTNG_DECLARE(provider, name, UST_LTTNG_PARAMS(args))
