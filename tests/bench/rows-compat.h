/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events of rows.c as a provider written for LTTng-UST, compiled with our headers. Of the same
 * provider, so that the same session records them, and with other names.
 */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER bench

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "rows-compat.h"

#if !defined(UST_BENCH_ROWS_COMPAT_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define UST_BENCH_ROWS_COMPAT_H

#include <lttng/tracepoint.h>

/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT(
	bench, compat_one,
	LTTNG_UST_TP_ARGS(int, v),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(int, v, v)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(
	bench, compat_string,
	LTTNG_UST_TP_ARGS(int, v, const char *, s),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(int, v, v)
		lttng_ust_field_string(s, s)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(
	bench, compat_mixed,
	LTTNG_UST_TP_ARGS(int, a, unsigned long, b, double, c, unsigned short, d, unsigned char, e,
			  const char *, s),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(int, a, a)
		lttng_ust_field_integer(unsigned long, b, b)
		lttng_ust_field_float(double, c, c)
		lttng_ust_field_integer(unsigned short, d, d)
		lttng_ust_field_integer(unsigned char, e, e)
		lttng_ust_field_string(s, s)
	)
)
/* clang-format on */

#endif /* UST_BENCH_ROWS_COMPAT_H */

#include <lttng/tracepoint-event.h>
