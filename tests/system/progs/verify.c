/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads traces with libbabeltrace2, each stream by itself, and prints as one JSON object what it
 * saw:
 *
 *   streams, packets   numbers
 *   events             {"provider:name": number}
 *   lost               sum of the count fields of ust:lost events
 *   discarded          what the packets' events_discarded add up to
 *   backwards          times that a stream's time went back, or passed its packet's end
 *   torn               events whose payload does not give their field "sum" (see checksum.h)
 *   twice              events whose (pid, thr, seq) was seen before
 *   threads            {"pid/thr": number of different seq}
 *
 * The last three are of events with fields "thr" and "seq". The reader is not ours, so that writer
 * and checker cannot share a mistake.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <babeltrace2/babeltrace.h>

#include "checksum.h"

#define MAX_NAMES 4096
#define MAX_THREADS 4096

/* One thread of one process, and the sequence numbers it was seen with. */
struct seen {
	int64_t pid, thr;
	uint64_t nr, size;
	unsigned char *bits;
};

struct name {
	const bt_event_class *class;
	char *text;
	uint64_t nr;
};

/* One stream, from one port of the source. */
struct stream {
	int64_t last_ns;
	int64_t pid;
};

static struct seen threads[MAX_THREADS];
static struct name names[MAX_NAMES];
static unsigned int nr_threads, nr_names;
static uint64_t nr_streams, nr_packets, lost, discarded, torn, backwards, twice;

static void die(const char *what)
{
	fprintf(stderr, "verify: %s\n", what);
	exit(1);
}

static void see(int64_t pid, int64_t thr, uint64_t seq)
{
	struct seen *seen = NULL;
	unsigned int i;

	for (i = 0; i < nr_threads && !seen; i++)
		if (threads[i].pid == pid && threads[i].thr == thr)
			seen = &threads[i];
	if (!seen) {
		if (nr_threads == MAX_THREADS)
			die("too many threads");
		seen = &threads[nr_threads++];
		seen->pid = pid;
		seen->thr = thr;
	}
	if (seq / 8 >= seen->size) {
		uint64_t size = (seq / 8 + 1) * 2;

		seen->bits = realloc(seen->bits, size);
		if (!seen->bits)
			die("no memory");
		memset(seen->bits + seen->size, 0, size - seen->size);
		seen->size = size;
	}
	if (seen->bits[seq / 8] & (1u << (seq % 8))) {
		twice++;
		return;
	}
	seen->bits[seq / 8] |= (unsigned char)(1u << (seq % 8));
	seen->nr++;
}

static uint64_t mix_field(uint64_t sum, const bt_field *field)
{
	bt_field_class_type type = bt_field_get_class_type(field);
	uint64_t i;

	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_BOOL))
		return checksum_mix(sum, bt_field_bool_get_value(field));
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER))
		return checksum_mix(sum, bt_field_integer_unsigned_get_value(field));
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_SIGNED_INTEGER))
		return checksum_mix(sum, (uint64_t)bt_field_integer_signed_get_value(field));
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_SINGLE_PRECISION_REAL))
		return checksum_mix_double(sum, bt_field_real_single_precision_get_value(field));
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_DOUBLE_PRECISION_REAL))
		return checksum_mix_double(sum, bt_field_real_double_precision_get_value(field));
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_STRING))
		return checksum_mix_bytes(sum, bt_field_string_get_value(field),
					  bt_field_string_get_length(field));
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_ARRAY)) {
		for (i = 0; i < bt_field_array_get_length(field); i++)
			sum = mix_field(
				sum, bt_field_array_borrow_element_field_by_index_const(field, i));
		return sum;
	}
	return sum;
}

static int64_t integer(const bt_field *field)
{
	bt_field_class_type type = bt_field_get_class_type(field);

	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER))
		return (int64_t)bt_field_integer_unsigned_get_value(field);
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_SIGNED_INTEGER))
		return bt_field_integer_signed_get_value(field);
	return -1;
}

static const bt_field *member(const bt_field *payload, const char *name)
{
	return payload ? bt_field_structure_borrow_member_field_by_name_const(payload, name) : NULL;
}

static bool is_length(const char *name)
{
	size_t len = strlen(name);

	return (len > 7 && strcmp(name + len - 7, "_length") == 0) ||
	       (len > 4 && strcmp(name + len - 4, "_len") == 0);
}

