/* SPDX-License-Identifier: GPL-2.0-only */
/* Every macro of LTTng-UST 2.13's interface, as its users write them. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER every

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "./every.h"

#if !defined(TESTS_COMPAT_EVERY_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define TESTS_COMPAT_EVERY_H

#include <lttng/tracepoint.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "every-types.h"

/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT(every, nothing, LTTNG_UST_TP_ARGS(), LTTNG_UST_TP_FIELDS())

LTTNG_UST_TRACEPOINT_EVENT(every, integers,
	LTTNG_UST_TP_ARGS(long long, v, void *, p, enum every_kind, kind),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(char, c, v)
		lttng_ust_field_integer(signed char, sc, v)
		lttng_ust_field_integer(unsigned char, uc, v)
		lttng_ust_field_integer(short, s, v)
		lttng_ust_field_integer(unsigned short, us, v)
		lttng_ust_field_integer(int, i, v)
		lttng_ust_field_integer(unsigned int, ui, v)
		lttng_ust_field_integer(long, l, v)
		lttng_ust_field_integer(unsigned long, ul, v)
		lttng_ust_field_integer(long long, ll, v)
		lttng_ust_field_integer(unsigned long long, ull, v)
		lttng_ust_field_integer(bool, b, v)
		lttng_ust_field_integer(size_t, size, v)
		lttng_ust_field_integer(time_t, when, v)
		lttng_ust_field_integer(uint64_t, address, (uintptr_t) p)
		lttng_ust_field_integer(enum every_kind, kind, kind)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(every, bases,
	LTTNG_UST_TP_ARGS(uint32_t, v, uint16_t, net16, uint32_t, net32, uint64_t, net64),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer_hex(uint32_t, hex, v)
		lttng_ust_field_integer_hex(int8_t, small, v)
		lttng_ust_field_integer_network(uint16_t, port, net16)
		lttng_ust_field_integer_network(int32_t, address, net32)
		lttng_ust_field_integer_network_hex(uint64_t, wide, net64)
		lttng_ust_field_integer_network_hex(uint8_t, byte, v)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(every, floats,
	LTTNG_UST_TP_ARGS(double, d, float, f),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_float(float, f, f)
		lttng_ust_field_float(double, d, d)
		lttng_ust_field_float(double, sum, d + f)
		lttng_ust_field_float(float, narrow, d)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(every, strings,
	LTTNG_UST_TP_ARGS(const char *, a, char *, b),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_string(a, a)
		lttng_ust_field_string(b, b)
		lttng_ust_field_string(constant, "constant")
	)
)

LTTNG_UST_TRACEPOINT_EVENT(every, one_string,
	LTTNG_UST_TP_ARGS(int, n, const char *, s),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(int, n, n)
		lttng_ust_field_string(s, s)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(every, string_first,
	LTTNG_UST_TP_ARGS(const char *, s, int, n),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_string(s, s)
		lttng_ust_field_integer(int, n, n)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(every, arrays,
	LTTNG_UST_TP_ARGS(const int *, v, const uint16_t *, net, const char *, text),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_array(int, numbers, v, 3)
		lttng_ust_field_array(unsigned char, bytes, text, 4)
		lttng_ust_field_array_hex(unsigned int, hexes, v, 2)
		lttng_ust_field_array_network(uint16_t, ports, net, 2)
		lttng_ust_field_array_network_hex(uint16_t, hexports, net, 2)
		lttng_ust_field_array_text(char, text, text, 4)
		lttng_ust_field_array_text(char, padded, text, 40)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(every, sequences,
	LTTNG_UST_TP_ARGS(const long *, v, const uint16_t *, net, const char *, text, size_t, n),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_sequence(long, numbers, v, size_t, n)
		lttng_ust_field_sequence_hex(unsigned long, hexes, v, uint8_t, n)
		lttng_ust_field_sequence_network(uint16_t, ports, net, uint16_t, n)
		lttng_ust_field_sequence_network_hex(uint16_t, hexports, net, uint32_t, n)
		lttng_ust_field_sequence_text(char, text, text, unsigned int, n)
		lttng_ust_field_sequence_text(char, cut, text, uint64_t, n + 20)
		lttng_ust_field_integer(int, behind, 7)
	)
)

LTTNG_UST_TRACEPOINT_ENUM(every, mood, LTTNG_UST_TP_ENUM_VALUES(
	lttng_ust_field_enum_auto("first")
	lttng_ust_field_enum_value("calm", 5)
	lttng_ust_field_enum_auto("behind calm")
	lttng_ust_field_enum_range("busy", 10, 20)
	lttng_ust_field_enum_auto("behind busy")
	lttng_ust_field_enum_value("one \"hundred\", C:\\100", 100)
))

LTTNG_UST_TRACEPOINT_ENUM(every, sign, LTTNG_UST_TP_ENUM_VALUES(
	lttng_ust_field_enum_value("minus", -1)
	lttng_ust_field_enum_range("cold", -40, -10)
	lttng_ust_field_enum_value("zero", 0)
))

LTTNG_UST_TRACEPOINT_EVENT(every, enums,
	LTTNG_UST_TP_ARGS(int, a, int, b),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_enum(every, mood, unsigned char, small, a)
		lttng_ust_field_enum(every, mood, uint64_t, wide, a)
		lttng_ust_field_enum(every, sign, int, sign, b)
		lttng_ust_field_enum(every, sign, int64_t, wide_sign, b)
	)
)

/* What is not recorded. */
LTTNG_UST_TRACEPOINT_EVENT(every, unwritten,
	LTTNG_UST_TP_ARGS(int, v, const char *, s, const int *, a, size_t, n, double, d),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer_nowrite(int, i, v)
		lttng_ust_field_float_nowrite(double, d, d)
		lttng_ust_field_string_nowrite(s, s)
		lttng_ust_field_array_nowrite(int, a1, a, 2)
		lttng_ust_field_array_nowrite_hex(int, a2, a, 2)
		lttng_ust_field_array_network_nowrite(int, a3, a, 2)
		lttng_ust_field_array_network_nowrite_hex(int, a4, a, 2)
		lttng_ust_field_array_text_nowrite(char, a5, s, 2)
		lttng_ust_field_sequence_nowrite(int, s1, a, size_t, n)
		lttng_ust_field_sequence_nowrite_hex(int, s2, a, size_t, n)
		lttng_ust_field_sequence_network_nowrite(int, s3, a, size_t, n)
		lttng_ust_field_sequence_network_nowrite_hex(int, s4, a, size_t, n)
		lttng_ust_field_sequence_text_nowrite(char, s5, s, size_t, n)
		lttng_ust_field_enum_nowrite(every, mood, int, e, v)
		lttng_ust_field_unused(d)
		lttng_ust_field_integer(int, written, v)
	)
)

