/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Spans: UST_SPAN(provider, name, fields...) records when the scope in which it stands is entered and
 * left, however that is left (end of the block, return, break, goto, a C++ exception).
 *
 *	void serve(int id)
 *	{
 *		UST_SPAN(web, request, id);
 *		...
 *	}
 *
 * It is a declaration, not a statement: it cannot be the body of an "if" without braces. There may be
 * any number of them in a function and in nested scopes. Two events are recorded:
 *
 *	web:request_begin { span, parent, id }		fields as in <ust/tracepoint.h>, at most 18
 *	web:request_end { span }
 *
 * span is a number that no other span of the trace has; parent is the span of the same thread inside of
 * which this one began, 0 if there is none: spans of all objects of the process nest. Enable both with
 * one pattern, 'web:request_*'; "ustctl stats" adds up how long they took.
 *
 * While the beginning is off a span costs an event that is off, and a test where the scope ends. The
 * end of a span whose beginning was not recorded is not recorded either. longjmp() out of a scope
 * loses its end; spans of the thread have it as their parent until one around it ends.
 *
 * Thread and signal safety: as of UST_EVENT. With clang before 17, in C, sites in files that include
 * this header test a word in memory instead of being patched.
 */
#ifndef UST_SPAN_H
#define UST_SPAN_H

#include <ust/detail/span.h>
#include <ust/tracepoint.h>

#define UST_SPAN(provider, ...)                                                                    \
	UST_SPAN_1(UST_PP_CAT(ust_on_, __COUNTER__), UST_PP_CAT(ust_span_, __COUNTER__), 0,        \
		   #provider, UST_PP_COUNT(__VA_ARGS__), __VA_ARGS__, ~)
/* The same with a level of <ust/loglevel.h>, a constant, in front. */
#define UST_SPAN_LEVEL(level, provider, ...)                                                       \
	UST_SPAN_1(UST_PP_CAT(ust_on_, __COUNTER__), UST_PP_CAT(ust_span_, __COUNTER__),           \
		   UST_LEVEL_OF(level), #provider, UST_PP_COUNT(__VA_ARGS__), __VA_ARGS__, ~)

#define UST_SPAN_1(...) UST_SPAN_2(__VA_ARGS__)
#define UST_SPAN_2(on, var, level, provider, n, name, ...)                                         \
	UST_PP_CAT(UST_SPAN_, UST_PP_LIMIT_TWO_MORE(n))                                            \
	(on, var, level, provider, n, name, __VA_ARGS__)
#define UST_SPAN_MANY(...) UST_STATIC_ASSERT(0, "UST: a span has at most 18 fields")
#define UST_SPAN_FEW(on, var, level, provider, n, name, ...)                                       \
	UST_SPAN_3(on, var, level, provider,                                                       \
		   UST_PP_CAT(UST_PP_TWO_MORE_, n) UST_PP_TUPLE(0, 0, name),                       \
		   (ust_span_id, "span", var),                                                     \
		   (ust_span_parent, "parent", var)UST_PP_MAP(n, UST_PP_TUPLE, __VA_ARGS__), ~)
#define UST_SPAN_3(...) UST_SPAN_4(__VA_ARGS__)
#define UST_SPAN_4(on, var, level, provider, n, name, ...)                                         \
	UST_SPAN_STATE(var)                                                                        \
	UST_SPAN_VARIABLE(var);                                                                    \
	UST_SPAN_END_RECORD(var, level, provider, UST_NAME_OF(name) "_end");                       \
	UST_SITE(on, EVENT, level, provider, UST_NAME_OF(name) "_begin",                           \
		 UST_PP_MAP(n, UST_FIELD_NAME, __VA_ARGS__),                                       \
		 UST_HELP_OF(name) UST_PP_MAP(n, UST_FIELD_TEXTS, __VA_ARGS__) "", n, __VA_ARGS__)

#endif /* UST_SPAN_H */
