/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Events: UST_EVENT(provider, name, fields...) is a statement that records an event where it
 *stands, when a session has enabled it. Nothing is declared anywhere else, nothing is linked. While
 *it is off it costs one instruction of no effect, and its arguments are not evaluated; when it is
 *on each is evaluated once.
 *
 *	UST_EVENT(shop, order, id, UST_STR(customer, c->name), UST_HEX(flags, c->flags));
 *
 * provider and name are identifiers. There are 0 to 20 fields; a field is one of
 *
 *	id				a variable: its name and type are taken
 *	UST_F(name, expr)		any expression, by its type
 *	UST_HEX(name, expr)		an integer or pointer, printed in base 16
 *	UST_BOOL(name, expr)		true or false
 *	UST_STR(name, string)		a NUL-terminated string
 *	UST_TEXT(name, ptr, len)	len bytes of text at ptr
 *	UST_SEQ(name, ptr, count)	count numbers at ptr
 *	UST_ARRAY(name, array)		an array of numbers, all of it
 *	UST_ENUM(name, expr, table)	an integer whose values have labels in a table (below)
 *	UST_NETWORK(name, expr)		an integer that is in network byte order, as htonl() gives it
 *
 * What is said of a field or an event goes into its record, for "ustctl list" and the trace:
 *
 *	UST_UNIT(field, "ms")		any of these fields, with a unit
 *	UST_HELP(field, "A sentence.")	any of these fields, also one with a unit
 *	UST_HELP(name, "A sentence.")	in the place of the event's name
 *
 * Recorded by type: integers of every width and sign, bool, enumerations, float and double (long
 * double as double), pointers as addresses, char pointers and char arrays as strings (NULL as
 * "(null)"). A structure is not recorded: name its members. A string longer than a sub-buffer is
 * lost with the event. A provider, name or field name that is also a macro is expanded first,
 *except provider and the name in UST_F and its kin.
 *
 * Thread and signal safety: anywhere, also in signal handlers. errno is left alone.
 *
 * Options, for a whole object file: -DUST_DISABLE leaves no site and still checks the types;
 * -DUST_NO_PATCH makes a site test a word in memory instead of being patched, for systems that
 * forbid to change program text.
 */
#ifndef UST_TRACEPOINT_H
#define UST_TRACEPOINT_H

#include <ust/detail/query.h>
#include <ust/detail/site.h>

#define UST_F(name, expr) ust_field_(ust_f, #name, expr)
#define UST_HEX(name, expr) ust_field_(ust_hex, #name, expr)
#define UST_NETWORK(name, expr) ust_field_(ust_net, #name, expr)
#define UST_BOOL(name, expr) ust_field_(ust_bool, #name, expr)
#define UST_STR(name, string) ust_field_(ust_str, #name, string)
#define UST_TEXT(name, ptr, len) ust_field_(ust_text, #name, ptr, len)
#define UST_SEQ(name, ptr, count) ust_field_(ust_seq, #name, ptr, count)
#define UST_ARRAY(name, array) ust_field_(ust_arr, #name, array)
#define UST_ENUM(name, expr, table) ust_field_(ust_enum, #name, expr, table)
#define UST_UNIT(field, unit) UST_PP_WRAP(ust_unit, field, unit)
#define UST_HELP(what, sentence) UST_PP_WRAP(ust_help, what, sentence)

/*
 * Labels of an enumeration, once at file scope, before the events that use them:
 *	UST_ENUM_TABLE(colours, {"red", RED}, {"green", GREEN}, UST_RANGE("grey", 10, 19));
 */
#define UST_ENUM_TABLE(table, ...)                                                                 \
	UST_QUIET_BEGIN                                                                            \
	static const struct ust_enum_label table##_labels_[] UST_TABLE_ATTRIBUTE = {__VA_ARGS__,   \
										    {0, 0, 0}};    \
	UST_QUIET_END                                                                              \
	static const struct ust_enum_table table UST_TABLE_ATTRIBUTE = {#table, table##_labels_}

/* Of a label without a range: a warning about that would be no help. */
/* clang-format off */
#define UST_QUIET_BEGIN \
	_Pragma("GCC diagnostic push") \
	_Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")
#define UST_QUIET_END _Pragma("GCC diagnostic pop")
/* clang-format on */

/* A label of all values from first to last. */
#define UST_RANGE(label, first, last)                                                              \
	{                                                                                          \
		label, (__s64)(first), (__u64)(last) - (__u64)(first)                              \
	}

/* gcc moves a table that one inline function uses into its group, and then forgets it for asan. */
#ifdef __SANITIZE_ADDRESS__
#define UST_TABLE_ATTRIBUTE __attribute__((used))
#else
#define UST_TABLE_ATTRIBUTE __attribute__((unused))
#endif

#define UST_EVENT(provider, ...)                                                                   \
	UST_EVENT_1(UST_PP_CAT(ust_on_, __COUNTER__), 0, #provider, UST_PP_COUNT(__VA_ARGS__),     \
		    __VA_ARGS__, ~)
/* The same with a level of <ust/loglevel.h>, a constant, in front. */
#define UST_EVENT_LEVEL(level, provider, ...)                                                      \
	UST_EVENT_1(UST_PP_CAT(ust_on_, __COUNTER__), UST_LEVEL_OF(level), #provider,              \
		    UST_PP_COUNT(__VA_ARGS__), __VA_ARGS__, ~)

/*
 * An expression: 1 while an event of this provider and name is recorded in this process, else 0. For
 * work that is only done for an event's arguments. Off, it costs what an event costs that is off.
 *
 *	if (ust_enabled(shop, basket))
 *		UST_EVENT(shop, basket, UST_F(total, sum_up(basket)));
 */
#define ust_enabled(provider, name) UST_QUERY(UST_PP_CAT(ust_on_, __COUNTER__), #provider, #name)

#define UST_EVENT_1(...) UST_EVENT_2(__VA_ARGS__)
#define UST_EVENT_2(on, level, provider, n, name, ...)                                             \
	UST_PP_CAT(UST_EVENT_, UST_PP_LIMIT(n))(on, level, provider, n, name, __VA_ARGS__)
#define UST_EVENT_MANY(...) UST_STATIC_ASSERT(0, "UST: an event has at most 20 fields")
#define UST_EVENT_FEW(on, level, provider, n, name, ...)                                           \
	UST_EVENT_3(on, level, provider,                                                           \
		    n UST_PP_TUPLE(0, 0, name) UST_PP_MAP(n, UST_PP_TUPLE, __VA_ARGS__), ~)
#define UST_EVENT_3(...) UST_EVENT_4(__VA_ARGS__)
#define UST_EVENT_4(on, level, provider, n, name, ...)                                             \
	UST_SITE(on, EVENT, level, provider, UST_NAME_OF(name),                                    \
		 UST_PP_MAP(n, UST_FIELD_NAME, __VA_ARGS__),                                       \
		 UST_HELP_OF(name) UST_PP_MAP(n, UST_FIELD_TEXTS, __VA_ARGS__) "", n, __VA_ARGS__)

#endif /* UST_TRACEPOINT_H */
