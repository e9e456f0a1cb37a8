/* SPDX-License-Identifier: GPL-2.0-only */
/* More than LTTng-UST 2.13 can do: twenty arguments and more, sixty-four fields, fields of later versions. */
#undef TRACEPOINT_PROVIDER
#define TRACEPOINT_PROVIDER limits
#undef TRACEPOINT_INCLUDE_FILE
/* clang-format off */
#define TRACEPOINT_INCLUDE_FILE ./most.h
/* clang-format on */

#if !defined(TESTS_COMPAT_MOST_H) || defined(TRACEPOINT_HEADER_MULTI_READ)
#define TESTS_COMPAT_MOST_H

#include <lttng/tracepoint.h>

/* clang-format off */
#define LIMITS_EIGHT(p) \
	ctf_integer(int, p##0, a0) ctf_integer(int, p##1, a1 + 1) ctf_integer(int, p##2, a2 + 2) \
	ctf_integer(int, p##3, a3 + 3) ctf_integer(int, p##4, a4 + 4) ctf_integer(int, p##5, a5 + 5) \
	ctf_integer(int, p##6, a6 + 6) ctf_integer(int, p##7, a7 + 7)

TRACEPOINT_EVENT(limits, many,
	TP_ARGS(int, a0, int, a1, int, a2, int, a3, int, a4, int, a5, int, a6, int, a7, int, a8,
		int, a9, int, a10, int, a11, int, a12, int, a13, int, a14, int, a15, int, a16,
		int, a17, int, a18, double, a19),
	TP_FIELDS(
		LIMITS_EIGHT(a) LIMITS_EIGHT(b) LIMITS_EIGHT(c) LIMITS_EIGHT(d)
		LIMITS_EIGHT(e) LIMITS_EIGHT(f) LIMITS_EIGHT(g)
		ctf_integer(int, h0, a8) ctf_integer(int, h1, a9 + a10 + a11 + a12 + a13)
		ctf_integer(int, h2, a14) ctf_integer(int, h3, a15) ctf_integer(int, h4, a16)
		ctf_integer(int, h5, a17) ctf_integer(int, h6, a18) ctf_float(double, h7, a19)
	)
)

TRACEPOINT_EVENT(limits, most,
	TP_ARGS(char, b0, char, b1, char, b2, char, b3, char, b4, char, b5, char, b6, char, b7,
		char, b8, char, b9, char, b10, char, b11, char, b12, char, b13, char, b14,
		char, b15, char, b16, char, b17, char, b18, char, b19, char, b20, char, b21,
		char, b22, char, b23, char, b24, char, b25, char, b26, char, b27, char, b28,
		char, b29, char, b30, const char *, b31),
	TP_FIELDS(ctf_integer(char, first, b0) ctf_integer(char, last, b30) ctf_string(text, b31))
)

TRACEPOINT_EVENT(limits, blobs,
	TP_ARGS(const void *, bytes, size_t, n),
	TP_FIELDS(
		lttng_ust_field_fixed_length_blob(fixed, bytes, 3, "image/png")
		lttng_ust_field_variable_length_blob(variable, bytes, uint16_t, n, "image/png")
		lttng_ust_field_fixed_length_blob_nowrite(unwritten, bytes, 3, "image/png")
		lttng_ust_field_variable_length_blob_nowrite(none, bytes, size_t, n, "image/png")
	)
)

/* The program and the provider do not agree about these. */
#ifdef LIMITS_PROVIDER
TRACEPOINT_EVENT(limits, differs, TP_ARGS(long, a), TP_FIELDS(ctf_integer(long, a, a)))
TRACEPOINT_EVENT(limits, renamed, TP_ARGS(int, b), TP_FIELDS(ctf_integer(int, b, b)))
#else
TRACEPOINT_EVENT(limits, differs, TP_ARGS(int, a), TP_FIELDS(ctf_integer(long, a, a)))
TRACEPOINT_EVENT(limits, renamed, TP_ARGS(int, a), TP_FIELDS(ctf_integer(int, b, a)))
#endif
/* clang-format on */

#endif /* TESTS_COMPAT_MOST_H */

#include <lttng/tracepoint-event.h>
