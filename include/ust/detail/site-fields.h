/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* What a site makes of its fields, with the kinds of <ust/detail/fields.h>. */
#ifndef UST_DETAIL_SITE_FIELDS_H
#define UST_DETAIL_SITE_FIELDS_H

#include <ust/detail/fields.h>
#include <ust/detail/pp.h>

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
	typedef ust_constant<UST_WORD_##kind(~, __VA_ARGS__)> ust_c##i;
#define UST_FIELD_WORD_(i, kind, ...) static_cast<int>(ust_c##i::value)
#else
#define UST_FIELD_TYPE(i, p, t)
#define UST_FIELD_WORD_(i, kind, ...) UST_WORD_##kind(~, __VA_ARGS__)
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

/* Strings of a UST_ATTR_LIST. */
#define UST_FIELD_TEXTS(i, p, t) UST_PP_CALL(UST_FIELD_TEXTS_, i, p, t)
#define UST_FIELD_TEXTS_(i, p, kind, name, ...) UST_TEXTS_##kind(i, __VA_ARGS__)
#define UST_PP_NONE_UST_FIELD_TEXTS
#define UST_TEXTS_ust_p(i, ...)
#define UST_TEXTS_ust_f(i, ...)
#define UST_TEXTS_ust_m(i, ...)
#define UST_TEXTS_ust_hex(i, ...)
#define UST_TEXTS_ust_net(i, ...)
#define UST_TEXTS_ust_bool(i, ...)
#define UST_TEXTS_ust_str(i, ...)
#define UST_TEXTS_ust_text(i, ...)
#define UST_TEXTS_ust_seq(i, ...)
#define UST_TEXTS_ust_arr(i, ...)
#define UST_TEXTS_ust_enum(i, ...)

#define UST_FIELD_ARG(i, p, t) UST_PP_CALL(UST_FIELD_ARG_, i, p, t)
#define UST_FIELD_ARG_(i, p, kind, name, ...)                                                      \
	UST_ARG_##kind(ust_a[i], __VA_ARGS__) ust_a[i].word = (__u32)ust_w##i;
#define UST_PP_NONE_UST_FIELD_ARG UST_SET(ust_a[0], 0, 0)

/* Adds one for each table: it counts by macros alone, so that it depends on no type. */
#define UST_FIELD_NR_TABLES(i, p, t) UST_PP_CALL(UST_FIELD_NR_TABLES_, i, p, t)
#define UST_FIELD_NR_TABLES_(i, p, kind, name, ...) UST_NR_TABLES_##kind(~, __VA_ARGS__)
#define UST_PP_NONE_UST_FIELD_NR_TABLES
#define UST_NR_TABLES_ust_p(u, ...)
#define UST_NR_TABLES_ust_f(u, ...)
#define UST_NR_TABLES_ust_m(u, ...)
#define UST_NR_TABLES_ust_hex(u, ...)
#define UST_NR_TABLES_ust_net(u, ...)
#define UST_NR_TABLES_ust_bool(u, ...)
#define UST_NR_TABLES_ust_str(u, ...)
#define UST_NR_TABLES_ust_text(u, ...)
#define UST_NR_TABLES_ust_seq(u, ...)
#define UST_NR_TABLES_ust_arr(u, ...)
#define UST_NR_TABLES_ust_enum(u, ...) +1

#define UST_FIELD_TABLE(i, p, t) UST_PP_CALL(UST_FIELD_TABLE_, i, p, t)
#define UST_FIELD_TABLE_(i, p, kind, name, ...) UST_TABLE_##kind(~, __VA_ARGS__)
#define UST_PP_NONE_UST_FIELD_TABLE

#define UST_FIELD_PUT(i, p, t) ust_put(ust_buf, ust_e##p, ust_s##i, ust_a[i].bits);
#define UST_PP_NONE_UST_FIELD_PUT

#define UST_FIELD_ASM(i, p, t) ".4byte %c[f" #i "]\n\t"
#define UST_PP_NONE_UST_FIELD_ASM ""
#define UST_FIELD_OPERAND(i, p, t) , [f##i] "i"(ust_w##i)
#define UST_PP_NONE_UST_FIELD_OPERAND
#define UST_FIELD_SLOT(i, p, t) , ust_w##i
#define UST_PP_NONE_UST_FIELD_SLOT

#endif /* UST_DETAIL_SITE_FIELDS_H */
