/* SPDX-License-Identifier: GPL-2.0-only */
/* How long spans took: events NAME_begin and NAME_end with the same "span" (see <ust/span.h>). */
#ifndef UST_VIEW_SPANS_H
#define UST_VIEW_SPANS_H

#include <stdint.h>

#include "event.h"
#include "out.h"

struct ust_span_stats {
	char *name; /* "provider:name" */
	uint64_t count, unfinished;
	int64_t total_ns, min_ns, max_ns;
};

struct ust_open_span {
	uint64_t id; /* 0: free */
	int64_t begin_ns;
	unsigned int index; /* of its statistics */
};

/* Zero it before use. */
struct ust_spans {
	unsigned int nr;
	struct ust_span_stats *by_name;
	unsigned int nr_open, size_open; /* size: a power of two */
	struct ust_open_span *open;
};

/* Events that are no part of a span are passed over. 0 or -ENOMEM. */
int ust_spans_add(struct ust_spans *spans, const struct ust_event *event);
void ust_spans_fini(struct ust_spans *spans);

/* Sorts by the time that was spent, then writes; nothing if there are no spans. */
void ust_spans_text(struct ust_out *out, struct ust_spans *spans);
/* ,"spans":[...] */
void ust_spans_json(struct ust_out *out, struct ust_spans *spans);

#endif /* UST_VIEW_SPANS_H */
