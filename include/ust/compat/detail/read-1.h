/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* No guard: first reading of a provider's header, at file scope. */
#include <ust/compat/detail/reset.h>

#undef LTTNG_UST_TRACEPOINT_EVENT
#define LTTNG_UST_TRACEPOINT_EVENT(provider, name, args, fields)                                   \
	UST_LTTNG_EVENT(provider, name, (UST_LTTNG_PARAMS(args)), UST_LTTNG_PARAMS(fields))
#undef LTTNG_UST_TRACEPOINT_EVENT_CLASS
#define LTTNG_UST_TRACEPOINT_EVENT_CLASS(provider, name, args, fields)                             \
	UST_LTTNG_CLASS(provider, name, (UST_LTTNG_PARAMS(args)), UST_LTTNG_PARAMS(fields))
#undef LTTNG_UST_TRACEPOINT_EVENT_INSTANCE
#define LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(template_provider, template_name, provider, name,      \
					    args)                                                  \
	UST_LTTNG_INSTANCE(template_provider, template_name, provider, name,                       \
			   (UST_LTTNG_PARAMS(args)))
#undef LTTNG_UST_TRACEPOINT_ENUM
#define LTTNG_UST_TRACEPOINT_ENUM(provider, name, values)                                          \
	UST_LTTNG_ENUM(provider, name, UST_LTTNG_PARAMS(values))
