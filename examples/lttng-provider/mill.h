/* SPDX-License-Identifier: GPL-2.0-only */
/* A provider's header as LTTng-UST's users write it. Nothing in it knows of UST. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER mill

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "./mill.h"

#if !defined(MILL_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define MILL_H

#include <lttng/tracepoint.h>

/* clang-format off */
LTTNG_UST_TRACEPOINT_ENUM(mill, grain, LTTNG_UST_TP_ENUM_VALUES(
	lttng_ust_field_enum_value("wheat", 0)
	lttng_ust_field_enum_value("rye", 1)
	lttng_ust_field_enum_range("unknown", 2, 255)
))

LTTNG_UST_TRACEPOINT_EVENT(mill, sack,
	LTTNG_UST_TP_ARGS(int, number, const char *, farmer, int, grain),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(int, number, number)
		lttng_ust_field_enum(mill, grain, unsigned char, grain, grain)
		lttng_ust_field_string(farmer, farmer)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(mill, stone,
	LTTNG_UST_TP_ARGS(double, turns, const int *, wear, size_t, nr_wear),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_float(double, turns, turns)
		lttng_ust_field_sequence(int, wear, wear, size_t, nr_wear)
	)
)
LTTNG_UST_TRACEPOINT_LOGLEVEL(mill, stone, LTTNG_UST_TRACEPOINT_LOGLEVEL_INFO)
/* clang-format on */

#endif /* MILL_H */

#include <lttng/tracepoint-event.h>
