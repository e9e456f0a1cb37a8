/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Event classes: fields that are defined once, for any number of events, which share the code that
 * records them.
 *
 *	UST_EVENT_CLASS(request, (int id, const char *who), id, UST_STR(client, who));
 *
 *	UST_CLASS_EVENT(request, web, accepted, fd, peer);
 *	UST_CLASS_EVENT(request, web, served, fd, peer);
 *
 * A class stands at file or namespace scope, also in a header, before its events. It has the parameters
 * of a function, at least one, and 1 to 20 fields as in <ust/tracepoint.h>, made of the parameters. An
 * event is a statement like UST_EVENT: it has its own provider and name, a site of its own, and instead of
 * fields arguments, which are converted to the types of the parameters. While it is off it costs one
 * instruction of no effect and its arguments are not evaluated; when it is on each is evaluated once, in
 * any order, as those of a function. Its code is a call: use a class for many events of the same fields.
 *
 * Thread and signal safety: as of UST_EVENT.
 */
#ifndef UST_CLASS_H
#define UST_CLASS_H

#include <ust/detail/class.h>
#include <ust/tracepoint.h>

#define UST_EVENT_CLASS(class_, params, ...)                                                       \
	UST_CLASS_1(class_, params, UST_PP_COUNT(params, __VA_ARGS__), __VA_ARGS__, ~)

#define UST_CLASS_EVENT(class_, provider, name, ...)                                               \
	UST_CLASS_SITE(UST_PP_CAT(ust_on_, __COUNTER__), 0, class_, #provider, #name, __VA_ARGS__)
/* The same with a level of <ust/loglevel.h>, a constant, in front. */
#define UST_CLASS_EVENT_LEVEL(level, class_, provider, name, ...)                                  \
	UST_CLASS_SITE(UST_PP_CAT(ust_on_, __COUNTER__), UST_LEVEL_OF(level), class_, #provider,   \
		       #name, __VA_ARGS__)

#define UST_CLASS_1(...) UST_CLASS_2(__VA_ARGS__)
#define UST_CLASS_2(class_, params, n, ...)                                                        \
	UST_PP_CAT(UST_CLASS_, UST_PP_LIMIT(n))(class_, params, n, __VA_ARGS__)
#define UST_CLASS_MANY(...) UST_STATIC_ASSERT(0, "UST: a class has at most 20 fields")
#define UST_CLASS_FEW(class_, params, n, ...)                                                      \
	UST_CLASS_3(class_, params, n UST_PP_MAP(n, UST_PP_TUPLE, __VA_ARGS__), (ust_pad, "", 0))
#define UST_CLASS_3(...) UST_CLASS_DEFINE(__VA_ARGS__)

#endif /* UST_CLASS_H */
