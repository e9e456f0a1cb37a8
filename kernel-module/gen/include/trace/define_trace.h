/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Found in front of the kernel's file of this name, so that the last line of each header of the
 * kernel's <trace/events/> comes here. It reads that header again, once for each stage:
 *
 *	struct		the fixed part of the record, packed; the offsets of the rest
 *	fields		the table that describes the record
 *	size		how many bytes the rest needs this time
 *	finish		counts in front of sequences, NULs behind strings
 *	probe		takes room from the ring and lets the header's own code fill it in
 *	labels		__print_symbolic() and __print_flags() as tables (optional)
 *	event		one struct ust_kgen_event for each event
 *
 * Each stage starts from the kernel's own file for that stage where there is one, which defines
 * every word of the language for fields that this kernel knows, and redefines the words that differ
 * here. A word that only the kernel knows has no meaning in the field table, so that the event does
 * not compile and the generator leaves it out.
 */
#ifdef CREATE_TRACE_POINTS
#undef CREATE_TRACE_POINTS

#include <linux/stringify.h>
#include <linux/trace_events.h>
#include "generated.h"

#undef TRACE_INCLUDE
#undef __TRACE_INCLUDE
#ifndef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE TRACE_SYSTEM
#define UST_UNDEF_INCLUDE_FILE
#endif
#ifndef TRACE_INCLUDE_PATH
#define __TRACE_INCLUDE(system) <trace/events/system.h>
#define UST_UNDEF_INCLUDE_PATH
#else
/* Blanks would be part of the path. */
/* clang-format off */
#define __TRACE_INCLUDE(system) __stringify(TRACE_INCLUDE_PATH/system.h)
/* clang-format on */
#endif
#define TRACE_INCLUDE(system) __TRACE_INCLUDE(system)
#define TRACE_HEADER_MULTI_READ

#include "stages/forms.h"

#include "stages/struct.h"
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include "stages/offsets.h"
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include "stages/fields.h"
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include "stages/size.h"
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include "stages/finish.h"
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include "stages/probe.h"
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include "stages/labels.h"
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include "stages/event.h"
#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)

#include "stages/end.h"

#define CREATE_TRACE_POINTS
#endif /* CREATE_TRACE_POINTS */
