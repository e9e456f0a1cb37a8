/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Kinds of fields. For each kind K, UST_WORD_K(u, args) is its field word, a constant; UST_ARG_K(a,
 * args) fills a struct ust_arg, and evaluates each argument once and from left to right;
 * UST_CHECK_K(name, args) are the assertions; UST_TABLE_K(u, args) is an element for the site's list
 * of enumeration tables, or nothing; UST_TEXTS_K(i, args) is what is said of field i. u is not used:
 * kinds that wrap others hand one argument through in all of them.
 */
#ifndef UST_DETAIL_FIELDS_H
#define UST_DETAIL_FIELDS_H

#include <ust/abi/site.h>
#ifdef __cplusplus
#include <ust/detail/types-cxx.h>
#else
#include <ust/detail/types-c.h>
#endif

/* UST_FIELD_WORD_FULL without its casts, so that it is an int. */
#define UST_WORD(type, flags, count) UST_WORD_FULL(type, UST_LENGTH_U32, flags, count)
#define UST_WORD_FULL(type, length, flags, count)                                                  \
	((int)(type) | (int)(length) << 5 | (int)(flags) << 7 | (int)(count) << 13)

/* Size of a payload, 0 where it varies or is an array: the type is a digit's place. */
#define UST_WORD_IS_OPEN(word)                                                                     \
	((UST_FIELD_WORD_FLAGS(word) & (UST_FIELD_ARRAY | UST_FIELD_SEQ)) ||                       \
	 UST_FIELD_WORD_TYPE(word) == UST_TYPE_STRING)
#define UST_TYPE_SIZE(type) ((int)(0x1884842184210ull >> (type)*4 & 15))
#define UST_WORD_SIZE(word) (UST_WORD_IS_OPEN(word) ? 0 : UST_TYPE_SIZE(UST_FIELD_WORD_TYPE(word)))

/* No field is an array of more elements than this. */
#define UST_ARRAY_MAX UST_FIELD_COUNT_MAX

#define UST_IS_INT_TYPE(type) ((type) >= UST_TYPE_S8 && (type) <= UST_TYPE_U64)
#define UST_IS_ELEM_TYPE(type) ((type) >= UST_TYPE_S8 && (type) <= UST_TYPE_BOOL)
#define UST_ADDRESS(p) ((__u64)(unsigned long)(const volatile void *)(p))

#define UST_SET(a, value, length)                                                                  \
	a.bits = value;                                                                            \
	a.len = length;

#define UST_CHECK_TYPE(name, x)                                                                    \
	UST_STATIC_ASSERT(UST_WORD_OF(x) != UST_TYPE_NONE,                                         \
			  "UST: field " name ": a value of this type cannot be recorded; "         \
			  "record its members, or an array or sequence of numbers")

