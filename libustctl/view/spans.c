// SPDX-License-Identifier: GPL-2.0-only
#include "spans.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Length of the name in front of @suffix, 0 if the name does not end so. */
static size_t stem(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = strlen(suffix);

	return len > end && !strcmp(name + len - end, suffix) ? len - end : 0;
}

/* The number of the span; 0: this event has none. */
static uint64_t span_id(const struct ust_event *event)
{
	const bt_field *payload = bt_event_borrow_payload_field_const(event->event), *field;

	field = payload ? bt_field_structure_borrow_member_field_by_name_const(payload, "span")
			: NULL;
	if (!field || bt_field_get_class_type(field) != BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER)
		return 0;
	return bt_field_integer_unsigned_get_value(field);
}

static struct ust_open_span *slot(struct ust_open_span *table, unsigned int size, uint64_t id)
{
	unsigned int i = (unsigned int)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (size - 1);

	while (table[i].id && table[i].id != id)
		i = (i + 1) & (size - 1);
	return &table[i];
}

/* Ended spans stay as gaps until then: they are left out here. */
static int grow_open(struct ust_spans *spans)
{
	unsigned int i, size = 64;
	struct ust_open_span *table;

	while (size < 4 * (spans->nr_open + 1))
		size *= 2;
	table = calloc(size, sizeof(*table));
	if (!table)
		return -ENOMEM;
	for (i = 0; i < spans->size_open; i++)
		if (spans->open[i].id)
			*slot(table, size, spans->open[i].id) = spans->open[i];
	free(spans->open);
	spans->open = table;
	spans->size_open = size;
	return 0;
}

/* Takes an entry out and closes the gap, so that every other one is still found. */
static void remove_open(struct ust_spans *spans, struct ust_open_span *entry)
{
	unsigned int i = (unsigned int)(entry - spans->open), mask = spans->size_open - 1;

	entry->id = 0;
	spans->nr_open--;
	for (i = (i + 1) & mask; spans->open[i].id; i = (i + 1) & mask) {
		struct ust_open_span moved = spans->open[i];

		spans->open[i].id = 0;
		*slot(spans->open, spans->size_open, moved.id) = moved;
	}
}

static int find_name(struct ust_spans *spans, const char *name, size_t len, unsigned int *ret_index)
{
	struct ust_span_stats *bigger;
	unsigned int i;

	for (i = 0; i < spans->nr; i++)
		if (!strncmp(spans->by_name[i].name, name, len) && !spans->by_name[i].name[len])
			break;
	*ret_index = i;
	if (i < spans->nr)
		return 0;
	bigger = reallocarray(spans->by_name, spans->nr + 1, sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	spans->by_name = bigger;
	memset(&bigger[i], 0, sizeof(bigger[i]));
	bigger[i].name = strndup(name, len);
	if (!bigger[i].name)
		return -ENOMEM;
	spans->nr++;
	return 0;
}

static int begin(struct ust_spans *spans, const struct ust_event *event, size_t len)
{
	struct ust_open_span *entry;
	uint64_t id = span_id(event);
	unsigned int index;

	if (!id)
		return 0;
	if (find_name(spans, event->class->name, len, &index) ||
	    (2 * spans->nr_open >= spans->size_open && grow_open(spans)))
		return -ENOMEM;
	entry = slot(spans->open, spans->size_open, id);
	spans->nr_open += !entry->id;
	entry->id = id;
	entry->begin_ns = event->time_ns;
	entry->index = index;
	spans->by_name[index].unfinished++;
	return 0;
}

static void end(struct ust_spans *spans, const struct ust_event *event)
{
	uint64_t id = span_id(event);
	struct ust_open_span *entry;
	struct ust_span_stats *stats;
	int64_t ns;

	if (!id || !spans->size_open)
		return;
	entry = slot(spans->open, spans->size_open, id);
	if (!entry->id)
		return;
	stats = &spans->by_name[entry->index];
	ns = event->time_ns - entry->begin_ns;
	if (!stats->count || ns < stats->min_ns)
		stats->min_ns = ns;
	if (!stats->count || ns > stats->max_ns)
		stats->max_ns = ns;
	stats->count++;
	stats->unfinished--;
	stats->total_ns += ns;
	remove_open(spans, entry);
}

int ust_spans_add(struct ust_spans *spans, const struct ust_event *event)
{
	size_t len = stem(event->class->name, "_begin");

	if (len)
		return begin(spans, event, len);
	if (stem(event->class->name, "_end"))
		end(spans, event);
	return 0;
}

void ust_spans_fini(struct ust_spans *spans)
{
	while (spans->nr)
		free(spans->by_name[--spans->nr].name);
	free(spans->by_name);
	free(spans->open);
}

static int by_total(const void *a, const void *b)
{
	const struct ust_span_stats *x = a, *y = b;

	if (x->total_ns != y->total_ns)
		return x->total_ns < y->total_ns ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void sort(struct ust_spans *spans)
{
	if (spans->nr)
		qsort(spans->by_name, spans->nr, sizeof(*spans->by_name), by_total);
}

void ust_spans_text(struct ust_out *out, struct ust_spans *spans)
{
	char buf[512];
	unsigned int i;

	if (!spans->nr)
		return;
	sort(spans);
	ust_out_text(out, "\n         spans        total s         mean s          min s"
			  "          max s  span\n");
	for (i = 0; i < spans->nr; i++) {
		const struct ust_span_stats *s = &spans->by_name[i];

		snprintf(buf, sizeof(buf), "%14llu %14.9f %14.9f %14.9f %14.9f  %.200s",
			 (unsigned long long)s->count, s->total_ns / 1e9,
			 s->count ? s->total_ns / 1e9 / s->count : 0, s->min_ns / 1e9,
			 s->max_ns / 1e9, s->name);
		ust_out_text(out, buf);
		if (s->unfinished) {
			snprintf(buf, sizeof(buf), "  (%llu without an end)",
				 (unsigned long long)s->unfinished);
			ust_out_text(out, buf);
		}
		ust_out_text(out, "\n");
	}
}

void ust_spans_json(struct ust_out *out, struct ust_spans *spans)
{
	char buf[256];
	unsigned int i;

	sort(spans);
	ust_out_text(out, ",\"spans\":[");
	for (i = 0; i < spans->nr; i++) {
		const struct ust_span_stats *s = &spans->by_name[i];

		ust_out_text(out, i ? ",{\"span\":" : "{\"span\":");
		ust_out_json(out, s->name, strlen(s->name));
		snprintf(buf, sizeof(buf),
			 ",\"count\":%llu,\"total_ns\":%lld,\"min_ns\":%lld,\"max_ns\":%lld,"
			 "\"unfinished\":%llu}",
			 (unsigned long long)s->count, (long long)s->total_ns, (long long)s->min_ns,
			 (long long)s->max_ns, (unsigned long long)s->unfinished);
		ust_out_text(out, buf);
	}
	ust_out_text(out, "]");
}
