/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event that the ears are counters of, because perf has counters of events only. It never
 * happens. [ears.c]
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ust

#if !defined(UST_KERNEL_EAR_H) || defined(TRACE_HEADER_MULTI_READ)
#define UST_KERNEL_EAR_H

#include <linux/tracepoint.h>

TRACE_EVENT(ust_ear, TP_PROTO(int unused), TP_ARGS(unused), TP_STRUCT__entry(__field(int, unused)),
	    TP_fast_assign(__entry->unused = unused;), TP_printk("%d", __entry->unused));

#endif /* UST_KERNEL_EAR_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH probes
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE ear
#include <trace/define_trace.h>
