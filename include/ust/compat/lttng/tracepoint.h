/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * LTTng-UST's tracepoints, for source that was written for them: what an application includes. See
 * docs/moving-from-lttng.md; what a tracepoint becomes is in <ust/compat/detail/call.h> and
 * <ust/compat/detail/define.h>.
 */
#ifndef UST_COMPAT_LTTNG_TRACEPOINT_H
#define UST_COMPAT_LTTNG_TRACEPOINT_H

/* As LTTng-UST's, which are in a system directory: the application's warnings are about itself. */
#ifndef UST_CHECK_HEADERS
#pragma GCC system_header
#endif

/* What sources have come to expect of this header. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <lttng/ust-api-compat.h>
#include <lttng/ust-compiler.h>
#include <lttng/ust-config.h>
#include <lttng/ust-tracer.h>
#include <lttng/ust-utils.h>

#include <ust/compat/detail/call.h>

#if defined(__cplusplus) && __cplusplus <= 199711L
#error "UST: tracepoints and providers in C++ need C++11"
#endif

#define LTTNG_UST_TRACEPOINT_NAME_LEN_MAX 256

/* A provider's destructor asks nothing of a tracer that may be gone: there is nothing to disable. */
static inline __attribute__((unused)) void tracepoint_disable_destructors(void)
{
}

/* How LTTng-UST's calls find its library. Some programs define one, for the sake of old versions. */
struct lttng_ust_tracepoint_dlopen {
	void *liblttngust_handle;
};

#define lttng_ust_tracepoint_enabled(provider, name)                                               \
	__builtin_expect(ust_lttng_on_##provider##___##name(), 0)

/* The question makes the call known to libust; its answer does not matter, but whether there ever was a
 * definition does. */
#define lttng_ust_do_tracepoint(provider, name, ...)                                               \
	((void)ust_lttng_on_##provider##___##name(),                                               \
	 __atomic_load_n(&ust_lttng_call_##provider##___##name.definition, __ATOMIC_RELAXED)       \
		 ? ust_lttng_cb_##provider##___##name(__VA_ARGS__)                                 \
		 : (void)0)

#define UST_LTTNG_CALL(provider, name, ...) ust_lttng_cb_##provider##___##name(__VA_ARGS__)
#define lttng_ust_tracepoint(provider, name, ...)                                                  \
	do {                                                                                       \
		if (lttng_ust_tracepoint_enabled(provider, name))                                  \
			UST_LTTNG_CALL(provider, name, __VA_ARGS__);                               \
	} while (0)

enum {
	LTTNG_UST_TRACEPOINT_LOGLEVEL_EMERG = 0,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_ALERT = 1,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_CRIT = 2,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_ERR = 3,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_WARNING = 4,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_NOTICE = 5,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_INFO = 6,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_SYSTEM = 7,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_PROGRAM = 8,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_PROCESS = 9,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_MODULE = 10,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_UNIT = 11,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_FUNCTION = 12,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_LINE = 13,
	LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG = 14
};

#if LTTNG_UST_COMPAT_API(0)
#define tracepoint lttng_ust_tracepoint
#define do_tracepoint lttng_ust_do_tracepoint
#define tracepoint_enabled lttng_ust_tracepoint_enabled
#define TP_ARGS LTTNG_UST_TP_ARGS
#define TP_FIELDS LTTNG_UST_TP_FIELDS
#define TP_ENUM_VALUES LTTNG_UST_TP_ENUM_VALUES
#define TRACEPOINT_EVENT LTTNG_UST_TRACEPOINT_EVENT
#define TRACEPOINT_EVENT_CLASS LTTNG_UST_TRACEPOINT_EVENT_CLASS
/* Of one provider, which the newer name takes twice. */
#define TRACEPOINT_EVENT_INSTANCE(provider, template_name, name, args)                             \
	LTTNG_UST_TRACEPOINT_EVENT_INSTANCE(provider, template_name, provider, name,               \
					    UST_LTTNG_PARAMS(args))
#define TRACEPOINT_ENUM LTTNG_UST_TRACEPOINT_ENUM
#define TRACEPOINT_LOGLEVEL LTTNG_UST_TRACEPOINT_LOGLEVEL
#define TRACEPOINT_MODEL_EMF_URI LTTNG_UST_TRACEPOINT_MODEL_EMF_URI

#define TRACE_EMERG LTTNG_UST_TRACEPOINT_LOGLEVEL_EMERG
#define TRACE_ALERT LTTNG_UST_TRACEPOINT_LOGLEVEL_ALERT
#define TRACE_CRIT LTTNG_UST_TRACEPOINT_LOGLEVEL_CRIT
#define TRACE_ERR LTTNG_UST_TRACEPOINT_LOGLEVEL_ERR
#define TRACE_WARNING LTTNG_UST_TRACEPOINT_LOGLEVEL_WARNING
#define TRACE_NOTICE LTTNG_UST_TRACEPOINT_LOGLEVEL_NOTICE
#define TRACE_INFO LTTNG_UST_TRACEPOINT_LOGLEVEL_INFO
#define TRACE_DEBUG_SYSTEM LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_SYSTEM
#define TRACE_DEBUG_PROGRAM LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_PROGRAM
#define TRACE_DEBUG_PROCESS LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_PROCESS
#define TRACE_DEBUG_MODULE LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_MODULE
#define TRACE_DEBUG_UNIT LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_UNIT
#define TRACE_DEBUG_FUNCTION LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_FUNCTION
#define TRACE_DEBUG_LINE LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG_LINE
#define TRACE_DEBUG LTTNG_UST_TRACEPOINT_LOGLEVEL_DEBUG
#endif /* LTTNG_UST_COMPAT_API(0) */

#define LTTNG_UST_TP_ARGS(...) __VA_ARGS__

#include <ust/compat/detail/declare.h>

#endif /* UST_COMPAT_LTTNG_TRACEPOINT_H */

/* Outside of the guard: an application may hide the next provider and not this one. */
#undef UST_LTTNG_VISIBILITY
#ifdef LTTNG_UST_TRACEPOINT_HIDDEN_DEFINITION
#define UST_LTTNG_VISIBILITY __attribute__((visibility("hidden")))
#else
#define UST_LTTNG_VISIBILITY __attribute__((visibility("default")))
#endif
