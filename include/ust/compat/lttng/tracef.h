/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* lttng_ust_tracef(): the event lttng_ust_tracef:event, with a formatted message as its field. */
#ifndef UST_COMPAT_LTTNG_TRACEF_H
#define UST_COMPAT_LTTNG_TRACEF_H

#ifndef UST_CHECK_HEADERS
#pragma GCC system_header
#endif

#include <lttng/tracepoint.h>
#include <ust/compat/detail/printf.h>

UST_LTTNG_MESSAGE(lttng_ust_tracef, event, LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG, "msg\0", 1,
		  "%c[text]")

static __attribute__((noinline, unused, format(printf, 1, 0))) void
lttng_ust__vtracef(const char *format, va_list ap)
{
	struct ust_arg args[1];

	ust_lttng_message(&ust_lttng_call_lttng_ust_tracef___event, args, 0,
			  __builtin_return_address(0), format, ap);
}

static __attribute__((noinline, unused, format(printf, 1, 2))) void
lttng_ust__tracef(const char *format, ...)
{
	struct ust_arg args[1];
	va_list ap;

	va_start(ap, format);
	ust_lttng_message(&ust_lttng_call_lttng_ust_tracef___event, args, 0,
			  __builtin_return_address(0), format, ap);
	va_end(ap);
}

#define lttng_ust_tracef(format, ...)                                                              \
	do {                                                                                       \
		if (__builtin_expect(ust_lttng_on_lttng_ust_tracef___event(), 0))                  \
			lttng_ust__tracef(format, ##__VA_ARGS__);                                  \
	} while (0)

#define lttng_ust_vtracef(format, ap)                                                              \
	do {                                                                                       \
		if (__builtin_expect(ust_lttng_on_lttng_ust_tracef___event(), 0))                  \
			lttng_ust__vtracef(format, ap);                                            \
	} while (0)

#if LTTNG_UST_COMPAT_API(0)
#define tracef lttng_ust_tracef
#endif

#endif /* UST_COMPAT_LTTNG_TRACEF_H */
