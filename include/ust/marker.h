/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Markers: printf-like events, recorded as typed binary fields and not as text.
 *
 *	trace_mark(disk, write, "sector %lu bytes #4u%u name %s", sector, bytes, name);
 *	ust_marker(hello, "count %d", count);		the channel is "ust"
 *	trace_mark(disk, idle, MARK_NOARGS);
 *	trace_mark_level(UST_ERR, disk, bad, "sector %lu", sector);	with a log level
 *
 * channel and name are identifiers, the format is a string literal which the compiler checks as
 * printf's. In it a field is its name, then an optional trace type "#...", then a conversion:
 *
 *	name %d   name #2u%hu   name #n4u%u (network byte order)   name %p   name %s
 *
 * A field is as large as its argument's type. Display follows the format: x, X and p in base 16,
 * and a "%p" whose argument is a char pointer records the address. There are at most 20 arguments.
 * Cost, thread and signal safety, options: as for UST_EVENT in tracepoint.h.
 */
#ifndef UST_MARKER_H
#define UST_MARKER_H

#include <ust/detail/format.h>
#include <ust/detail/site.h>

/* Format of a marker without arguments. */
#define UST_MARKER_NOARGS " "
#define MARK_NOARGS UST_MARKER_NOARGS

#define trace_mark(channel, name, ...)                                                             \
	UST_MARKER_1(UST_PP_CAT(ust_on_, __COUNTER__), 0, #channel, #name,                         \
		     UST_PP_COUNT(__VA_ARGS__), (__VA_ARGS__), __VA_ARGS__, ~)
#define trace_mark_level(level, channel, name, ...)                                                \
	UST_MARKER_1(UST_PP_CAT(ust_on_, __COUNTER__), UST_LEVEL_OF(level), #channel, #name,       \
		     UST_PP_COUNT(__VA_ARGS__), (__VA_ARGS__), __VA_ARGS__, ~)
#define ust_marker(name, ...)                                                                      \
	UST_MARKER_1(UST_PP_CAT(ust_on_, __COUNTER__), 0, "ust", #name, UST_PP_COUNT(__VA_ARGS__), \
		     (__VA_ARGS__), __VA_ARGS__, ~)

#define UST_MARKER_1(...) UST_MARKER_2(__VA_ARGS__)
#define UST_MARKER_2(on, level, channel, name, n, printf_args, format, ...)                        \
	UST_PP_CAT(UST_MARKER_, UST_PP_LIMIT(n))                                                   \
	(on, level, channel, name, n, printf_args, format, __VA_ARGS__)
#define UST_MARKER_MANY(...) UST_STATIC_ASSERT(0, "UST: a marker has at most 20 arguments")
#define UST_MARKER_FEW(on, level, channel, name, n, printf_args, format, ...)                      \
	do {                                                                                       \
		if (0)                                                                             \
			ust_format_check printf_args;                                              \
		UST_MARKER_3(on, level, channel, name, "" format,                                  \
			     n UST_PP_MAP(n, UST_MARKER_TUPLE, __VA_ARGS__), ~);                   \
	} while (0)
#define UST_MARKER_TUPLE(i, p, x) , (ust_m, "", x)
#define UST_PP_NONE_UST_MARKER_TUPLE
#define UST_MARKER_3(...) UST_MARKER_4(__VA_ARGS__)
#define UST_MARKER_4(on, level, channel, name, format, n, ...)                                     \
	UST_SITE(on, MARKER, level, channel, name, format, "", n, __VA_ARGS__)

#endif /* UST_MARKER_H */
