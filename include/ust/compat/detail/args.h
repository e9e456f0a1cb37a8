/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The arguments of a tracepoint, which LTTng-UST's users write as "type, name, type, name...": up to
 * 32 of them. For 2n words _2n is what a list of n arguments becomes; a list without arguments has
 * no words or one, "void" or, in standard modes of the compiler, nothing at all.
 */
#ifndef UST_COMPAT_DETAIL_ARGS_H
#define UST_COMPAT_DETAIL_ARGS_H

#define UST_LTTNG_PARAMS(...) __VA_ARGS__
#define UST_LTTNG_CAT_(a, b) a##b
#define UST_LTTNG_CAT(a, b) UST_LTTNG_CAT_(a, b)
#define UST_LTTNG_STR_(...) #__VA_ARGS__
#define UST_LTTNG_STR(...) UST_LTTNG_STR_(__VA_ARGS__)

#define UST_LTTNG_FN static inline __attribute__((always_inline, unused))

/* How many words: 0 to 64. */
#define UST_LTTNG_COUNT(...) UST_LTTNG_COUNT_1(0, ##__VA_ARGS__)
#define UST_LTTNG_COUNT_1(...)                                                                     \
	UST_LTTNG_COUNT_2(__VA_ARGS__, 64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, \
			  49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32,  \
			  31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14,  \
			  13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define UST_LTTNG_COUNT_2(_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15,    \
			  _16, _17, _18, _19, _20, _21, _22, _23, _24, _25, _26, _27, _28, _29,    \
			  _30, _31, _32, _33, _34, _35, _36, _37, _38, _39, _40, _41, _42, _43,    \
			  _44, _45, _46, _47, _48, _49, _50, _51, _52, _53, _54, _55, _56, _57,    \
			  _58, _59, _60, _61, _62, _63, _64, n, ...)                               \
	n

/* "void" or "type name, type name": the parameters of a function. */
#define UST_LTTNG_PROTO(...)                                                                       \
	UST_LTTNG_CAT(UST_LTTNG_PROTO_, UST_LTTNG_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define UST_LTTNG_PROTO_0() void
#define UST_LTTNG_PROTO_1(t) void
#define UST_LTTNG_PROTO_2(t, n) t n
#define UST_LTTNG_PROTO_4(t, n, ...) t n, UST_LTTNG_PROTO_2(__VA_ARGS__)
#define UST_LTTNG_PROTO_6(t, n, ...) t n, UST_LTTNG_PROTO_4(__VA_ARGS__)
#define UST_LTTNG_PROTO_8(t, n, ...) t n, UST_LTTNG_PROTO_6(__VA_ARGS__)
#define UST_LTTNG_PROTO_10(t, n, ...) t n, UST_LTTNG_PROTO_8(__VA_ARGS__)
#define UST_LTTNG_PROTO_12(t, n, ...) t n, UST_LTTNG_PROTO_10(__VA_ARGS__)
#define UST_LTTNG_PROTO_14(t, n, ...) t n, UST_LTTNG_PROTO_12(__VA_ARGS__)
#define UST_LTTNG_PROTO_16(t, n, ...) t n, UST_LTTNG_PROTO_14(__VA_ARGS__)
#define UST_LTTNG_PROTO_18(t, n, ...) t n, UST_LTTNG_PROTO_16(__VA_ARGS__)
#define UST_LTTNG_PROTO_20(t, n, ...) t n, UST_LTTNG_PROTO_18(__VA_ARGS__)
#define UST_LTTNG_PROTO_22(t, n, ...) t n, UST_LTTNG_PROTO_20(__VA_ARGS__)
#define UST_LTTNG_PROTO_24(t, n, ...) t n, UST_LTTNG_PROTO_22(__VA_ARGS__)
#define UST_LTTNG_PROTO_26(t, n, ...) t n, UST_LTTNG_PROTO_24(__VA_ARGS__)
#define UST_LTTNG_PROTO_28(t, n, ...) t n, UST_LTTNG_PROTO_26(__VA_ARGS__)
#define UST_LTTNG_PROTO_30(t, n, ...) t n, UST_LTTNG_PROTO_28(__VA_ARGS__)
#define UST_LTTNG_PROTO_32(t, n, ...) t n, UST_LTTNG_PROTO_30(__VA_ARGS__)
#define UST_LTTNG_PROTO_34(t, n, ...) t n, UST_LTTNG_PROTO_32(__VA_ARGS__)
#define UST_LTTNG_PROTO_36(t, n, ...) t n, UST_LTTNG_PROTO_34(__VA_ARGS__)
#define UST_LTTNG_PROTO_38(t, n, ...) t n, UST_LTTNG_PROTO_36(__VA_ARGS__)
#define UST_LTTNG_PROTO_40(t, n, ...) t n, UST_LTTNG_PROTO_38(__VA_ARGS__)
#define UST_LTTNG_PROTO_42(t, n, ...) t n, UST_LTTNG_PROTO_40(__VA_ARGS__)
#define UST_LTTNG_PROTO_44(t, n, ...) t n, UST_LTTNG_PROTO_42(__VA_ARGS__)
#define UST_LTTNG_PROTO_46(t, n, ...) t n, UST_LTTNG_PROTO_44(__VA_ARGS__)
#define UST_LTTNG_PROTO_48(t, n, ...) t n, UST_LTTNG_PROTO_46(__VA_ARGS__)
#define UST_LTTNG_PROTO_50(t, n, ...) t n, UST_LTTNG_PROTO_48(__VA_ARGS__)
#define UST_LTTNG_PROTO_52(t, n, ...) t n, UST_LTTNG_PROTO_50(__VA_ARGS__)
#define UST_LTTNG_PROTO_54(t, n, ...) t n, UST_LTTNG_PROTO_52(__VA_ARGS__)
#define UST_LTTNG_PROTO_56(t, n, ...) t n, UST_LTTNG_PROTO_54(__VA_ARGS__)
#define UST_LTTNG_PROTO_58(t, n, ...) t n, UST_LTTNG_PROTO_56(__VA_ARGS__)
#define UST_LTTNG_PROTO_60(t, n, ...) t n, UST_LTTNG_PROTO_58(__VA_ARGS__)
#define UST_LTTNG_PROTO_62(t, n, ...) t n, UST_LTTNG_PROTO_60(__VA_ARGS__)
#define UST_LTTNG_PROTO_64(t, n, ...) t n, UST_LTTNG_PROTO_62(__VA_ARGS__)

/* ", type name" for each: more parameters. */
#define UST_LTTNG_MORE(...)                                                                        \
	UST_LTTNG_CAT(UST_LTTNG_MORE_, UST_LTTNG_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define UST_LTTNG_MORE_0()
#define UST_LTTNG_MORE_1(t)
#define UST_LTTNG_MORE_2(t, n) , t n
#define UST_LTTNG_MORE_4(t, n, ...) , t n UST_LTTNG_MORE_2(__VA_ARGS__)
#define UST_LTTNG_MORE_6(t, n, ...) , t n UST_LTTNG_MORE_4(__VA_ARGS__)
#define UST_LTTNG_MORE_8(t, n, ...) , t n UST_LTTNG_MORE_6(__VA_ARGS__)
#define UST_LTTNG_MORE_10(t, n, ...) , t n UST_LTTNG_MORE_8(__VA_ARGS__)
#define UST_LTTNG_MORE_12(t, n, ...) , t n UST_LTTNG_MORE_10(__VA_ARGS__)
#define UST_LTTNG_MORE_14(t, n, ...) , t n UST_LTTNG_MORE_12(__VA_ARGS__)
#define UST_LTTNG_MORE_16(t, n, ...) , t n UST_LTTNG_MORE_14(__VA_ARGS__)
#define UST_LTTNG_MORE_18(t, n, ...) , t n UST_LTTNG_MORE_16(__VA_ARGS__)
#define UST_LTTNG_MORE_20(t, n, ...) , t n UST_LTTNG_MORE_18(__VA_ARGS__)
#define UST_LTTNG_MORE_22(t, n, ...) , t n UST_LTTNG_MORE_20(__VA_ARGS__)
#define UST_LTTNG_MORE_24(t, n, ...) , t n UST_LTTNG_MORE_22(__VA_ARGS__)
#define UST_LTTNG_MORE_26(t, n, ...) , t n UST_LTTNG_MORE_24(__VA_ARGS__)
#define UST_LTTNG_MORE_28(t, n, ...) , t n UST_LTTNG_MORE_26(__VA_ARGS__)
#define UST_LTTNG_MORE_30(t, n, ...) , t n UST_LTTNG_MORE_28(__VA_ARGS__)
#define UST_LTTNG_MORE_32(t, n, ...) , t n UST_LTTNG_MORE_30(__VA_ARGS__)
#define UST_LTTNG_MORE_34(t, n, ...) , t n UST_LTTNG_MORE_32(__VA_ARGS__)
#define UST_LTTNG_MORE_36(t, n, ...) , t n UST_LTTNG_MORE_34(__VA_ARGS__)
#define UST_LTTNG_MORE_38(t, n, ...) , t n UST_LTTNG_MORE_36(__VA_ARGS__)
#define UST_LTTNG_MORE_40(t, n, ...) , t n UST_LTTNG_MORE_38(__VA_ARGS__)
#define UST_LTTNG_MORE_42(t, n, ...) , t n UST_LTTNG_MORE_40(__VA_ARGS__)
#define UST_LTTNG_MORE_44(t, n, ...) , t n UST_LTTNG_MORE_42(__VA_ARGS__)
#define UST_LTTNG_MORE_46(t, n, ...) , t n UST_LTTNG_MORE_44(__VA_ARGS__)
#define UST_LTTNG_MORE_48(t, n, ...) , t n UST_LTTNG_MORE_46(__VA_ARGS__)
#define UST_LTTNG_MORE_50(t, n, ...) , t n UST_LTTNG_MORE_48(__VA_ARGS__)
#define UST_LTTNG_MORE_52(t, n, ...) , t n UST_LTTNG_MORE_50(__VA_ARGS__)
#define UST_LTTNG_MORE_54(t, n, ...) , t n UST_LTTNG_MORE_52(__VA_ARGS__)
#define UST_LTTNG_MORE_56(t, n, ...) , t n UST_LTTNG_MORE_54(__VA_ARGS__)
#define UST_LTTNG_MORE_58(t, n, ...) , t n UST_LTTNG_MORE_56(__VA_ARGS__)
#define UST_LTTNG_MORE_60(t, n, ...) , t n UST_LTTNG_MORE_58(__VA_ARGS__)
#define UST_LTTNG_MORE_62(t, n, ...) , t n UST_LTTNG_MORE_60(__VA_ARGS__)
#define UST_LTTNG_MORE_64(t, n, ...) , t n UST_LTTNG_MORE_62(__VA_ARGS__)

/* "name, name". */
#define UST_LTTNG_NAMES(...)                                                                       \
	UST_LTTNG_CAT(UST_LTTNG_NAMES_, UST_LTTNG_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define UST_LTTNG_NAMES_0()
#define UST_LTTNG_NAMES_1(t)
#define UST_LTTNG_NAMES_2(t, n) n
#define UST_LTTNG_NAMES_4(t, n, ...) n, UST_LTTNG_NAMES_2(__VA_ARGS__)
#define UST_LTTNG_NAMES_6(t, n, ...) n, UST_LTTNG_NAMES_4(__VA_ARGS__)
#define UST_LTTNG_NAMES_8(t, n, ...) n, UST_LTTNG_NAMES_6(__VA_ARGS__)
#define UST_LTTNG_NAMES_10(t, n, ...) n, UST_LTTNG_NAMES_8(__VA_ARGS__)
#define UST_LTTNG_NAMES_12(t, n, ...) n, UST_LTTNG_NAMES_10(__VA_ARGS__)
#define UST_LTTNG_NAMES_14(t, n, ...) n, UST_LTTNG_NAMES_12(__VA_ARGS__)
#define UST_LTTNG_NAMES_16(t, n, ...) n, UST_LTTNG_NAMES_14(__VA_ARGS__)
#define UST_LTTNG_NAMES_18(t, n, ...) n, UST_LTTNG_NAMES_16(__VA_ARGS__)
#define UST_LTTNG_NAMES_20(t, n, ...) n, UST_LTTNG_NAMES_18(__VA_ARGS__)
#define UST_LTTNG_NAMES_22(t, n, ...) n, UST_LTTNG_NAMES_20(__VA_ARGS__)
#define UST_LTTNG_NAMES_24(t, n, ...) n, UST_LTTNG_NAMES_22(__VA_ARGS__)
#define UST_LTTNG_NAMES_26(t, n, ...) n, UST_LTTNG_NAMES_24(__VA_ARGS__)
#define UST_LTTNG_NAMES_28(t, n, ...) n, UST_LTTNG_NAMES_26(__VA_ARGS__)
#define UST_LTTNG_NAMES_30(t, n, ...) n, UST_LTTNG_NAMES_28(__VA_ARGS__)
#define UST_LTTNG_NAMES_32(t, n, ...) n, UST_LTTNG_NAMES_30(__VA_ARGS__)
#define UST_LTTNG_NAMES_34(t, n, ...) n, UST_LTTNG_NAMES_32(__VA_ARGS__)
#define UST_LTTNG_NAMES_36(t, n, ...) n, UST_LTTNG_NAMES_34(__VA_ARGS__)
#define UST_LTTNG_NAMES_38(t, n, ...) n, UST_LTTNG_NAMES_36(__VA_ARGS__)
#define UST_LTTNG_NAMES_40(t, n, ...) n, UST_LTTNG_NAMES_38(__VA_ARGS__)
#define UST_LTTNG_NAMES_42(t, n, ...) n, UST_LTTNG_NAMES_40(__VA_ARGS__)
#define UST_LTTNG_NAMES_44(t, n, ...) n, UST_LTTNG_NAMES_42(__VA_ARGS__)
#define UST_LTTNG_NAMES_46(t, n, ...) n, UST_LTTNG_NAMES_44(__VA_ARGS__)
#define UST_LTTNG_NAMES_48(t, n, ...) n, UST_LTTNG_NAMES_46(__VA_ARGS__)
#define UST_LTTNG_NAMES_50(t, n, ...) n, UST_LTTNG_NAMES_48(__VA_ARGS__)
#define UST_LTTNG_NAMES_52(t, n, ...) n, UST_LTTNG_NAMES_50(__VA_ARGS__)
#define UST_LTTNG_NAMES_54(t, n, ...) n, UST_LTTNG_NAMES_52(__VA_ARGS__)
#define UST_LTTNG_NAMES_56(t, n, ...) n, UST_LTTNG_NAMES_54(__VA_ARGS__)
#define UST_LTTNG_NAMES_58(t, n, ...) n, UST_LTTNG_NAMES_56(__VA_ARGS__)
#define UST_LTTNG_NAMES_60(t, n, ...) n, UST_LTTNG_NAMES_58(__VA_ARGS__)
#define UST_LTTNG_NAMES_62(t, n, ...) n, UST_LTTNG_NAMES_60(__VA_ARGS__)
#define UST_LTTNG_NAMES_64(t, n, ...) n, UST_LTTNG_NAMES_62(__VA_ARGS__)

/* ", name" for each. */
#define UST_LTTNG_MORE_NAMES(...)                                                                  \
	UST_LTTNG_CAT(UST_LTTNG_MORE_NAMES_, UST_LTTNG_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_0()
#define UST_LTTNG_MORE_NAMES_1(t)
#define UST_LTTNG_MORE_NAMES_2(t, n) , n
#define UST_LTTNG_MORE_NAMES_4(t, n, ...) , n UST_LTTNG_MORE_NAMES_2(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_6(t, n, ...) , n UST_LTTNG_MORE_NAMES_4(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_8(t, n, ...) , n UST_LTTNG_MORE_NAMES_6(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_10(t, n, ...) , n UST_LTTNG_MORE_NAMES_8(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_12(t, n, ...) , n UST_LTTNG_MORE_NAMES_10(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_14(t, n, ...) , n UST_LTTNG_MORE_NAMES_12(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_16(t, n, ...) , n UST_LTTNG_MORE_NAMES_14(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_18(t, n, ...) , n UST_LTTNG_MORE_NAMES_16(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_20(t, n, ...) , n UST_LTTNG_MORE_NAMES_18(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_22(t, n, ...) , n UST_LTTNG_MORE_NAMES_20(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_24(t, n, ...) , n UST_LTTNG_MORE_NAMES_22(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_26(t, n, ...) , n UST_LTTNG_MORE_NAMES_24(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_28(t, n, ...) , n UST_LTTNG_MORE_NAMES_26(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_30(t, n, ...) , n UST_LTTNG_MORE_NAMES_28(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_32(t, n, ...) , n UST_LTTNG_MORE_NAMES_30(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_34(t, n, ...) , n UST_LTTNG_MORE_NAMES_32(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_36(t, n, ...) , n UST_LTTNG_MORE_NAMES_34(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_38(t, n, ...) , n UST_LTTNG_MORE_NAMES_36(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_40(t, n, ...) , n UST_LTTNG_MORE_NAMES_38(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_42(t, n, ...) , n UST_LTTNG_MORE_NAMES_40(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_44(t, n, ...) , n UST_LTTNG_MORE_NAMES_42(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_46(t, n, ...) , n UST_LTTNG_MORE_NAMES_44(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_48(t, n, ...) , n UST_LTTNG_MORE_NAMES_46(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_50(t, n, ...) , n UST_LTTNG_MORE_NAMES_48(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_52(t, n, ...) , n UST_LTTNG_MORE_NAMES_50(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_54(t, n, ...) , n UST_LTTNG_MORE_NAMES_52(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_56(t, n, ...) , n UST_LTTNG_MORE_NAMES_54(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_58(t, n, ...) , n UST_LTTNG_MORE_NAMES_56(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_60(t, n, ...) , n UST_LTTNG_MORE_NAMES_58(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_62(t, n, ...) , n UST_LTTNG_MORE_NAMES_60(__VA_ARGS__)
#define UST_LTTNG_MORE_NAMES_64(t, n, ...) , n UST_LTTNG_MORE_NAMES_62(__VA_ARGS__)

/* The types as a string, ';' behind each: what a call and a definition must agree on. */
#define UST_LTTNG_TYPES(...)                                                                       \
	UST_LTTNG_CAT(UST_LTTNG_TYPES_, UST_LTTNG_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define UST_LTTNG_TYPES_0() ""
#define UST_LTTNG_TYPES_1(t) ""
#define UST_LTTNG_TYPES_2(t, n) #t ";"
#define UST_LTTNG_TYPES_4(t, n, ...) #t ";" UST_LTTNG_TYPES_2(__VA_ARGS__)
#define UST_LTTNG_TYPES_6(t, n, ...) #t ";" UST_LTTNG_TYPES_4(__VA_ARGS__)
#define UST_LTTNG_TYPES_8(t, n, ...) #t ";" UST_LTTNG_TYPES_6(__VA_ARGS__)
#define UST_LTTNG_TYPES_10(t, n, ...) #t ";" UST_LTTNG_TYPES_8(__VA_ARGS__)
#define UST_LTTNG_TYPES_12(t, n, ...) #t ";" UST_LTTNG_TYPES_10(__VA_ARGS__)
#define UST_LTTNG_TYPES_14(t, n, ...) #t ";" UST_LTTNG_TYPES_12(__VA_ARGS__)
#define UST_LTTNG_TYPES_16(t, n, ...) #t ";" UST_LTTNG_TYPES_14(__VA_ARGS__)
#define UST_LTTNG_TYPES_18(t, n, ...) #t ";" UST_LTTNG_TYPES_16(__VA_ARGS__)
#define UST_LTTNG_TYPES_20(t, n, ...) #t ";" UST_LTTNG_TYPES_18(__VA_ARGS__)
#define UST_LTTNG_TYPES_22(t, n, ...) #t ";" UST_LTTNG_TYPES_20(__VA_ARGS__)
#define UST_LTTNG_TYPES_24(t, n, ...) #t ";" UST_LTTNG_TYPES_22(__VA_ARGS__)
#define UST_LTTNG_TYPES_26(t, n, ...) #t ";" UST_LTTNG_TYPES_24(__VA_ARGS__)
#define UST_LTTNG_TYPES_28(t, n, ...) #t ";" UST_LTTNG_TYPES_26(__VA_ARGS__)
#define UST_LTTNG_TYPES_30(t, n, ...) #t ";" UST_LTTNG_TYPES_28(__VA_ARGS__)
#define UST_LTTNG_TYPES_32(t, n, ...) #t ";" UST_LTTNG_TYPES_30(__VA_ARGS__)
#define UST_LTTNG_TYPES_34(t, n, ...) #t ";" UST_LTTNG_TYPES_32(__VA_ARGS__)
#define UST_LTTNG_TYPES_36(t, n, ...) #t ";" UST_LTTNG_TYPES_34(__VA_ARGS__)
#define UST_LTTNG_TYPES_38(t, n, ...) #t ";" UST_LTTNG_TYPES_36(__VA_ARGS__)
#define UST_LTTNG_TYPES_40(t, n, ...) #t ";" UST_LTTNG_TYPES_38(__VA_ARGS__)
#define UST_LTTNG_TYPES_42(t, n, ...) #t ";" UST_LTTNG_TYPES_40(__VA_ARGS__)
#define UST_LTTNG_TYPES_44(t, n, ...) #t ";" UST_LTTNG_TYPES_42(__VA_ARGS__)
#define UST_LTTNG_TYPES_46(t, n, ...) #t ";" UST_LTTNG_TYPES_44(__VA_ARGS__)
#define UST_LTTNG_TYPES_48(t, n, ...) #t ";" UST_LTTNG_TYPES_46(__VA_ARGS__)
#define UST_LTTNG_TYPES_50(t, n, ...) #t ";" UST_LTTNG_TYPES_48(__VA_ARGS__)
#define UST_LTTNG_TYPES_52(t, n, ...) #t ";" UST_LTTNG_TYPES_50(__VA_ARGS__)
#define UST_LTTNG_TYPES_54(t, n, ...) #t ";" UST_LTTNG_TYPES_52(__VA_ARGS__)
#define UST_LTTNG_TYPES_56(t, n, ...) #t ";" UST_LTTNG_TYPES_54(__VA_ARGS__)
#define UST_LTTNG_TYPES_58(t, n, ...) #t ";" UST_LTTNG_TYPES_56(__VA_ARGS__)
#define UST_LTTNG_TYPES_60(t, n, ...) #t ";" UST_LTTNG_TYPES_58(__VA_ARGS__)
#define UST_LTTNG_TYPES_62(t, n, ...) #t ";" UST_LTTNG_TYPES_60(__VA_ARGS__)
#define UST_LTTNG_TYPES_64(t, n, ...) #t ";" UST_LTTNG_TYPES_62(__VA_ARGS__)

#endif /* UST_COMPAT_DETAIL_ARGS_H */
