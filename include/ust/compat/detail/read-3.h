/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* No guard: third reading of a provider's header, in the same function: the records. */
#include <ust/compat/detail/reset.h>

#undef LTTNG_UST_TRACEPOINT_EVENT
#define LTTNG_UST_TRACEPOINT_EVENT(provider, name, args, fields)                                   \
	UST_LTTNG_DEFINITION(provider, name, provider, name,                                       \
			     UST_LTTNG_TYPES_OF(UST_LTTNG_PARAMS(args)))
#undef LTTNG_UST_TRACEPOINT_EVENT_INSTANCE
#define LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(template_provider, template_name, provider, name,      \
					    args)                                                  \
	UST_LTTNG_DEFINITION(template_provider, template_name, provider, name,                     \
			     UST_LTTNG_TYPES_OF(UST_LTTNG_PARAMS(args)))
