/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fields of a trace_event_call. They are a table since Linux 5.8, which is the oldest kernel
 * this builds for; what a line of the table consists of has been growing at its end.
 */
#ifndef UST_COMPAT_EVENT_FIELDS_H
#define UST_COMPAT_EVENT_FIELDS_H

#include <linux/trace_events.h>

/* NULL where the fields are made by a function, as those of system calls. */
static inline const struct trace_event_fields *ust_event_fields(const struct trace_event_call *call)
{
	const struct trace_event_fields *fields = call->class->fields_array;

	return fields && fields->type != TRACE_FUNCTION_TYPE ? fields : NULL;
}

/* The record that perf hands to an overflow handler. */
#define ust_perf_raw_data(sample) ((sample)->raw->frag.data)
#define ust_perf_raw_size(sample) ((sample)->raw->frag.size)

#endif /* UST_COMPAT_EVENT_FIELDS_H */
