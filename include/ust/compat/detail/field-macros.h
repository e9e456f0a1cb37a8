/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The field macros of LTTng-UST as tuples: see <ust/compat/detail/fields.h>. They mean something only
 * while a provider is made. What is "nowrite" can be seen by filters only: it is not recorded.
 */
#ifndef UST_COMPAT_DETAIL_FIELD_MACROS_H
#define UST_COMPAT_DETAIL_FIELD_MACROS_H

#include <lttng/ust-api-compat.h>
#include <lttng/ust-endian.h>

#define LTTNG_UST_TP_FIELDS(...) __VA_ARGS__
#define LTTNG_UST_TP_ENUM_VALUES(...) __VA_ARGS__

#define lttng_ust_field_integer(type, item, src) (ust_int, item, type, src, 0)
#define lttng_ust_field_integer_hex(type, item, src) (ust_int, item, type, src, UST_FIELD_HEX)
#define lttng_ust_field_integer_network(type, item, src)                                           \
	(ust_int, item, type, src, UST_FIELD_NETWORK)
#define lttng_ust_field_integer_network_hex(type, item, src)                                       \
	(ust_int, item, type, src, UST_FIELD_NETWORK | UST_FIELD_HEX)
#define lttng_ust_field_integer_nowrite(type, item, src) (ust_none, (type)(src))
#define lttng_ust_field_float(type, item, src) (ust_float, item, type, src)
#define lttng_ust_field_float_nowrite(type, item, src) (ust_none, (type)(src))
#define lttng_ust_field_string(item, src) (ust_str, item, src)
#define lttng_ust_field_string_nowrite(item, src) (ust_none, src)
#define lttng_ust_field_unused(src) (ust_none, src)
#define lttng_ust_field_unused_nowrite(src) (ust_none, src)
#define lttng_ust_field_enum(provider, name, type, item, src)                                      \
	(ust_enum, item, type, src, ust_lttng_enum_##provider##___##name)
#define lttng_ust_field_enum_nowrite(provider, name, type, item, src) (ust_none, (type)(src))

#define lttng_ust_field_array(type, item, src, count) (ust_arr, item, type, src, 0, count)
#define lttng_ust_field_array_hex(type, item, src, count)                                          \
	(ust_arr, item, type, src, UST_FIELD_HEX, count)
#define lttng_ust_field_array_network(type, item, src, count)                                      \
	(ust_arr, item, type, src, UST_FIELD_NETWORK, count)
#define lttng_ust_field_array_network_hex(type, item, src, count)                                  \
	(ust_arr, item, type, src, UST_FIELD_NETWORK | UST_FIELD_HEX, count)
#define lttng_ust_field_array_text(type, item, src, count)                                         \
	(ust_arr, item, type, src, UST_FIELD_TEXT, count)
#define lttng_ust_field_sequence(type, item, src, length_type, count)                              \
	(ust_seq, item, type, src, 0, length_type, count)
#define lttng_ust_field_sequence_hex(type, item, src, length_type, count)                          \
	(ust_seq, item, type, src, UST_FIELD_HEX, length_type, count)
#define lttng_ust_field_sequence_network(type, item, src, length_type, count)                      \
	(ust_seq, item, type, src, UST_FIELD_NETWORK, length_type, count)
#define lttng_ust_field_sequence_network_hex(type, item, src, length_type, count)                  \
	(ust_seq, item, type, src, UST_FIELD_NETWORK | UST_FIELD_HEX, length_type, count)
#define lttng_ust_field_sequence_text(type, item, src, length_type, count)                         \
	(ust_seq, item, type, src, UST_FIELD_TEXT, length_type, count)

/* Of versions after 2.13: bytes of some media type, which CTF 1.8 cannot tell. */
#define lttng_ust_field_fixed_length_blob(item, src, count, media_type)                            \
	lttng_ust_field_array_hex(unsigned char, item, src, count)
#define lttng_ust_field_variable_length_blob(item, src, length_type, count, media_type)            \
	lttng_ust_field_sequence_hex(unsigned char, item, src, length_type, count)

#define lttng_ust_field_fixed_length_blob_nowrite(item, src, count, media_type) (ust_none, src)
#define lttng_ust_field_variable_length_blob_nowrite(item, src, length_type, count, media_type)    \
	(ust_none, src)
#define lttng_ust_field_array_nowrite(type, item, src, count) (ust_none, src)
#define lttng_ust_field_array_nowrite_hex(type, item, src, count) (ust_none, src)
#define lttng_ust_field_array_network_nowrite(type, item, src, count) (ust_none, src)
#define lttng_ust_field_array_network_nowrite_hex(type, item, src, count) (ust_none, src)
#define lttng_ust_field_array_text_nowrite(type, item, src, count) (ust_none, src)
#define lttng_ust_field_sequence_nowrite(type, item, src, length_type, count) (ust_none, src)
#define lttng_ust_field_sequence_nowrite_hex(type, item, src, length_type, count) (ust_none, src)
#define lttng_ust_field_sequence_network_nowrite(type, item, src, length_type, count)              \
	(ust_none, src)
#define lttng_ust_field_sequence_network_nowrite_hex(type, item, src, length_type, count)          \
	(ust_none, src)
#define lttng_ust_field_sequence_text_nowrite(type, item, src, length_type, count) (ust_none, src)

/* Labels of an enumeration: elements of its table. */
#define lttng_ust_field_enum_value(string, value) {string, (__s64)(value), 0},
#define lttng_ust_field_enum_range(string, start, end)                                             \
	{string, (__s64)(start), (__u64)(end) - (__u64)(start)},
#define lttng_ust_field_enum_auto(string) {string, UST_ENUM_AUTO_VALUE, UST_ENUM_AUTO_SPAN},

#if LTTNG_UST_COMPAT_API(0)
#define ctf_integer lttng_ust_field_integer
#define ctf_integer_hex lttng_ust_field_integer_hex
#define ctf_integer_network lttng_ust_field_integer_network
#define ctf_integer_network_hex lttng_ust_field_integer_network_hex
#define ctf_integer_nowrite lttng_ust_field_integer_nowrite
#define ctf_float lttng_ust_field_float
#define ctf_float_nowrite lttng_ust_field_float_nowrite
#define ctf_array lttng_ust_field_array
#define ctf_array_hex lttng_ust_field_array_hex
#define ctf_array_network lttng_ust_field_array_network
#define ctf_array_network_hex lttng_ust_field_array_network_hex
#define ctf_array_text lttng_ust_field_array_text
#define ctf_array_nowrite lttng_ust_field_array_nowrite
#define ctf_array_nowrite_hex lttng_ust_field_array_nowrite_hex
#define ctf_array_network_nowrite lttng_ust_field_array_network_nowrite
#define ctf_array_network_nowrite_hex lttng_ust_field_array_network_nowrite_hex
#define ctf_array_text_nowrite lttng_ust_field_array_text_nowrite
#define ctf_sequence lttng_ust_field_sequence
#define ctf_sequence_hex lttng_ust_field_sequence_hex
#define ctf_sequence_network lttng_ust_field_sequence_network
#define ctf_sequence_network_hex lttng_ust_field_sequence_network_hex
#define ctf_sequence_text lttng_ust_field_sequence_text
#define ctf_sequence_nowrite lttng_ust_field_sequence_nowrite
#define ctf_sequence_nowrite_hex lttng_ust_field_sequence_nowrite_hex
#define ctf_sequence_network_nowrite lttng_ust_field_sequence_network_nowrite
#define ctf_sequence_network_nowrite_hex lttng_ust_field_sequence_network_nowrite_hex
#define ctf_sequence_text_nowrite lttng_ust_field_sequence_text_nowrite
#define ctf_string lttng_ust_field_string
#define ctf_string_nowrite lttng_ust_field_string_nowrite
#define ctf_unused lttng_ust_field_unused
#define ctf_unused_nowrite lttng_ust_field_unused_nowrite
#define ctf_enum lttng_ust_field_enum
#define ctf_enum_nowrite lttng_ust_field_enum_nowrite
#define ctf_enum_value lttng_ust_field_enum_value
#define ctf_enum_range lttng_ust_field_enum_range
#define ctf_enum_auto lttng_ust_field_enum_auto
#endif

#endif /* UST_COMPAT_DETAIL_FIELD_MACROS_H */
