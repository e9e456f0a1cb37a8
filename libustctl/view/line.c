// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <time.h>

#include "fields.h"
#include "line.h"

#define NS_PER_S INT64_C(1000000000)

void ust_line_init(struct ust_line *line, struct ust_out *out)
{
	memset(line, 0, sizeof(*line));
	line->out = out;
	line->second = INT64_MIN;
}

/* HH:MM:SS.nnnnnnnnn; the first half changes once a second. */
static void put_clock(struct ust_line *line, int64_t ns)
{
	int64_t second = ns / NS_PER_S - (ns % NS_PER_S < 0);

	if (second != line->second) {
		time_t t = second;
		struct tm tm;

		memset(&tm, 0, sizeof(tm));
		localtime_r(&t, &tm);
		strftime(line->clock, sizeof(line->clock), "%H:%M:%S.", &tm);
		line->second = second;
	}
	ust_out_bytes(line->out, line->clock, 9);
	ust_out_digits(line->out, ns - second * NS_PER_S, 9);
}

static void put_delta(struct ust_line *line, const struct ust_event *event)
{
	int64_t delta = event->time_ns - line->last_ns;
	struct ust_out *out = line->out;

	if (!event->has_time || !line->has_last) {
		ust_out_text(out, " (+-.---------) ");
	} else {
		ust_out_text(out, delta < 0 ? " (-" : " (+");
		if (delta < 0)
			delta = -delta;
		ust_out_u64(out, delta / NS_PER_S);
		ust_out_char(out, '.');
		ust_out_digits(out, delta % NS_PER_S, 9);
		ust_out_text(out, ") ");
	}
	if (event->has_time) {
		line->has_last = 1;
		line->last_ns = event->time_ns;
	}
}

static void put_origin(struct ust_out *out, const char *procname, int64_t pid, int64_t tid,
		       int64_t cpu)
{
	ust_out_padded(out, *procname ? procname : "-", 15);
	ust_out_column(out, pid, 8, 1);
	ust_out_column(out, tid, 8, 1);
	ust_out_column(out, cpu, 4, 1);
	ust_out_char(out, ' ');
}

void ust_line_event_text(struct ust_line *line, const struct ust_event *event)
{
	const bt_field *common = bt_event_borrow_common_context_field_const(event->event);
	const bt_field *specific = bt_event_borrow_specific_context_field_const(event->event);
	const bt_field *payload = bt_event_borrow_payload_field_const(event->event);
	struct ust_out *out = line->out;

	if (event->has_time)
		put_clock(line, event->time_ns);
	else
		ust_out_text(out, "--:--:--.---------");
	put_delta(line, event);
	put_origin(out, event->procname, event->pid, event->tid, event->cpu);
	ust_out_text(out, event->class->name);
	ust_out_char(out, ' ');
	if (common && event->class->nr_context) {
		ust_fields_context_text(out, common, event->class);
		ust_out_text(out, ", ");
	}
	if (specific) {
		ust_fields_text(out, specific);
		ust_out_text(out, ", ");
	}
	if (payload)
		ust_fields_text(out, payload);
	else
		ust_out_text(out, "{ }");
	ust_out_char(out, '\n');
}

static void put_number(struct ust_out *out, const char *key, int64_t value, int has_value)
{
	ust_out_text(out, key);
	if (has_value)
		ust_out_s64(out, value);
	else
		ust_out_text(out, "null");
}

static void put_origin_json(struct ust_out *out, const char *procname, int64_t pid, int64_t tid,
			    int64_t cpu)
{
	ust_out_text(out, ",\"procname\":");
	if (*procname)
		ust_out_json(out, procname, strlen(procname));
	else
		ust_out_text(out, "null");
	put_number(out, ",\"pid\":", pid, pid != UST_UNKNOWN);
	put_number(out, ",\"tid\":", tid, tid != UST_UNKNOWN);
	put_number(out, ",\"cpu\":", cpu, cpu != UST_UNKNOWN);
}

void ust_line_event_json(struct ust_line *line, const struct ust_event *event)
{
	const bt_field *common = bt_event_borrow_common_context_field_const(event->event);
	const bt_field *specific = bt_event_borrow_specific_context_field_const(event->event);
	const bt_field *payload = bt_event_borrow_payload_field_const(event->event);
	struct ust_out *out = line->out;

	put_number(out, "{\"time_ns\":", event->time_ns, event->has_time);
	put_origin_json(out, event->procname, event->pid, event->tid, event->cpu);
	ust_out_text(out, ",\"event\":");
	ust_out_json(out, event->class->name, strlen(event->class->name));
	if (common && event->class->nr_context) {
		ust_out_text(out, ",\"context\":");
		ust_fields_context_json(out, common, event->class);
	}
	if (specific) {
		ust_out_text(out, ",\"event_context\":");
		ust_fields_json(out, specific);
	}
	ust_out_text(out, ",\"fields\":");
	if (payload)
		ust_fields_json(out, payload);
	else
		ust_out_text(out, "{}");
	ust_out_text(out, "}\n");
}

