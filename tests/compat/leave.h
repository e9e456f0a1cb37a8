/* SPDX-License-Identifier: GPL-2.0-only */
/* A provider that is unloaded while other threads record its events. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER leave

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "./leave.h"

#if !defined(TESTS_COMPAT_LEAVE_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define TESTS_COMPAT_LEAVE_H

#include <lttng/tracepoint.h>

/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT(leave, plain,
	LTTNG_UST_TP_ARGS(int, n),
	LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(int, n, n)))
/* leave_slowly() is the provider's. */
LTTNG_UST_TRACEPOINT_EVENT(leave, slow,
	LTTNG_UST_TP_ARGS(int, n),
	LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(int, n, leave_slowly(n))))
/* clang-format on */

#endif /* TESTS_COMPAT_LEAVE_H */

#include <lttng/tracepoint-event.h>
