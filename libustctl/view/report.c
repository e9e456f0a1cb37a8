// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stats.h"

#define NS_PER_S INT64_C(1000000000)

__attribute__((format(printf, 2, 3))) static void put(struct ust_out *out, const char *fmt, ...)
{
	char buf[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	ust_out_text(out, buf);
}

static int by_event_count(const void *a, const void *b)
{
	const struct ust_event_stats *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->class && y->class ? strcmp(x->class->name, y->class->name) : 0;
}

static int by_thread_count(const void *a, const void *b)
{
	const struct ust_thread_stats *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static int by_loss_count(const void *a, const void *b)
{
	const struct ust_loss_stats *x = a, *y = b;

	return x->count < y->count ? 1 : x->count > y->count ? -1 : strcmp(x->event, y->event);
}

static void sort(struct ust_stats *stats)
{
	if (stats->nr_classes)
		qsort(stats->by_event, stats->nr_classes, sizeof(*stats->by_event), by_event_count);
	/* Unused entries have no events and end up behind the rest. */
	if (stats->size_threads)
		qsort(stats->by_thread, stats->size_threads, sizeof(*stats->by_thread),
		      by_thread_count);
	if (stats->nr_losses)
		qsort(stats->by_loss, stats->nr_losses, sizeof(*stats->by_loss), by_loss_count);
}

static double seconds(const struct ust_stats *stats)
{
	return (stats->last_ns - stats->first_ns) / 1e9;
}

/* Events a second; 0 when there is no time between them. */
static double rate(const struct ust_stats *stats, uint64_t count)
{
	double s = seconds(stats);

	return s > 0 ? count / s : 0;
}

static void put_time(struct ust_out *out, int64_t ns, const char *format)
{
	time_t t = ns / NS_PER_S;
	char buf[64];
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	localtime_r(&t, &tm);
	strftime(buf, sizeof(buf), format, &tm);
	put(out, "%s.%09d", buf, (int)(ns % NS_PER_S));
}

static void put_totals(struct ust_out *out, const struct ust_stats *stats, const char *dir)
{
	put(out, "trace     %.400s\n", dir);
	put(out, "events    %llu", (unsigned long long)stats->nr_events);
	if (stats->has_time)
		put(out, " in %.9f s (%.0f a second)", seconds(stats),
		    rate(stats, stats->nr_events));
	put(out, ", %u kinds, %u threads\n", stats->nr_classes, stats->nr_threads);
	put(out, "lost      %llu%s\n", (unsigned long long)stats->lost,
	    stats->packets ? ", and events of lost packets" : "");
	put(out, "bytes     %llu", (unsigned long long)stats->bytes);
	if (stats->nr_events)
		put(out, " (%.1f an event)", (double)stats->bytes / stats->nr_events);
	put(out, ", %u streams\n", stats->events.streams.nr);
	if (!stats->has_time)
		return;
	ust_out_text(out, "first     ");
	put_time(out, stats->first_ns, "%Y-%m-%d %H:%M:%S");
	ust_out_text(out, "\nlast      ");
	put_time(out, stats->last_ns, "%Y-%m-%d %H:%M:%S");
	ust_out_char(out, '\n');
}

static double share(const struct ust_stats *stats, uint64_t count)
{
	return 100.0 * count / stats->nr_events;
}

static void put_events(struct ust_out *out, const struct ust_stats *stats)
{
	unsigned int i;

	put(out, "\n%14s %14s %7s  event\n", "count", "rate/s", "share");
	for (i = 0; i < stats->nr_classes && stats->by_event[i].count; i++)
		put(out, "%14llu %14.1f %6.2f%%  %.400s\n",
		    (unsigned long long)stats->by_event[i].count,
		    rate(stats, stats->by_event[i].count), share(stats, stats->by_event[i].count),
		    stats->by_event[i].class->name);
}

static void put_threads(struct ust_out *out, const struct ust_stats *stats)
{
	unsigned int i;

	put(out, "\n%14s %14s %7s  %7s %7s process\n", "count", "rate/s", "share", "pid", "tid");
	for (i = 0; i < stats->size_threads && stats->by_thread[i].used; i++) {
		const struct ust_thread_stats *thread = &stats->by_thread[i];

		put(out, "%14llu %14.1f %6.2f%%  ", (unsigned long long)thread->count,
		    rate(stats, thread->count), share(stats, thread->count));
		ust_out_column(out, thread->pid, 7, 1);
		ust_out_column(out, thread->tid, 8, 1);
		ust_out_char(out, ' ');
		ust_out_padded(out, *thread->procname ? thread->procname : "-", 0);
		ust_out_char(out, '\n');
	}
}

static void put_losses(struct ust_out *out, const struct ust_stats *stats)
{
	unsigned int i;

	if (stats->nr_losses)
		put(out, "\n%14s  lost event, and why\n", "count");
	for (i = 0; i < stats->nr_losses; i++)
		put(out, "%14llu  %.200s: %.200s\n", (unsigned long long)stats->by_loss[i].count,
		    stats->by_loss[i].event, stats->by_loss[i].reason);
	if (stats->counted || stats->packets)
		put(out, "\n%14s %14s  by the counters of stream\n", "lost events", "lost packets");
	for (i = 0; i < stats->nr_streams; i++)
		if (stats->by_stream[i].lost_events || stats->by_stream[i].lost_packets)
			put(out, "%14llu %14llu  %s\n",
			    (unsigned long long)stats->by_stream[i].lost_events,
			    (unsigned long long)stats->by_stream[i].lost_packets,
			    stats->by_stream[i].stream->name);
}

static void put_gaps(struct ust_out *out, const struct ust_gaps *gaps, const char *title)
{
	unsigned int i;

	if (!gaps->nr)
		return;
	put(out, "\n%14s  %s\n", "seconds", title);
	for (i = 0; i < gaps->nr; i++) {
		const struct ust_gap_stats *gap = &gaps->gaps[i];

		put(out, "%14.9f  from ", (gap->to_ns - gap->from_ns) / 1e9);
		put_time(out, gap->from_ns, "%H:%M:%S");
		put(out, " until %.200s", gap->next->name);
		if (gap->stream)
			put(out, " in %s", gap->stream->name);
		ust_out_char(out, '\n');
	}
}

void ust_report_text(struct ust_out *out, struct ust_stats *stats, const char *dir)
{
	sort(stats);
	put_totals(out, stats, dir);
	if (stats->nr_events) {
		put_events(out, stats);
		put_threads(out, stats);
	} else {
		ust_out_text(out, "\nThe trace holds no event.\n");
	}
	put_losses(out, stats);
	ust_spans_text(out, &stats->spans);
	put_gaps(out, &stats->overall, "longest silence of all streams together");
	put_gaps(out, &stats->in_streams, "longest silence of one stream");
}

static void json_string(struct ust_out *out, const char *key, const char *value)
{
	put(out, "\"%s\":", key);
	ust_out_json(out, value, strlen(value));
}

static void json_number(struct ust_out *out, const char *key, int64_t value, int has_value)
{
	if (has_value)
		put(out, ",\"%s\":%lld", key, (long long)value);
	else
		put(out, ",\"%s\":null", key);
}

static void json_gaps(struct ust_out *out, const struct ust_gaps *gaps, const char *key)
{
	unsigned int i;

	put(out, ",\"%s\":[", key);
	for (i = 0; i < gaps->nr; i++) {
		const struct ust_gap_stats *gap = &gaps->gaps[i];

		put(out, "%s{\"from_ns\":%lld,\"to_ns\":%lld,", i ? "," : "",
		    (long long)gap->from_ns, (long long)gap->to_ns);
		json_string(out, "next", gap->next->name);
		if (gap->stream) {
			ust_out_char(out, ',');
			json_string(out, "stream", gap->stream->name);
		}
		ust_out_char(out, '}');
	}
	ust_out_char(out, ']');
}

static void json_lists(struct ust_out *out, const struct ust_stats *stats)
{
	unsigned int i;

	ust_out_text(out, ",\"by_event\":[");
	for (i = 0; i < stats->nr_classes && stats->by_event[i].count; i++) {
		ust_out_text(out, i ? ",{" : "{");
		json_string(out, "event", stats->by_event[i].class->name);
		put(out, ",\"count\":%llu,\"rate\":%.3f}",
		    (unsigned long long)stats->by_event[i].count,
		    rate(stats, stats->by_event[i].count));
	}
	ust_out_text(out, "],\"by_thread\":[");
	for (i = 0; i < stats->size_threads && stats->by_thread[i].used; i++) {
		const struct ust_thread_stats *thread = &stats->by_thread[i];

		ust_out_text(out, i ? ",{" : "{");
		json_string(out, "procname", thread->procname);
		json_number(out, "pid", thread->pid, thread->pid != UST_UNKNOWN);
		json_number(out, "tid", thread->tid, thread->tid != UST_UNKNOWN);
		put(out, ",\"count\":%llu}", (unsigned long long)thread->count);
	}
	ust_out_text(out, "],\"losses\":[");
	for (i = 0; i < stats->nr_losses; i++) {
		ust_out_text(out, i ? ",{" : "{");
		json_string(out, "event", stats->by_loss[i].event);
		ust_out_char(out, ',');
		json_string(out, "reason", stats->by_loss[i].reason);
		put(out, ",\"count\":%llu}", (unsigned long long)stats->by_loss[i].count);
	}
	ust_out_char(out, ']');
}

void ust_report_json(struct ust_out *out, struct ust_stats *stats, const char *dir)
{
	sort(stats);
	ust_out_char(out, '{');
	json_string(out, "trace", dir);
	put(out, ",\"events\":%llu,\"lost\":%llu,\"lost_counted\":%llu,\"lost_packets\":%llu",
	    (unsigned long long)stats->nr_events, (unsigned long long)stats->lost,
	    (unsigned long long)stats->counted, (unsigned long long)stats->packets);
	put(out, ",\"bytes\":%llu,\"streams\":%u", (unsigned long long)stats->bytes,
	    stats->events.streams.nr);
	json_number(out, "first_ns", stats->first_ns, stats->has_time);
	json_number(out, "last_ns", stats->last_ns, stats->has_time);
	put(out, ",\"seconds\":%.9f", seconds(stats));
	json_lists(out, stats);
	ust_spans_json(out, &stats->spans);
	json_gaps(out, &stats->overall, "silences");
	json_gaps(out, &stats->in_streams, "stream_silences");
	ust_out_text(out, "}\n");
}
