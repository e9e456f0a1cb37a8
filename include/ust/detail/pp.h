/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Counting and mapping macro arguments, and fields as tuples.
 *
 * A field travels as a tuple (kind, "name", expression...). UST_F(name, expr) and its kin make
 * "ust_field_ (kind, "name", expr...)"; a plain variable is told apart from it by pasting a long
 * word in front, which is also the text of the error when the field is an expression.
 */
#ifndef UST_DETAIL_PP_H
#define UST_DETAIL_PP_H

#define UST_PP_STR_(x) #x
#define UST_PP_STR(x) UST_PP_STR_(x)
#define UST_PP_CAT_(a, b) a##b
#define UST_PP_CAT(a, b) UST_PP_CAT_(a, b)

#define UST_PP_SECOND_(a, b, ...) b
#define UST_PP_SECOND(...) UST_PP_SECOND_(__VA_ARGS__)

/* Most fields of a site. */
#define UST_SITE_FIELDS 20

/* Number of fields behind the first argument: 0 to 20, or MANY. */
#define UST_PP_COUNT(...)                                                                          \
	UST_PP_COUNT_(__VA_ARGS__, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY,     \
		      MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, 20, 19, 18, 17,  \
		      16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0)
#define UST_PP_COUNT_(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,   \
		      a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31,   \
		      a32, a33, a34, a35, a36, a37, a38, a39, a40, n, ...)                         \
	n

/* (kind, "name", expr...) of a field, whichever way it was written. */
#define UST_PP_NONE_UST_PP_TUPLE
#define UST_PP_TUPLE(i, p, x)                                                                      \
	, UST_PP_SECOND(UST_A_PLAIN_FIELD_MUST_BE_A_VARIABLE_USE_UST_F_FOR_##x, (ust_p, #x, x), ~)
#define UST_A_PLAIN_FIELD_MUST_BE_A_VARIABLE_USE_UST_F_FOR_ust_field_(...) , (__VA_ARGS__)

/* Splits a tuple: m(i, p, t) with t (kind, "name", expr...) becomes m(i, p, kind, "name", expr...).
 */
#define UST_PP_OPEN_(...) __VA_ARGS__
#define UST_PP_CALL_(m, ...) m(__VA_ARGS__)
#define UST_PP_CALL(m, i, p, t) UST_PP_CALL_(m, i, p, UST_PP_OPEN_ t)

/*
 * UST_PP_MAP_n(m, t0, t1, ..., ~) is m(0, Z, t0) m(1, 0, t1) ...: each element with its number and
 * the number before (Z before the first), from which names of enumerators are made. For no element
 * it is UST_PP_NONE_m. A list ends with ~, because standard C wants an argument for "...".
 */
#define UST_PP_MAP(n, m, ...) UST_PP_CAT(UST_PP_MAP_, n)(m, __VA_ARGS__)
#define UST_PP_MAP_0(m, ...) UST_PP_NONE_##m
#define UST_PP_MAP_1(m, t0, ...) m(0, Z, t0)
#define UST_PP_MAP_2(m, t0, t1, ...) UST_PP_MAP_1(m, t0, ~) m(1, 0, t1)
#define UST_PP_MAP_3(m, t0, t1, t2, ...) UST_PP_MAP_2(m, t0, t1, ~) m(2, 1, t2)
#define UST_PP_MAP_4(m, t0, t1, t2, t3, ...) UST_PP_MAP_3(m, t0, t1, t2, ~) m(3, 2, t3)
#define UST_PP_MAP_5(m, t0, t1, t2, t3, t4, ...) UST_PP_MAP_4(m, t0, t1, t2, t3, ~) m(4, 3, t4)
#define UST_PP_MAP_6(m, t0, t1, t2, t3, t4, t5, ...)                                               \
	UST_PP_MAP_5(m, t0, t1, t2, t3, t4, ~) m(5, 4, t5)
#define UST_PP_MAP_7(m, t0, t1, t2, t3, t4, t5, t6, ...)                                           \
	UST_PP_MAP_6(m, t0, t1, t2, t3, t4, t5, ~) m(6, 5, t6)
#define UST_PP_MAP_8(m, t0, t1, t2, t3, t4, t5, t6, t7, ...)                                       \
	UST_PP_MAP_7(m, t0, t1, t2, t3, t4, t5, t6, ~) m(7, 6, t7)
#define UST_PP_MAP_9(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, ...)                                   \
	UST_PP_MAP_8(m, t0, t1, t2, t3, t4, t5, t6, t7, ~) m(8, 7, t8)
#define UST_PP_MAP_10(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, ...)                              \
	UST_PP_MAP_9(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, ~) m(9, 8, t9)
#define UST_PP_MAP_11(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, ...)                         \
	UST_PP_MAP_10(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, ~) m(10, 9, t10)
#define UST_PP_MAP_12(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, ...)                    \
	UST_PP_MAP_11(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, ~) m(11, 10, t11)
#define UST_PP_MAP_13(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, ...)               \
	UST_PP_MAP_12(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, ~) m(12, 11, t12)
#define UST_PP_MAP_14(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, ...)          \
	UST_PP_MAP_13(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, ~) m(13, 12, t13)
#define UST_PP_MAP_15(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, ...)     \
	UST_PP_MAP_14(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, ~)            \
	m(14, 13, t14)
#define UST_PP_MAP_16(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15,     \
		      ...)                                                                         \
	UST_PP_MAP_15(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, ~)       \
	m(15, 14, t15)
#define UST_PP_MAP_17(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15,     \
		      t16, ...)                                                                    \
	UST_PP_MAP_16(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15, ~)  \
	m(16, 15, t16)
#define UST_PP_MAP_18(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15,     \
		      t16, t17, ...)                                                               \
	UST_PP_MAP_17(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15,     \
		      t16, ~)                                                                      \
	m(17, 16, t17)
#define UST_PP_MAP_19(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15,     \
		      t16, t17, t18, ...)                                                          \
	UST_PP_MAP_18(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15,     \
		      t16, t17, ~)                                                                 \
	m(18, 17, t18)
#define UST_PP_MAP_20(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15,     \
		      t16, t17, t18, t19, ...)                                                     \
	UST_PP_MAP_19(m, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15,     \
		      t16, t17, t18, ~)                                                            \
	m(19, 18, t19)

/* FEW for 0 to 20, MANY for MANY. */
#define UST_PP_MANY_MANY , MANY
#define UST_PP_LIMIT(n) UST_PP_SECOND(UST_PP_MANY_##n, FEW, ~)

/* Number of the last of n elements. */
#define UST_PP_LAST_0 Z
#define UST_PP_LAST_1 0
#define UST_PP_LAST_2 1
#define UST_PP_LAST_3 2
#define UST_PP_LAST_4 3
#define UST_PP_LAST_5 4
#define UST_PP_LAST_6 5
#define UST_PP_LAST_7 6
#define UST_PP_LAST_8 7
#define UST_PP_LAST_9 8
#define UST_PP_LAST_10 9
#define UST_PP_LAST_11 10
#define UST_PP_LAST_12 11
#define UST_PP_LAST_13 12
#define UST_PP_LAST_14 13
#define UST_PP_LAST_15 14
#define UST_PP_LAST_16 15
#define UST_PP_LAST_17 16
#define UST_PP_LAST_18 17
#define UST_PP_LAST_19 18
#define UST_PP_LAST_20 19

#endif /* UST_DETAIL_PP_H */