/* A plain variable. */
#define UST_WORD_ust_p(u, x) UST_WORD(UST_WORD_OF(x), 0, 0)
#define UST_ARG_ust_p(a, x) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_p(name, x)                                                                   \
	UST_ASSERT_PLAIN(#x);                                                                      \
	UST_CHECK_TYPE(name, x);
#define UST_TABLE_ust_p(u, x)

/* UST_F */
#define UST_WORD_ust_f(u, x) UST_WORD(UST_WORD_OF(x), 0, 0)
#define UST_ARG_ust_f(a, x) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_f(name, x) UST_CHECK_TYPE(name, x);
#define UST_TABLE_ust_f(u, x)

/* An argument of a marker. */
#define UST_WORD_ust_m(u, x) UST_WORD(UST_WORD_OF(x), 0, 0)
#define UST_ARG_ust_m(a, x) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_m(name, x)                                                                   \
	UST_STATIC_ASSERT(UST_WORD_OF(x) != UST_TYPE_NONE,                                         \
			  "UST: an argument of this type cannot be recorded by a marker");
#define UST_TABLE_ust_m(u, x)

/* UST_HEX: a string's address, not its text. */
#define UST_WORD_ust_hex(u, x)                                                                     \
	UST_WORD(UST_WORD_OF(x) == UST_TYPE_STRING ? UST_TYPE_POINTER : UST_WORD_OF(x),            \
		 UST_FIELD_HEX, 0)
#define UST_ARG_ust_hex(a, x) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_hex(name, x)                                                                 \
	UST_STATIC_ASSERT(UST_IS_INT_TYPE(UST_WORD_OF(x)) || UST_WORD_OF(x) == UST_TYPE_STRING ||  \
				  UST_WORD_OF(x) == UST_TYPE_POINTER,                              \
			  "UST: field " name ": UST_HEX needs an integer or a pointer");
#define UST_TABLE_ust_hex(u, x)

/* UST_NETWORK */
#define UST_WORD_ust_net(u, x) UST_WORD(UST_WORD_OF(x), UST_FIELD_NETWORK, 0)
#define UST_ARG_ust_net(a, x) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_net(name, x)                                                                 \
	UST_STATIC_ASSERT(UST_IS_INT_TYPE(UST_WORD_OF(x)),                                         \
			  "UST: field " name ": UST_NETWORK needs an integer");
#define UST_TABLE_ust_net(u, x)

/* UST_BOOL */
#define UST_WORD_ust_bool(u, x) UST_WORD(UST_TYPE_BOOL, 0, 0)
#define UST_ARG_ust_bool(a, x) UST_SET(a, (x) ? 1u : 0u, 0)
#define UST_CHECK_ust_bool(name, x)
#define UST_TABLE_ust_bool(u, x)

/* UST_STR */
#define UST_WORD_ust_str(u, x) UST_WORD(UST_TYPE_STRING, 0, 0)
#define UST_ARG_ust_str(a, x) UST_SET(a, UST_ADDRESS(x), 0)
#define UST_CHECK_ust_str(name, x)                                                                 \
	UST_STATIC_ASSERT(UST_WORD_OF(x) == UST_TYPE_STRING,                                       \
			  "UST: field " name ": UST_STR needs a char pointer or a char array");
#define UST_TABLE_ust_str(u, x)

/* UST_TEXT */
#define UST_WORD_ust_text(u, p, n) UST_WORD(UST_TYPE_U8, UST_FIELD_SEQ | UST_FIELD_TEXT, 0)
#define UST_ARG_ust_text(a, p, n) UST_SET(a, UST_ADDRESS(p), (__u32)(n))
#define UST_CHECK_ust_text(name, p, n)                                                             \
	UST_STATIC_ASSERT(UST_WORD_OF(p) == UST_TYPE_STRING || UST_WORD_OF(p) == UST_TYPE_POINTER, \
			  "UST: field " name ": UST_TEXT needs a pointer and a length");           \
	UST_STATIC_ASSERT(UST_IS_INT_TYPE(UST_WORD_OF(n)),                                         \
			  "UST: field " name ": UST_TEXT needs a pointer and a length");
#define UST_TABLE_ust_text(u, p, n)

/* UST_SEQ */
#define UST_CHECK_ELEM(name, what, x)                                                              \
	UST_STATIC_ASSERT(UST_IS_ELEM_TYPE(UST_ELEM_OF(x)) && !UST_IS_ARRAY(x) &&                  \
				  sizeof(x) == UST_TYPE_SIZE(UST_ELEM_OF(x)),                      \
			  "UST: field " name ": the elements of " what                             \
			  " must be numbers or pointers");
/* An element that is a char pointer is an address. */
#define UST_ELEM_OF(x)                                                                             \
	(UST_WORD_OF(x) == UST_TYPE_STRING ? (int)UST_TYPE_POINTER : (int)UST_WORD_OF(x))

#define UST_WORD_ust_seq(u, p, n) UST_WORD(UST_ELEM_OF(*(p)), UST_FIELD_SEQ, 0)
#define UST_ARG_ust_seq(a, p, n) UST_SET(a, UST_ADDRESS(p), (__u32)(n))
#define UST_CHECK_ust_seq(name, p, n)                                                              \
	UST_CHECK_ELEM(name, "UST_SEQ", *(p))                                                      \
	UST_STATIC_ASSERT(UST_IS_INT_TYPE(UST_WORD_OF(n)),                                         \
			  "UST: field " name                                                       \
			  ": UST_SEQ needs a pointer and a number of elements");
#define UST_TABLE_ust_seq(u, p, n)

/* UST_ARRAY */
#define UST_COUNT_OF(a) (sizeof(a) / sizeof(*(a)))
#define UST_WORD_ust_arr(u, a) UST_WORD(UST_ELEM_OF(*(a)), UST_FIELD_ARRAY, UST_COUNT_OF(a))
#define UST_ARG_ust_arr(a, x) UST_SET(a, UST_ADDRESS(x), (__u32)UST_COUNT_OF(x))
#define UST_CHECK_ust_arr(name, a)                                                                 \
	UST_STATIC_ASSERT(UST_IS_ARRAY(a),                                                         \
			  "UST: field " name                                                       \
			  ": UST_ARRAY needs an array; use UST_SEQ for a pointer");                \
	UST_STATIC_ASSERT(UST_COUNT_OF(a) <= UST_ARRAY_MAX,                                        \
			  "UST: field " name ": this array has too many elements");                \
	UST_CHECK_ELEM(name, "UST_ARRAY", *(a))
#define UST_TABLE_ust_arr(u, a)

/* UST_ENUM */
#define UST_WORD_ust_enum(u, x, t) UST_WORD(UST_WORD_OF(x), UST_FIELD_ENUM, 0)
#define UST_ARG_ust_enum(a, x, t) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_enum(name, x, t)                                                             \
	UST_STATIC_ASSERT(UST_IS_INT_TYPE(UST_WORD_OF(x)),                                         \
			  "UST: field " name ": UST_ENUM needs an integer or an enumeration");     \
	UST_STATIC_ASSERT(UST_IS_ENUM_TABLE(t),                                                    \
			  "UST: field " name                                                       \
			  ": the last argument of UST_ENUM must be a table made by "               \
			  "UST_ENUM_TABLE");
#define UST_TABLE_ust_enum(u, x, t) &t,

/* UST_UNIT, UST_HELP: the field inside, with a text. */
#define UST_WORD_ust_unit(u, t, text) UST_PP_INNER_UNIT(UST_WORD_, (u), t)
#define UST_ARG_ust_unit(a, t, text) UST_PP_INNER_UNIT(UST_ARG_, (a), t)
#define UST_CHECK_ust_unit(name, t, text) UST_PP_INNER_UNIT(UST_CHECK_, (name), t)
#define UST_TABLE_ust_unit(u, t, text) UST_PP_INNER_UNIT(UST_TABLE_, (u), t)
#define UST_NR_TABLES_ust_unit(u, t, text) UST_PP_INNER_UNIT(UST_NR_TABLES_, (u), t)
#define UST_TEXTS_ust_unit(i, t, text) #i "u" text "\0" UST_PP_INNER_UNIT(UST_TEXTS_, (i), t)

#define UST_WORD_ust_help(u, t, text) UST_PP_INNER_HELP(UST_WORD_, (u), t)
#define UST_ARG_ust_help(a, t, text) UST_PP_INNER_HELP(UST_ARG_, (a), t)
#define UST_CHECK_ust_help(name, t, text) UST_PP_INNER_HELP(UST_CHECK_, (name), t)
#define UST_TABLE_ust_help(u, t, text) UST_PP_INNER_HELP(UST_TABLE_, (u), t)
#define UST_NR_TABLES_ust_help(u, t, text) UST_PP_INNER_HELP(UST_NR_TABLES_, (u), t)
#define UST_TEXTS_ust_help(i, t, text) #i "h" text "\0" UST_PP_INNER_HELP(UST_TEXTS_, (i), t)

#endif /* UST_DETAIL_FIELDS_H */
