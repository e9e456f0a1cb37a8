/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Kinds of fields. For each kind K, UST_WORD_K(args) is its field word, a constant; UST_ARG_K(a,
 * args) fills a struct ust_arg, and evaluates each argument once and from left to right;
 * UST_CHECK_K(name, args) are the assertions; UST_TABLE_K(args) is an element for the site's list
 * of enumeration tables, or nothing.
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
#define UST_WORD_ust_p(x) UST_WORD(UST_WORD_OF(x), 0, 0)
#define UST_ARG_ust_p(a, x) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_p(name, x)                                                                   \
	UST_ASSERT_PLAIN(#x);                                                                      \
	UST_CHECK_TYPE(name, x);
#define UST_TABLE_ust_p(x)

/* UST_F */
#define UST_WORD_ust_f(x) UST_WORD(UST_WORD_OF(x), 0, 0)
#define UST_ARG_ust_f(a, x) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_f(name, x) UST_CHECK_TYPE(name, x);
#define UST_TABLE_ust_f(x)

/* An argument of a marker. */
#define UST_WORD_ust_m(x) UST_WORD(UST_WORD_OF(x), 0, 0)
#define UST_ARG_ust_m(a, x) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_m(name, x)                                                                   \
	UST_STATIC_ASSERT(UST_WORD_OF(x) != UST_TYPE_NONE,                                         \
			  "UST: an argument of this type cannot be recorded by a marker");
#define UST_TABLE_ust_m(x)

/* UST_HEX: a string's address, not its text. */
#define UST_WORD_ust_hex(x)                                                                        \
	UST_WORD(UST_WORD_OF(x) == UST_TYPE_STRING ? UST_TYPE_POINTER : UST_WORD_OF(x),            \
		 UST_FIELD_HEX, 0)
#define UST_ARG_ust_hex(a, x) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_hex(name, x)                                                                 \
	UST_STATIC_ASSERT(UST_IS_INT_TYPE(UST_WORD_OF(x)) || UST_WORD_OF(x) == UST_TYPE_STRING ||  \
				  UST_WORD_OF(x) == UST_TYPE_POINTER,                              \
			  "UST: field " name ": UST_HEX needs an integer or a pointer");
#define UST_TABLE_ust_hex(x)

/* UST_BOOL */
#define UST_WORD_ust_bool(x) UST_WORD(UST_TYPE_BOOL, 0, 0)
#define UST_ARG_ust_bool(a, x) UST_SET(a, (x) ? 1u : 0u, 0)
#define UST_CHECK_ust_bool(name, x)
#define UST_TABLE_ust_bool(x)

/* UST_STR */
#define UST_WORD_ust_str(x) UST_WORD(UST_TYPE_STRING, 0, 0)
#define UST_ARG_ust_str(a, x) UST_SET(a, UST_ADDRESS(x), 0)
#define UST_CHECK_ust_str(name, x)                                                                 \
	UST_STATIC_ASSERT(UST_WORD_OF(x) == UST_TYPE_STRING,                                       \
			  "UST: field " name ": UST_STR needs a char pointer or a char array");
#define UST_TABLE_ust_str(x)

/* UST_TEXT */
#define UST_WORD_ust_text(p, n) UST_WORD(UST_TYPE_U8, UST_FIELD_SEQ | UST_FIELD_TEXT, 0)
#define UST_ARG_ust_text(a, p, n) UST_SET(a, UST_ADDRESS(p), (__u32)(n))
#define UST_CHECK_ust_text(name, p, n)                                                             \
	UST_STATIC_ASSERT(UST_WORD_OF(p) == UST_TYPE_STRING || UST_WORD_OF(p) == UST_TYPE_POINTER, \
			  "UST: field " name ": UST_TEXT needs a pointer and a length");           \
	UST_STATIC_ASSERT(UST_IS_INT_TYPE(UST_WORD_OF(n)),                                         \
			  "UST: field " name ": UST_TEXT needs a pointer and a length");
#define UST_TABLE_ust_text(p, n)

/* UST_SEQ */
#define UST_CHECK_ELEM(name, what, x)                                                              \
	UST_STATIC_ASSERT(UST_IS_ELEM_TYPE(UST_ELEM_OF(x)) && !UST_IS_ARRAY(x) &&                  \
				  sizeof(x) == UST_TYPE_SIZE(UST_ELEM_OF(x)),                      \
			  "UST: field " name ": the elements of " what                             \
			  " must be numbers or pointers");
/* An element that is a char pointer is an address. */
#define UST_ELEM_OF(x)                                                                             \
	(UST_WORD_OF(x) == UST_TYPE_STRING ? (int)UST_TYPE_POINTER : (int)UST_WORD_OF(x))

#define UST_WORD_ust_seq(p, n) UST_WORD(UST_ELEM_OF(*(p)), UST_FIELD_SEQ, 0)
#define UST_ARG_ust_seq(a, p, n) UST_SET(a, UST_ADDRESS(p), (__u32)(n))
#define UST_CHECK_ust_seq(name, p, n)                                                              \
	UST_CHECK_ELEM(name, "UST_SEQ", *(p))                                                      \
	UST_STATIC_ASSERT(UST_IS_INT_TYPE(UST_WORD_OF(n)),                                         \
			  "UST: field " name                                                       \
			  ": UST_SEQ needs a pointer and a number of elements");
#define UST_TABLE_ust_seq(p, n)

/* UST_ARRAY */
#define UST_COUNT_OF(a) (sizeof(a) / sizeof(*(a)))
#define UST_WORD_ust_arr(a) UST_WORD(UST_ELEM_OF(*(a)), UST_FIELD_ARRAY, UST_COUNT_OF(a))
#define UST_ARG_ust_arr(a, x) UST_SET(a, UST_ADDRESS(x), (__u32)UST_COUNT_OF(x))
#define UST_CHECK_ust_arr(name, a)                                                                 \
	UST_STATIC_ASSERT(UST_IS_ARRAY(a),                                                         \
			  "UST: field " name                                                       \
			  ": UST_ARRAY needs an array; use UST_SEQ for a pointer");                \
	UST_STATIC_ASSERT(UST_COUNT_OF(a) <= UST_ARRAY_MAX,                                        \
			  "UST: field " name ": this array has too many elements");                \
	UST_CHECK_ELEM(name, "UST_ARRAY", *(a))
#define UST_TABLE_ust_arr(a)

/* UST_ENUM */
#define UST_WORD_ust_enum(x, t) UST_WORD(UST_WORD_OF(x), UST_FIELD_ENUM, 0)
#define UST_ARG_ust_enum(a, x, t) UST_SET(a, UST_BITS_OF(x), 0)
#define UST_CHECK_ust_enum(name, x, t)                                                             \
	UST_STATIC_ASSERT(UST_IS_INT_TYPE(UST_WORD_OF(x)),                                         \
			  "UST: field " name ": UST_ENUM needs an integer or an enumeration");     \
	UST_STATIC_ASSERT(UST_IS_ENUM_TABLE(t),                                                    \
			  "UST: field " name                                                       \
			  ": the last argument of UST_ENUM must be a table made by "               \
			  "UST_ENUM_TABLE");
#define UST_TABLE_ust_enum(x, t) &t,

/*
 * What a site makes of each field (see UST_PP_MAP). Constants of field i: its word, its size, the
 * end of its payload (the end of the one before is its start), the number of fields of open size so
 * far.
 */
/*
 * A site's constants are enumerators. In C++ compilers mistake what lambdas capture inside of a
 * local enumeration: gcc 12 takes variables instead (but not for a local class to use), clang 14
 * wants the part with the user's expressions outside.
 */
#if defined(__cplusplus) && !defined(__clang__)
#define UST_CONSTS(...) __VA_ARGS__
#define UST_CONST(name, value) constexpr int name __attribute__((unused)) = value;
#else
#define UST_CONSTS(...) __extension__ enum { __VA_ARGS__ };
#define UST_CONST(name, value) name = value,
#endif

#if defined(__cplusplus) && defined(__clang__)
#define UST_FIELD_TYPE(i, p, t) UST_PP_CALL(UST_FIELD_TYPE_, i, p, t)
#define UST_FIELD_TYPE_(i, p, kind, name, ...)                                                     \
	typedef ust_constant<UST_WORD_##kind(__VA_ARGS__)> ust_c##i;
#define UST_FIELD_WORD_(i, kind, ...) static_cast<int>(ust_c##i::value)
#else
#define UST_FIELD_TYPE(i, p, t)
#define UST_FIELD_WORD_(i, kind, ...) UST_WORD_##kind(__VA_ARGS__)
#endif
#define UST_PP_NONE_UST_FIELD_TYPE

#define UST_FIELD_CONST(i, p, t) UST_PP_CALL(UST_FIELD_CONST_, i, p, t)
#define UST_FIELD_CONST_(i, p, kind, name, ...)                                                    \
	UST_CONST(ust_w##i, UST_FIELD_WORD_(i, kind, __VA_ARGS__))                                 \
	UST_CONST(ust_s##i, UST_WORD_SIZE(ust_w##i))                                               \
	UST_CONST(ust_e##i, ust_e##p + ust_s##i)                                                   \
	UST_CONST(ust_n##i, ust_n##p + (UST_WORD_IS_OPEN(ust_w##i) ? 1 : 0))
#define UST_PP_NONE_UST_FIELD_CONST

#define UST_FIELD_CHECK(i, p, t) UST_PP_CALL(UST_FIELD_CHECK_, i, p, t)
#define UST_FIELD_CHECK_(i, p, kind, name, ...) UST_CHECK_##kind(name, __VA_ARGS__)
#define UST_PP_NONE_UST_FIELD_CHECK

#define UST_FIELD_NAME(i, p, t) UST_PP_CALL(UST_FIELD_NAME_, i, p, t)
#define UST_FIELD_NAME_(i, p, kind, name, ...) name "\0"
#define UST_PP_NONE_UST_FIELD_NAME ""

#define UST_FIELD_ARG(i, p, t) UST_PP_CALL(UST_FIELD_ARG_, i, p, t)
#define UST_FIELD_ARG_(i, p, kind, name, ...)                                                      \
	UST_ARG_##kind(ust_a[i], __VA_ARGS__) ust_a[i].word = (__u32)ust_w##i;
#define UST_PP_NONE_UST_FIELD_ARG UST_SET(ust_a[0], 0, 0)

/* Adds one for each table: it counts by macros alone, so that it depends on no type. */
#define UST_FIELD_NR_TABLES(i, p, t) UST_PP_CALL(UST_FIELD_NR_TABLES_, i, p, t)
#define UST_FIELD_NR_TABLES_(i, p, kind, name, ...) UST_NR_TABLES_##kind
#define UST_PP_NONE_UST_FIELD_NR_TABLES
#define UST_NR_TABLES_ust_p
#define UST_NR_TABLES_ust_f
#define UST_NR_TABLES_ust_m
#define UST_NR_TABLES_ust_hex
#define UST_NR_TABLES_ust_bool
#define UST_NR_TABLES_ust_str
#define UST_NR_TABLES_ust_text
#define UST_NR_TABLES_ust_seq
#define UST_NR_TABLES_ust_arr
#define UST_NR_TABLES_ust_enum +1

#define UST_FIELD_TABLE(i, p, t) UST_PP_CALL(UST_FIELD_TABLE_, i, p, t)
#define UST_FIELD_TABLE_(i, p, kind, name, ...) UST_TABLE_##kind(__VA_ARGS__)
#define UST_PP_NONE_UST_FIELD_TABLE

#define UST_FIELD_PUT(i, p, t) ust_put(ust_buf, ust_e##p, ust_s##i, ust_a[i].bits);
#define UST_PP_NONE_UST_FIELD_PUT

#define UST_FIELD_ASM(i, p, t) ".4byte %c[f" #i "]\n\t"
#define UST_PP_NONE_UST_FIELD_ASM ""
#define UST_FIELD_OPERAND(i, p, t) , [f##i] "i"(ust_w##i)
#define UST_PP_NONE_UST_FIELD_OPERAND

#endif /* UST_DETAIL_FIELDS_H */
