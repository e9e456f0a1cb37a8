/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The interface of UST 0.x (2009 to 2011) for programs that were instrumented with it: include this
 * instead of <ust/marker.h>, <ust/tracepoint.h>, <ust/ust.h> of that time. trace_mark(),
 * ust_marker() and MARK_NOARGS are today's and come along. docs/moving-from-ust0.md lists every
 * name of 0.x with what became of it.
 *
 * Tracepoints of 0.x called functions and recorded nothing. They are events of provider
 * "tracepoint" now, whose fields are the arguments, and call the functions as well:
 *
 *	DECLARE_TRACE(hello, TP_PROTO(int n, const char *text), TP_ARGS(n, text));
 *	DEFINE_TRACE(hello);			nothing any more
 *
 *	static void on_hello(void *data, int n, const char *text);
 *	register_trace_hello(on_hello, data);	0, 1 or a negative errno: see <ust/probe.h>
 *	trace_hello(1, "x");			also tracepoint(hello, 1, "x")
 *
 * An argument that is a structure cannot be passed: pass its address.
 */
#ifndef UST_COMPAT_UST0_H
#define UST_COMPAT_UST0_H

#include <ust/clock.h>
#include <ust/marker.h>
#include <ust/probe.h>
#include <ust/tracepoint.h>

/* Markers and tracepoints need no registration by the objects that hold them. */
#define MARKER_LIB
#define UST_MARKER_LIB
#define TRACEPOINT_LIB

/* The form that read a variable where the other read an immediate value: there is one form. */
#define _trace_mark trace_mark
#define _ust_marker ust_marker

/* Enabling the marker no longer registers the callback: register_trace_NAME() does. */
#define trace_mark_tp(channel, name, tp_name, tp_cb, ...) trace_mark(channel, name, __VA_ARGS__)
#define ust_marker_tp(name, tp_name, tp_cb, ...) ust_marker(name, __VA_ARGS__)

#define TP_PROTO(...) __VA_ARGS__
#define TP_ARGS(...) __VA_ARGS__
#define TP_PARAMS(...) __VA_ARGS__

#define DECLARE_TRACE(name, proto, args)                                                           \
	static inline __attribute__((unused)) void trace_##name(proto)                             \
	{                                                                                          \
		UST_EVENT(tracepoint, name, args);                                                 \
	}                                                                                          \
	UST0_REGISTER(name, void *ust_data, proto)
#define DECLARE_TRACE_NOARGS(name)                                                                 \
	static inline __attribute__((unused)) void trace_##name(void)                              \
	{                                                                                          \
		UST_EVENT(tracepoint, name);                                                       \
	}                                                                                          \
	UST0_REGISTER(name, void *ust_data)
#define UST0_REGISTER(name, ...)                                                                   \
	static inline __attribute__((unused)) int register_trace_##name(                           \
		void (*ust_probe)(__VA_ARGS__), void *ust_probe_data)                              \
	{                                                                                          \
		return ust_probe_register_types("tracepoint", #name, (void (*)(void))ust_probe,    \
						ust_probe_data, 0);                                \
	}                                                                                          \
	static inline __attribute__((unused)) int unregister_trace_##name(                         \
		void (*ust_probe)(__VA_ARGS__), void *ust_probe_data)                              \
	{                                                                                          \
		return ust_probe_unregister_types("tracepoint", #name, (void (*)(void))ust_probe,  \
						  ust_probe_data);                                 \
	}                                                                                          \
	struct ust0_tracepoint_##name
#define DEFINE_TRACE(name) struct ust0_tracepoint_##name
#define DECLARE_TRACEPOINT DECLARE_TRACE
#define DECLARE_TRACEPOINT_NOARGS DECLARE_TRACE_NOARGS
#define DEFINE_TRACEPOINT DEFINE_TRACE
#define tracepoint(name, ...) trace_##name(__VA_ARGS__)

/* fork needs no help of the program. The calls may stay. */
typedef struct {
	int unused;
} ust_fork_info_t;
#define ust_before_fork(info) ((void)(info))
#define ust_after_fork_parent(info) ((void)(info))
#define ust_after_fork_child(info) ((void)(info))
#define ust_potential_exec() ust_marker(potential_exec, UST_MARKER_NOARGS)

/* The trace clock. Ticks of the frequency; the scale was always 1. */
#define trace_clock_read64() ust_clock_read()
#define trace_clock_frequency() ust_clock_freq()
#define trace_clock_freq_scale() 1u

#endif /* UST_COMPAT_UST0_H */
