/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of ustctl view.
 */
#ifndef UST_VIEW_LINE_H
#define UST_VIEW_LINE_H

#include <stdint.h>

#include "event.h"
#include "out.h"

/* What lines have in common. */
struct ust_line {
	struct ust_out *out;
	int has_last;
	int64_t last_ns; /* of the event before */
	int64_t second;  /* whose local time clock[] holds */
	char clock[16];  /* "HH:MM:SS" */
};

/* Events or packets that the tracer could not keep, as counted by the stream. */
struct ust_gap {
	const struct ust_stream *stream;
	int packets; /* 1: packets, 0: events */
	int has_count;
	uint64_t count;
	int has_time;
	int64_t begin_ns, end_ns;
};

void ust_line_init(struct ust_line *line, struct ust_out *out);
void ust_line_event_text(struct ust_line *line, const struct ust_event *event);
void ust_line_event_json(struct ust_line *line, const struct ust_event *event);

/* From a message of discarded events or packets. 0, -ENOMEM. */
int ust_gap_fill(struct ust_events *events, const bt_message *message, struct ust_gap *ret_gap);
void ust_line_gap_text(struct ust_line *line, const struct ust_gap *gap);
void ust_line_gap_json(struct ust_line *line, const struct ust_gap *gap);

#endif /* UST_VIEW_LINE_H */