static void gap_events(const bt_message *message, const bt_stream_class *class, struct ust_gap *gap)
{
	const bt_clock_snapshot *begin, *end;

	gap->has_count = bt_message_discarded_events_get_count(message, &gap->count) ==
			 BT_PROPERTY_AVAILABILITY_AVAILABLE;
	if (!bt_stream_class_discarded_events_have_default_clock_snapshots(class))
		return;
	begin = bt_message_discarded_events_borrow_beginning_default_clock_snapshot_const(message);
	end = bt_message_discarded_events_borrow_end_default_clock_snapshot_const(message);
	gap->has_time = !bt_clock_snapshot_get_ns_from_origin(begin, &gap->begin_ns) &&
			!bt_clock_snapshot_get_ns_from_origin(end, &gap->end_ns);
}

static void gap_packets(const bt_message *message, const bt_stream_class *class,
			struct ust_gap *gap)
{
	const bt_clock_snapshot *begin, *end;

	gap->has_count = bt_message_discarded_packets_get_count(message, &gap->count) ==
			 BT_PROPERTY_AVAILABILITY_AVAILABLE;
	if (!bt_stream_class_discarded_packets_have_default_clock_snapshots(class))
		return;
	begin = bt_message_discarded_packets_borrow_beginning_default_clock_snapshot_const(message);
	end = bt_message_discarded_packets_borrow_end_default_clock_snapshot_const(message);
	gap->has_time = !bt_clock_snapshot_get_ns_from_origin(begin, &gap->begin_ns) &&
			!bt_clock_snapshot_get_ns_from_origin(end, &gap->end_ns);
}

int ust_gap_fill(struct ust_events *events, const bt_message *message, struct ust_gap *ret_gap)
{
	const bt_stream *stream;

	memset(ret_gap, 0, sizeof(*ret_gap));
	ret_gap->packets = bt_message_get_type(message) == BT_MESSAGE_TYPE_DISCARDED_PACKETS;
	if (ret_gap->packets)
		stream = bt_message_discarded_packets_borrow_stream_const(message);
	else
		stream = bt_message_discarded_events_borrow_stream_const(message);
	ret_gap->stream = ust_events_stream(events, stream);
	if (!ret_gap->stream)
		return -ENOMEM;
	if (ret_gap->packets)
		gap_packets(message, bt_stream_borrow_class_const(stream), ret_gap);
	else
		gap_events(message, bt_stream_borrow_class_const(stream), ret_gap);
	return 0;
}

void ust_line_gap_text(struct ust_line *line, const struct ust_gap *gap)
{
	struct ust_out *out = line->out;

	if (gap->has_time)
		put_clock(line, gap->begin_ns);
	else
		ust_out_text(out, "--:--:--.---------");
	ust_out_text(out, "                ");
	put_origin(out, gap->stream->procname, gap->stream->pid, UST_UNKNOWN, gap->stream->cpu);
	ust_out_text(out, "[lost: ");
	if (gap->has_count)
		ust_out_u64(out, gap->count);
	else
		ust_out_text(out, "unknown number of");
	ust_out_text(out, gap->packets ? " packet" : " event");
	if (!gap->has_count || gap->count != 1)
		ust_out_char(out, 's');
	if (gap->has_time) {
		ust_out_text(out, " between ");
		put_clock(line, gap->begin_ns);
		ust_out_text(out, " and ");
		put_clock(line, gap->end_ns);
	}
	ust_out_text(out, "]\n");
}

void ust_line_gap_json(struct ust_line *line, const struct ust_gap *gap)
{
	struct ust_out *out = line->out;

	put_number(out, "{\"time_ns\":", gap->begin_ns, gap->has_time);
	put_origin_json(out, gap->stream->procname, gap->stream->pid, UST_UNKNOWN,
			gap->stream->cpu);
	put_number(out, gap->packets ? ",\"lost_packets\":" : ",\"lost_events\":", gap->count,
		   gap->has_count);
	put_number(out, ",\"end_ns\":", gap->end_ns, gap->has_time);
	ust_out_text(out, "}\n");
}
