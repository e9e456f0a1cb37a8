/* SPDX-License-Identifier: GPL-2.0-only */
/* The names of LTTng-UST before 2.13; and what a call may not know: struct older_hidden. */
#undef TRACEPOINT_PROVIDER
#define TRACEPOINT_PROVIDER older

#undef TRACEPOINT_INCLUDE_FILE
/* clang-format off */
#define TRACEPOINT_INCLUDE_FILE ./older.h
/* clang-format on */
#undef TRACEPOINT_INCLUDE
#define TRACEPOINT_INCLUDE "./older.h"

#if !defined(TESTS_COMPAT_OLDER_H) || defined(TRACEPOINT_HEADER_MULTI_READ)
#define TESTS_COMPAT_OLDER_H

#include <lttng/tracepoint.h>

#include "older-types.h"

/* clang-format off */
TRACEPOINT_EVENT(TRACEPOINT_PROVIDER, empty, TP_ARGS(void), TP_FIELDS())

TRACEPOINT_EVENT(older, hidden, TP_ARGS(struct older_hidden *, h),
	TP_FIELDS(
		ctf_integer(int, a, h->a)
		ctf_string(name, h->name)
	)
)

TRACEPOINT_ENUM(older, state, TP_ENUM_VALUES(
	ctf_enum_value("off", 0)
	ctf_enum_range("on", 1, 3)
	ctf_enum_auto("more")
))

TRACEPOINT_EVENT(older, fields,
	TP_ARGS(int, v, const char *, s, const int *, a, size_t, n, double, d),
	TP_FIELDS(
		ctf_integer(int, i, v)
		ctf_integer_hex(long, ih, v)
		ctf_integer_network(short, in, v)
		ctf_integer_network_hex(int, inh, v)
		ctf_integer_nowrite(int, nw, v)
		ctf_float(double, d, d)
		ctf_float_nowrite(double, dnw, d)
		ctf_string(s, s)
		ctf_string_nowrite(snw, s)
		ctf_array(int, a, a, 2)
		ctf_array_hex(int, ah, a, 2)
		ctf_array_network(int, an, a, 2)
		ctf_array_network_hex(int, anh, a, 2)
		ctf_array_text(char, at, s, 3)
		ctf_array_nowrite(int, a1, a, 2)
		ctf_array_nowrite_hex(int, a2, a, 2)
		ctf_array_network_nowrite(int, a3, a, 2)
		ctf_array_network_nowrite_hex(int, a4, a, 2)
		ctf_array_text_nowrite(char, a5, s, 2)
		ctf_sequence(int, q, a, size_t, n)
		ctf_sequence_hex(int, qh, a, unsigned short, n)
		ctf_sequence_network(int, qn, a, unsigned char, n)
		ctf_sequence_network_hex(int, qnh, a, unsigned, n)
		ctf_sequence_text(char, qt, s, size_t, n)
		ctf_sequence_nowrite(int, q1, a, size_t, n)
		ctf_sequence_nowrite_hex(int, q2, a, size_t, n)
		ctf_sequence_network_nowrite(int, q3, a, size_t, n)
		ctf_sequence_network_nowrite_hex(int, q4, a, size_t, n)
		ctf_sequence_text_nowrite(char, q5, s, size_t, n)
		ctf_enum(older, state, int, state, v)
		ctf_enum_nowrite(older, state, int, snw2, v)
		ctf_unused(d)
	)
)
TRACEPOINT_LOGLEVEL(older, fields, TRACE_WARNING)

TRACEPOINT_EVENT_CLASS(older, shape, TP_ARGS(int, v), TP_FIELDS(ctf_integer(int, v, v)))
TRACEPOINT_EVENT_INSTANCE(older, shape, circle, TP_ARGS(int, v))
TRACEPOINT_EVENT_INSTANCE(older, shape, square, TP_ARGS(int, v))
TRACEPOINT_LOGLEVEL(older, square, TRACE_DEBUG_UNIT)
TRACEPOINT_MODEL_EMF_URI(older, square, "http://example.com/square")
/* clang-format on */

#endif /* TESTS_COMPAT_OLDER_H */

#include <lttng/tracepoint-event.h>
