/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ustctl stats gathers (stats.c) and prints (report.c).
 */
#ifndef UST_VIEW_STATS_H
#define UST_VIEW_STATS_H

#include <stdint.h>

#include "event.h"
#include "out.h"
#include "spans.h"

#define UST_NR_GAPS 5

struct ust_event_stats {
	const struct ust_class *class;
	uint64_t count;
};

struct ust_thread_stats {
	int used;
	int64_t pid, tid;
	char procname[64];
	uint64_t count;
};

/* What ust:lost events said, added up. */
struct ust_loss_stats {
	char *event, *reason;
	uint64_t count;
};

/* No event between the two times. */
struct ust_gap_stats {
	int64_t from_ns, to_ns;
	const struct ust_stream *stream; /* NULL: in no stream */
	const struct ust_class *next;    /* the event that ended it */
};

/* The longest, longest first. */
struct ust_gaps {
	unsigned int nr;
	struct ust_gap_stats gaps[UST_NR_GAPS];
};

struct ust_stream_stats {
	const struct ust_stream *stream;
	uint64_t lost_events, lost_packets; /* by the stream's own counters */
	int has_last;
	int64_t last_ns;
};

struct ust_stats {
	struct ust_events events;
	uint64_t nr_events; /* without ust:lost */
	uint64_t lost;      /* by ust:lost if there are any, else by the counters */
	uint64_t counted, reported, packets;
	int has_time;
	int64_t first_ns, last_ns;
	uint64_t bytes;

	unsigned int nr_classes;
	struct ust_event_stats *by_event;
	unsigned int nr_threads, size_threads;
	struct ust_thread_stats *by_thread, *last_thread;
	unsigned int nr_losses;
	struct ust_loss_stats *by_loss;
	unsigned int nr_streams;
	struct ust_stream_stats *by_stream;
	struct ust_gaps overall, in_streams;
	struct ust_spans spans;
};

/* Sorts by count, then writes. @dir: as the user gave it. */
void ust_report_text(struct ust_out *out, struct ust_stats *stats, const char *dir);
void ust_report_json(struct ust_out *out, struct ust_stats *stats, const char *dir);

#endif /* UST_VIEW_STATS_H */