LTTNG_UST_TRACEPOINT_EVENT(every, ten_arguments,
	LTTNG_UST_TP_ARGS(int, a, int, b, int, c, int, d, int, e, int, f, int, g, int, h, int, i,
			  const char *, j),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(int, a, a) lttng_ust_field_integer(int, b, b)
		lttng_ust_field_integer(int, c, c) lttng_ust_field_integer(int, d, d)
		lttng_ust_field_integer(int, e, e) lttng_ust_field_integer(int, f, f)
		lttng_ust_field_integer(int, g, g) lttng_ust_field_integer(int, h, h)
		lttng_ust_field_integer(int, i, i) lttng_ust_field_string(j, j)
	)
)

/* An event may stand in front of its class. */
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(every, point, every, point_made,
	LTTNG_UST_TP_ARGS(int, x, struct every_point *, p))
LTTNG_UST_TRACEPOINT_EVENT_CLASS(every, point,
	LTTNG_UST_TP_ARGS(int, x, struct every_point *, p),
	LTTNG_UST_TP_FIELDS(
		lttng_ust_field_integer(int, x, x)
		lttng_ust_field_integer(long, y, p->y)
		lttng_ust_field_string(label, p->label)
	)
)
LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(every, point, every, point_gone,
	LTTNG_UST_TP_ARGS(int, x, struct every_point *, p))

LTTNG_UST_TRACEPOINT_LOGLEVEL(every, nothing, LTTNG_UST_TRACEPOINT_LOGLEVEL_EMERG)
LTTNG_UST_TRACEPOINT_LOGLEVEL(every, integers, LTTNG_UST_TRACEPOINT_LOGLEVEL_CRIT)
LTTNG_UST_TRACEPOINT_LOGLEVEL(every, bases, LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG)
LTTNG_UST_TRACEPOINT_LOGLEVEL(every, point_gone, LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_SYSTEM)
LTTNG_UST_TRACEPOINT_MODEL_EMF_URI(every, point_made, "http://example.com/model?q=point_made")
/* clang-format on */

#endif /* TESTS_COMPAT_EVERY_H */

#include <lttng/tracepoint-event.h>