static void check_payload(const bt_event *event, int64_t pid)
{
	const bt_field *payload = bt_event_borrow_payload_field_const(event);
	const bt_field *sum = member(payload, "sum");
	const bt_field *thr = member(payload, "thr");
	const bt_field *seq = member(payload, "seq");
	const bt_field_class *class;
	uint64_t i, nr, expected = CHECKSUM_START;

	if (!thr || !seq)
		return;
	see(pid, integer(thr), (uint64_t)integer(seq));
	if (!sum)
		return;
	class = bt_field_borrow_class_const(payload);
	nr = bt_field_class_structure_get_member_count(class);
	for (i = 0; i < nr; i++) {
		const bt_field *field =
			bt_field_structure_borrow_member_field_by_index_const(payload, i);
		const bt_field_class_structure_member *m =
			bt_field_class_structure_borrow_member_by_index_const(class, i);

		/* Lengths of sequences are the format's, not the program's. */
		if (field != sum && !is_length(bt_field_class_structure_member_get_name(m)))
			expected = mix_field(expected, field);
	}
	if ((uint64_t)integer(sum) != expected)
		torn++;
}

static struct name *name_of(const bt_event *event)
{
	const bt_event_class *class = bt_event_borrow_class_const(event);
	unsigned int i;

	for (i = 0; i < nr_names; i++)
		if (names[i].class == class)
			return &names[i];
	if (nr_names == MAX_NAMES)
		die("too many event classes");
	names[nr_names].class = class;
	/* The class does not outlive its trace; the name has to. */
	names[nr_names].text = strdup(bt_event_class_get_name(class));
	return &names[nr_names++];
}

static void check_time(struct stream *stream, const bt_clock_snapshot *snapshot)
{
	int64_t ns;

	if (!snapshot || bt_clock_snapshot_get_ns_from_origin(snapshot, &ns) !=
				 BT_CLOCK_SNAPSHOT_GET_NS_FROM_ORIGIN_STATUS_OK)
		return;
	if (ns < stream->last_ns)
		backwards++;
	stream->last_ns = ns;
}

static void check_event(struct stream *stream, const bt_message *message)
{
	const bt_event *event = bt_message_event_borrow_event_const(message);
	struct name *name = name_of(event);

	check_time(stream, bt_message_event_borrow_default_clock_snapshot_const(message));
	name->nr++;
	if (strcmp(name->text, "ust:lost") == 0) {
		const bt_field *count = member(bt_event_borrow_payload_field_const(event), "count");

		lost += count ? (uint64_t)integer(count) : 0;
	}
	check_payload(event, stream->pid);
}

static void check_message(struct stream *stream, const bt_message *message)
{
	const bt_field *context, *pid;
	uint64_t count;

	switch (bt_message_get_type(message)) {
	case BT_MESSAGE_TYPE_STREAM_BEGINNING:
		nr_streams++;
		break;
	case BT_MESSAGE_TYPE_PACKET_BEGINNING:
		nr_packets++;
		check_time(stream, bt_message_packet_beginning_borrow_default_clock_snapshot_const(
					   message));
		context = bt_packet_borrow_context_field_const(
			bt_message_packet_beginning_borrow_packet_const(message));
		pid = member(context, "pid");
		stream->pid = pid ? integer(pid) : -1;
		break;
	case BT_MESSAGE_TYPE_PACKET_END:
		check_time(stream,
			   bt_message_packet_end_borrow_default_clock_snapshot_const(message));
		break;
	case BT_MESSAGE_TYPE_DISCARDED_EVENTS:
		if (bt_message_discarded_events_get_count(message, &count) ==
		    BT_PROPERTY_AVAILABILITY_AVAILABLE)
			discarded += count;
		break;
	case BT_MESSAGE_TYPE_EVENT:
		check_event(stream, message);
		break;
	default:
		break;
	}
}

static bt_graph_simple_sink_component_initialize_func_status start(bt_message_iterator *iter,
								   void *data)
{
	struct stream *stream = data;

	(void)iter;
	stream->last_ns = INT64_MIN;
	return BT_GRAPH_SIMPLE_SINK_COMPONENT_INITIALIZE_FUNC_STATUS_OK;
}

static bt_graph_simple_sink_component_consume_func_status consume(bt_message_iterator *iter,
								  void *data)
{
	bt_message_array_const messages;
	uint64_t i, nr;

	switch (bt_message_iterator_next(iter, &messages, &nr)) {
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_OK:
		break;
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_END:
		return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_END;
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_AGAIN:
		return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_AGAIN;
	default:
		return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_ERROR;
	}
	for (i = 0; i < nr; i++) {
		check_message(data, messages[i]);
		bt_message_put_ref(messages[i]);
	}
	return BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_OK;
}

