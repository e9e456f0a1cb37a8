/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * lttng_ust_tracelog(): events of provider lttng_ust_tracelog, one for each log level and named like
 * it, with the place of the call and a formatted message.
 */
#ifndef UST_COMPAT_LTTNG_TRACELOG_H
#define UST_COMPAT_LTTNG_TRACELOG_H

#ifndef UST_CHECK_HEADERS
#pragma GCC system_header
#endif

#include <lttng/tracepoint.h>
#include <ust/compat/detail/printf.h>

#define UST_LTTNG_TRACELOG(level)                                                                  \
	UST_LTTNG_MESSAGE(lttng_ust_tracelog, level, level, "line\0file\0func\0msg\0", 4,          \
			  "%c[num], %c[str], %c[str], %c[text]")
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_EMERG)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_ALERT)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_CRIT)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_ERR)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_WARNING)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_NOTICE)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_INFO)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_SYSTEM)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_PROGRAM)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_PROCESS)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_MODULE)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_UNIT)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_FUNCTION)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_LINE)
UST_LTTNG_TRACELOG(LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG)
#undef UST_LTTNG_TRACELOG

static __attribute__((unused, format(printf, 6, 0))) void
ust_lttng_vtracelog(struct ust_site_state *st, void *ip, const char *file, int line,
		    const char *func, const char *format, va_list ap)
{
	struct ust_arg args[4];

	args[0].bits = (__u64)line;
	args[0].word = UST_FIELD_WORD(UST_TYPE_S32, 0, 0);
	args[1].ptr = file;
	args[1].word = UST_FIELD_WORD(UST_TYPE_STRING, 0, 0);
	args[2].ptr = func;
	args[2].word = UST_FIELD_WORD(UST_TYPE_STRING, 0, 0);
	ust_lttng_message(st, args, 3, ip, format, ap);
}

static __attribute__((noinline, unused, format(printf, 5, 0))) void
lttng_ust__vtracelog(struct ust_site_state *st, const char *file, int line, const char *func,
		     const char *format, va_list ap)
{
	ust_lttng_vtracelog(st, __builtin_return_address(0), file, line, func, format, ap);
}

static __attribute__((noinline, unused, format(printf, 5, 6))) void
lttng_ust__tracelog(struct ust_site_state *st, const char *file, int line, const char *func,
		    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	ust_lttng_vtracelog(st, __builtin_return_address(0), file, line, func, format, ap);
	va_end(ap);
}

/* level is expanded first: the older names are macros. */
#define lttng_ust_tracelog(level, ...) UST_LTTNG_TRACELOG_(level, __VA_ARGS__)
#define UST_LTTNG_TRACELOG_(level, ...)                                                            \
	do {                                                                                       \
		if (__builtin_expect(ust_lttng_on_lttng_ust_tracelog___##level(), 0))              \
			lttng_ust__tracelog(&ust_lttng_call_lttng_ust_tracelog___##level,          \
					    __FILE__, __LINE__, __func__, __VA_ARGS__);            \
	} while (0)

#define lttng_ust_vtracelog(level, format, ap) UST_LTTNG_VTRACELOG_(level, format, ap)
#define UST_LTTNG_VTRACELOG_(level, format, ap)                                                    \
	do {                                                                                       \
		if (__builtin_expect(ust_lttng_on_lttng_ust_tracelog___##level(), 0))              \
			lttng_ust__vtracelog(&ust_lttng_call_lttng_ust_tracelog___##level,         \
					     __FILE__, __LINE__, __func__, format, ap);            \
	} while (0)

#if LTTNG_UST_COMPAT_API(0)
#define tracelog lttng_ust_tracelog
#endif

#endif /* UST_COMPAT_LTTNG_TRACELOG_H */
