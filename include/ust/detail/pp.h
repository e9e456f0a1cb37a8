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
 * A field or an event's name with something said of it is a tuple around its tuple: (kind, "name",
 * (tuple), text), kind ust_unit or ust_help. x is the field or name, however it was written.
 */
#define UST_PP_WRAP(kind, x, text) UST_PP_WRAP_1(kind, text UST_PP_TUPLE(0, 0, x))
#define UST_PP_WRAP_1(...) UST_PP_WRAP_2(__VA_ARGS__)
#define UST_PP_WRAP_2(kind, text, t) UST_PP_CALL_(UST_PP_WRAP_3, kind, text, t, UST_PP_OPEN_ t)
#define UST_PP_WRAP_3(kind, text, t, inner, name, ...) ust_field_(kind, name, t, text)

/* m##inner(a, arguments of inner), where (inner, "name", arguments) is inside of a wrapping. Two of
 * the same text, because a macro does not work inside of itself. */
#define UST_PP_INNER_UNIT(m, a, t) UST_PP_INNER_1(m, UST_PP_OPEN_ a, UST_PP_OPEN_ t)
#define UST_PP_INNER_1(...) UST_PP_INNER_2(__VA_ARGS__)
#define UST_PP_INNER_2(m, a, inner, name, ...) m##inner(a, __VA_ARGS__)
#define UST_PP_INNER_HELP(m, a, t) UST_PP_INNER_3(m, UST_PP_OPEN_ a, UST_PP_OPEN_ t)
#define UST_PP_INNER_3(...) UST_PP_INNER_4(__VA_ARGS__)
#define UST_PP_INNER_4(m, a, inner, name, ...) m##inner(a, __VA_ARGS__)

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

/* n + 1, and whether that is too many. */
#define UST_PP_ONE_MORE_0 1
#define UST_PP_ONE_MORE_1 2
#define UST_PP_ONE_MORE_2 3
#define UST_PP_ONE_MORE_3 4
#define UST_PP_ONE_MORE_4 5
#define UST_PP_ONE_MORE_5 6
#define UST_PP_ONE_MORE_6 7
#define UST_PP_ONE_MORE_7 8
#define UST_PP_ONE_MORE_8 9
#define UST_PP_ONE_MORE_9 10
#define UST_PP_ONE_MORE_10 11
#define UST_PP_ONE_MORE_11 12
#define UST_PP_ONE_MORE_12 13
#define UST_PP_ONE_MORE_13 14
#define UST_PP_ONE_MORE_14 15
#define UST_PP_ONE_MORE_15 16
#define UST_PP_ONE_MORE_16 17
#define UST_PP_ONE_MORE_17 18
#define UST_PP_ONE_MORE_18 19
#define UST_PP_ONE_MORE_19 20
#define UST_PP_ONE_MORE_MANY_20 , MANY
#define UST_PP_ONE_MORE_MANY_MANY , MANY
#define UST_PP_LIMIT_ONE_MORE(n) UST_PP_SECOND(UST_PP_ONE_MORE_MANY_##n, FEW, ~)

/* n + 2, and whether that is too many. */
#define UST_PP_TWO_MORE_0 2
#define UST_PP_TWO_MORE_1 3
#define UST_PP_TWO_MORE_2 4
#define UST_PP_TWO_MORE_3 5
#define UST_PP_TWO_MORE_4 6
#define UST_PP_TWO_MORE_5 7
#define UST_PP_TWO_MORE_6 8
#define UST_PP_TWO_MORE_7 9
#define UST_PP_TWO_MORE_8 10
#define UST_PP_TWO_MORE_9 11
#define UST_PP_TWO_MORE_10 12
#define UST_PP_TWO_MORE_11 13
#define UST_PP_TWO_MORE_12 14
#define UST_PP_TWO_MORE_13 15
#define UST_PP_TWO_MORE_14 16
#define UST_PP_TWO_MORE_15 17
#define UST_PP_TWO_MORE_16 18
#define UST_PP_TWO_MORE_17 19
#define UST_PP_TWO_MORE_18 20
#define UST_PP_TWO_MORE_MANY_19 , MANY
#define UST_PP_TWO_MORE_MANY_20 , MANY
#define UST_PP_TWO_MORE_MANY_MANY , MANY
#define UST_PP_LIMIT_TWO_MORE(n) UST_PP_SECOND(UST_PP_TWO_MORE_MANY_##n, FEW, ~)

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
