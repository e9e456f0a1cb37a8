/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The end of every provider's header, outside of its guard, and with no guard itself. Where
 * LTTNG_UST_TRACEPOINT_CREATE_PROBES is defined it makes the provider, by reading the header again,
 * three times: see <ust/compat/detail/define.h>. The header is included from here and from no other
 * file, because "./name.h" is also looked for beside the file that includes it.
 */
#ifndef UST_CHECK_HEADERS
#pragma GCC system_header
#endif

#include <lttng/ust-api-compat.h>

/* Not while it is being read again, from below. */
#ifndef LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ

#if LTTNG_UST_COMPAT_API(0)
#if defined(TRACEPOINT_CREATE_PROBES) && !defined(LTTNG_UST_TRACEPOINT_CREATE_PROBES)
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#endif
#if defined(TRACEPOINT_DEFINE) && !defined(LTTNG_UST_TRACEPOINT_DEFINE)
#define LTTNG_UST_TRACEPOINT_DEFINE
#endif
#if defined(TRACEPOINT_PROBE_DYNAMIC_LINKAGE) &&                                                   \
	!defined(LTTNG_UST_TRACEPOINT_PROBE_DYNAMIC_LINKAGE)
#define LTTNG_UST_TRACEPOINT_PROBE_DYNAMIC_LINKAGE
#endif
#if defined(TRACEPOINT_PROVIDER) && !defined(LTTNG_UST_TRACEPOINT_PROVIDER)
#define LTTNG_UST_TRACEPOINT_PROVIDER TRACEPOINT_PROVIDER
#define UST_LTTNG_OLD_PROVIDER
#endif
#endif /* LTTNG_UST_COMPAT_API(0) */

#ifdef LTTNG_UST_TRACEPOINT_CREATE_PROBES

#undef LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ
#if LTTNG_UST_COMPAT_API(0)
#undef TRACEPOINT_CREATE_PROBES
#define TRACEPOINT_HEADER_MULTI_READ
#if defined(TRACEPOINT_INCLUDE_FILE) && !defined(TRACEPOINT_INCLUDE)
#define TRACEPOINT_INCLUDE UST_LTTNG_STR(TRACEPOINT_INCLUDE_FILE)
#endif
#if defined(TRACEPOINT_INCLUDE) && !defined(LTTNG_UST_TRACEPOINT_INCLUDE)
#define LTTNG_UST_TRACEPOINT_INCLUDE TRACEPOINT_INCLUDE
#endif
#endif /* LTTNG_UST_COMPAT_API(0) */

#include <lttng/tracepoint.h>
#include <ust/compat/detail/define.h>
#include <ust/compat/detail/field-macros.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wshadow"

#include <ust/compat/detail/read-1.h>
#include LTTNG_UST_TRACEPOINT_INCLUDE

static __attribute__((used, noinline, no_instrument_function)) void
UST_LTTNG_CAT(ust_lttng_definitions_, LTTNG_UST_TRACEPOINT_PROVIDER)(void)
{
	__asm__ __volatile__(UST_ASM_NOTE);
#include <ust/compat/detail/read-2.h>
#include LTTNG_UST_TRACEPOINT_INCLUDE
#include <ust/compat/detail/read-3.h>
#include LTTNG_UST_TRACEPOINT_INCLUDE
}

#if defined(__PIC__) && !defined(__PIE__) && !defined(UST_LTTNG_STAYS)
/* An object that may come and go. */
UST_LTTNG_FN struct ust_site_state *UST_LTTNG_CAT(ust_lttng_last_,
						  LTTNG_UST_TRACEPOINT_PROVIDER)(void)
{
	struct ust_site_state *ust_last = 0;
#include <ust/compat/detail/read-4.h>
#include LTTNG_UST_TRACEPOINT_INCLUDE
	return ust_last;
}
UST_LTTNG_PRESENCE(LTTNG_UST_TRACEPOINT_PROVIDER)
#endif

UST_LTTNG_PROVIDER(LTTNG_UST_TRACEPOINT_PROVIDER)

#pragma GCC diagnostic pop

#include <ust/compat/detail/declare.h>

#undef LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ
#undef LTTNG_UST_TRACEPOINT_INCLUDE
#if LTTNG_UST_COMPAT_API(0)
#undef TRACEPOINT_HEADER_MULTI_READ
#undef TRACEPOINT_INCLUDE
#undef TRACEPOINT_INCLUDE_FILE
#endif
/* The headers that follow make providers as well. */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES

#elif defined(LTTNG_UST_TRACEPOINT_DEFINE) && defined(LTTNG_UST_TRACEPOINT_PROVIDER)
#include <ust/compat/detail/link.h>
#endif

#ifdef UST_LTTNG_OLD_PROVIDER
#undef UST_LTTNG_OLD_PROVIDER
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#endif

#endif /* !LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ */
