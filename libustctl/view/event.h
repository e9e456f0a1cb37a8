/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What view and stats want to know of a message: which event, when, where. Looks names and field
 * positions up once for each event class, and packets' contexts once for each packet.
 */
#ifndef UST_VIEW_EVENT_H
#define UST_VIEW_EVENT_H

#include <stdint.h>

#include <babeltrace2/babeltrace.h>

#include "names.h"
#include "threads.h"

#define UST_UNKNOWN (-1) /* of cpu, pid, tid: the trace does not say */

/* Members of an event's fields: a thread's id, and what it is called. */
struct ust_named {
	int tid, comm;
	int is_new; /* it begins here */
};

/* An event class of the trace. */
struct ust_class {
	const bt_event_class *key;
	char *name;              /* "provider:name" */
	unsigned int index;      /* 0, 1, 2... in order of appearance */
	int selected;            /* by the patterns; 1 until the caller changes it */
	int is_loss;             /* ust:lost */
	int is_thread;           /* ust:thread */
	int is_clock;            /* ust:clock_unstable */
	int tid, pid, comm;      /* members of the common context, or -1 */
	unsigned int nr_context; /* members of the common context that are none of these */
	unsigned int nr_named;   /* an event of the scheduler: the threads that it names */
	struct ust_named named[2];
};

/* A stream, with what the last packet's context says. */
struct ust_stream {
	const bt_stream *key;
	unsigned int index;
	int64_t cpu, pid;
	char procname[UST_NAME_SIZE]; /* "" when unknown */
	char name[64];                /* of the stream's file, as far as the reader tells */
};

struct ust_event {
	const bt_event *event;
	struct ust_class *class;
	struct ust_stream *stream;
	int has_time;
	int64_t time_ns; /* since the epoch */
	int64_t cpu, pid, tid;
	char procname[UST_NAME_SIZE];
};

struct ust_map {
	const void **keys;
	void **values;
	unsigned int nr, size; /* size: a power of two */
	const void *last_key;
	void *last_value;
};

/* Zero it before use. */
struct ust_events {
	struct ust_map classes, streams;
	struct ust_threads threads; /* loaded by the caller, if at all */
	struct ust_names names;
};

void ust_events_fini(struct ust_events *events);

/* To be called with every message, before it is looked at. 0 or -ENOMEM. */
int ust_events_message(struct ust_events *events, const bt_message *message);

/* Fills @ret from an event message; a class that is new (ret->class->index == nr of classes seen
 * before) can be given its selected. 0 or -ENOMEM. */
int ust_events_fill(struct ust_events *events, const bt_message *message, struct ust_event *ret);

/* A message's stream. NULL: no memory. */
struct ust_stream *ust_events_stream(struct ust_events *events, const bt_stream *stream);

#endif /* UST_VIEW_EVENT_H */