static const bt_component_class_source *fs_class(void)
{
	const bt_plugin *plugin = NULL;

	if (bt_plugin_find("ctf", BT_TRUE, BT_TRUE, BT_TRUE, BT_FALSE, BT_TRUE, &plugin) !=
	    BT_PLUGIN_FIND_STATUS_OK)
		die("babeltrace2 has no ctf plugin");
	return bt_plugin_borrow_source_component_class_by_name_const(plugin, "fs");
}

/* Gives every port of the source a sink of its own: no muxer between a stream and its check. */
static void connect_ports(bt_graph *graph, const bt_component_source *source)
{
	uint64_t i, nr = bt_component_source_get_output_port_count(source);

	for (i = 0; i < nr; i++) {
		const bt_component_sink *sink;
		struct stream *stream = calloc(1, sizeof(*stream));
		char name[32];

		snprintf(name, sizeof(name), "sink%" PRIu64, i);
		if (!stream ||
		    bt_graph_add_simple_sink_component(graph, name, start, consume, free, stream,
						       &sink) != BT_GRAPH_ADD_COMPONENT_STATUS_OK ||
		    bt_graph_connect_ports(
			    graph, bt_component_source_borrow_output_port_by_index_const(source, i),
			    bt_component_sink_borrow_input_port_by_name_const(sink, "in"),
			    NULL) != BT_GRAPH_CONNECT_PORTS_STATUS_OK)
			die("cannot connect a stream");
	}
}

static void check_trace(const char *directory)
{
	bt_graph *graph = bt_graph_create(0);
	bt_value *params = bt_value_map_create(), *inputs = NULL;
	const bt_component_source *source;
	unsigned int i;

	if (bt_value_map_insert_empty_array_entry(params, "inputs", &inputs) !=
		    BT_VALUE_MAP_INSERT_ENTRY_STATUS_OK ||
	    bt_value_array_append_string_element(inputs, directory) !=
		    BT_VALUE_ARRAY_APPEND_ELEMENT_STATUS_OK ||
	    bt_graph_add_source_component(graph, fs_class(), "source", params,
					  BT_LOGGING_LEVEL_WARNING,
					  &source) != BT_GRAPH_ADD_COMPONENT_STATUS_OK)
		die("babeltrace2 does not open the trace");
	connect_ports(graph, source);
	/* A graph without a sink, of a trace without a stream, may not run. */
	if (bt_component_source_get_output_port_count(source) &&
	    bt_graph_run(graph) != BT_GRAPH_RUN_STATUS_OK)
		die("babeltrace2 does not read the trace");
	bt_value_put_ref(params);
	bt_graph_put_ref(graph);
	/* The next trace may have other classes at the same addresses. */
	for (i = 0; i < nr_names; i++)
		names[i].class = NULL;
}

int main(int argc, char **argv)
{
	unsigned int i, j;

	if (argc < 2)
		die("usage: verify DIRECTORY-WITH-METADATA...");
	for (i = 1; i < (unsigned int)argc; i++)
		check_trace(argv[i]);
	printf("{\"streams\": %" PRIu64 ", \"packets\": %" PRIu64 ", \"lost\": %" PRIu64
	       ", \"discarded\": %" PRIu64 ", \"torn\": %" PRIu64 ", \"backwards\": %" PRIu64
	       ", \"twice\": %" PRIu64 ",\n \"events\": {",
	       nr_streams, nr_packets, lost, discarded, torn, backwards, twice);
	for (i = 0; i < nr_names; i++) {
		uint64_t nr = names[i].nr;

		if (!names[i].text[0])
			continue;
		/* Several classes may have one name. */
		for (j = i + 1; j < nr_names; j++)
			if (strcmp(names[i].text, names[j].text) == 0) {
				nr += names[j].nr;
				names[j].text[0] = 0;
			}
		printf("%s\"%s\": %" PRIu64, i ? ", " : "", names[i].text, nr);
	}
	printf("},\n \"threads\": {");
	for (i = 0; i < nr_threads; i++)
		printf("%s\"%" PRId64 "/%" PRId64 "\": %" PRIu64, i ? ", " : "", threads[i].pid,
		       threads[i].thr, threads[i].nr);
	printf("}}\n");
	return 0;
}
