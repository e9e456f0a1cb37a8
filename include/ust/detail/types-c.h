/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Types and values of expressions, in C. All types are integer constant expressions.
 *
 *   UST_WORD_OF(x)   field word of a scalar or string, 0 if it cannot be recorded
 *   UST_BITS_OF(x)   its value in the low bytes of a __u64; evaluates x once
 *   UST_IS_ARRAY(x)  1 for an array
 */
#ifndef UST_DETAIL_TYPES_C_H
#define UST_DETAIL_TYPES_C_H

#include <ust/abi/site.h>

/* What __builtin_classify_type() says. */
#define UST_CLASS_INT 1
#define UST_CLASS_POINTER 5

#define UST_IS_INT(x) (__builtin_classify_type(x) == UST_CLASS_INT)
#define UST_IS_POINTER(x) (__builtin_classify_type(x) == UST_CLASS_POINTER)

/*
 * Integers that _Generic does not know by name are bit-fields, whose type in gcc is one of their
 * width: "+ 0" gives them an ordinary size. __int128 also comes here, and is refused by its size.
 */
#define UST_INT_OF(x) (__builtin_choose_expr(UST_IS_INT(x), (x), 0) + 0)
#define UST_IS_SIGNED(x) ((__typeof__(UST_INT_OF(x)))-1 < 1)
#define UST_WORD_OF_INT(x)                                                                         \
	(sizeof(UST_INT_OF(x)) == 4   ? (UST_IS_SIGNED(x) ? UST_TYPE_S32 : UST_TYPE_U32)           \
	 : sizeof(UST_INT_OF(x)) == 8 ? (UST_IS_SIGNED(x) ? UST_TYPE_S64 : UST_TYPE_U64)           \
				      : UST_TYPE_NONE)
#define UST_WORD_OF_OTHER(x)                                                                       \
	(UST_IS_POINTER(x) ? UST_TYPE_POINTER : UST_IS_INT(x) ? UST_WORD_OF_INT(x) : UST_TYPE_NONE)

#define UST_TYPE_CHAR ((char)-1 < 1 ? UST_TYPE_S8 : UST_TYPE_U8)
#define UST_TYPE_LONG (sizeof(long) == 8 ? UST_TYPE_S64 : UST_TYPE_S32)
#define UST_TYPE_ULONG (sizeof(long) == 8 ? UST_TYPE_U64 : UST_TYPE_U32)

/* clang-format off */
#define UST_WORD_OF(x) \
	_Generic((x), \
		char *: UST_TYPE_STRING, const char *: UST_TYPE_STRING, \
		_Bool: UST_TYPE_BOOL, char: UST_TYPE_CHAR, \
		signed char: UST_TYPE_S8, unsigned char: UST_TYPE_U8, \
		short: UST_TYPE_S16, unsigned short: UST_TYPE_U16, \
		int: UST_TYPE_S32, unsigned int: UST_TYPE_U32, \
		long: UST_TYPE_LONG, unsigned long: UST_TYPE_ULONG, \
		long long: UST_TYPE_S64, unsigned long long: UST_TYPE_U64, \
		float: UST_TYPE_FLOAT, double: UST_TYPE_DOUBLE, long double: UST_TYPE_DOUBLE, \
		default: UST_WORD_OF_OTHER(x))
/* clang-format on */

#define UST_BITS_FN static inline __attribute__((always_inline, unused)) __u64

UST_BITS_FN ust_bits_int(__u64 x)
{
	return x;
}

UST_BITS_FN ust_bits_float(float x)
{
	union {
		float f;
		__u32 u;
	} bits = {x};

	return bits.u;
}

UST_BITS_FN ust_bits_double(double x)
{
	union {
		double f;
		__u64 u;
	} bits = {x};

	return bits.u;
}

UST_BITS_FN ust_bits_long_double(long double x)
{
	return ust_bits_double((double)x);
}

/* A pointer or an integer as an integer; a float as it is. */
#define UST_NUMBER_OF(x)                                                                           \
	__builtin_choose_expr(                                                                     \
		UST_IS_POINTER(x), (unsigned long)(x),                                             \
		__builtin_choose_expr(UST_IS_INT(x),                                               \
				      (__u64) __builtin_choose_expr(UST_IS_INT(x), (x), 0), (x)))
#define UST_BITS_OF(x)                                                                             \
	_Generic((x), float                                                                        \
		 : ust_bits_float, double                                                          \
		 : ust_bits_double, long double                                                    \
		 : ust_bits_long_double, default                                                   \
		 : ust_bits_int)(UST_NUMBER_OF(x))

/* The comma makes a pointer of an array. */
#define UST_IS_ARRAY(x) (!__builtin_types_compatible_p(__typeof__(x), __typeof__(((void)0, (x)))))

#define UST_IS_ENUM_TABLE(x) __builtin_types_compatible_p(__typeof__(x), struct ust_enum_table)

#define UST_STATIC_ASSERT(cond, message) __extension__ _Static_assert(cond, message)

/*
 * Asserts that a string literal is an identifier. gcc folds strspn() in an assertion; clang does
 * not count any of the string functions as constant there, but looks into them for diagnose_if.
 */
#define UST_PLAIN_ERROR                                                                            \
	"UST: a plain field must be a variable; for an expression write UST_F(name, expression)"
#ifdef __clang__
#define UST_HAS(s, c) __builtin_strchr(s, c)
#define UST_NOT_NAME(s)                                                                            \
	(((s)[0] >= '0' && (s)[0] <= '9') || !(s)[0] || UST_HAS(s, '-') || UST_HAS(s, '.') ||      \
	 UST_HAS(s, '[') || UST_HAS(s, '(') || UST_HAS(s, '+') || UST_HAS(s, ' ') ||               \
	 UST_HAS(s, '*') || UST_HAS(s, '"') || UST_HAS(s, '/') || UST_HAS(s, '?'))

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat"
static inline __attribute__((always_inline, unused)) void ust_check_plain(const char *s)
	__attribute__((diagnose_if(UST_NOT_NAME(s), UST_PLAIN_ERROR, "error")))
{
	(void)s;
}
#pragma clang diagnostic pop

#define UST_ASSERT_PLAIN(s) ust_check_plain(s)
#else
#define UST_NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$"
#define UST_ASSERT_PLAIN(s)                                                                        \
	UST_STATIC_ASSERT(__builtin_strspn(s, UST_NAME_CHARS) == sizeof(s) - 1 && sizeof(s) > 1 && \
				  __builtin_strspn(s, "0123456789") == 0,                          \
			  UST_PLAIN_ERROR)
#endif

#endif /* UST_DETAIL_TYPES_C_H */
