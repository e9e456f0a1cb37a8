/* SPDX-License-Identifier: GPL-2.0-only */
/* A provider whose event is of a class of another provider, and nothing but its name is its own. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER every_other

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "./every-other.h"

#if !defined(TESTS_COMPAT_EVERY_OTHER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define TESTS_COMPAT_EVERY_OTHER_H

#include <lttng/tracepoint.h>

#include "every-types.h"

/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(every, point, every_other, point_moved,
	LTTNG_UST_TP_ARGS(int, x, struct every_point *, p))
LTTNG_UST_TRACEPOINT_LOGLEVEL(every_other, point_moved, LTTNG_UST_TRACEPOINT_LOGLEVEL_NOTICE)
/* clang-format on */

#endif /* TESTS_COMPAT_EVERY_OTHER_H */

#include <lttng/tracepoint-event.h>
