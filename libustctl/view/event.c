// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"

static unsigned int slot_of(const struct ust_map *map, const void *key)
{
	uint64_t hash = (uintptr_t)key * UINT64_C(0x9E3779B97F4A7C15);
	unsigned int i = hash >> 40 & (map->size - 1);

	while (map->keys[i] && map->keys[i] != key)
		i = (i + 1) & (map->size - 1);
	return i;
}

static void *map_get(struct ust_map *map, const void *key)
{
	if (map->last_key == key)
		return map->last_value;
	if (!map->size)
		return NULL;
	map->last_key = key;
	map->last_value = map->values[slot_of(map, key)];
	return map->last_value;
}

static int map_grow(struct ust_map *map)
{
	struct ust_map bigger = {.size = map->size ? 2 * map->size : 64, .nr = map->nr};
	unsigned int i, slot;

	bigger.keys = calloc(bigger.size, sizeof(*bigger.keys));
	bigger.values = calloc(bigger.size, sizeof(*bigger.values));
	if (!bigger.keys || !bigger.values) {
		free(bigger.keys);
		free(bigger.values);
		return -ENOMEM;
	}
	for (i = 0; i < map->size; i++) {
		if (!map->keys[i])
			continue;
		slot = slot_of(&bigger, map->keys[i]);
		bigger.keys[slot] = map->keys[i];
		bigger.values[slot] = map->values[i];
	}
	free(map->keys);
	free(map->values);
	*map = bigger;
	return 0;
}

static int map_put(struct ust_map *map, const void *key, void *value)
{
	unsigned int slot;

	if (2 * map->nr >= map->size && map_grow(map) < 0)
		return -ENOMEM;
	slot = slot_of(map, key);
	map->keys[slot] = key;
	map->values[slot] = value;
	map->nr++;
	map->last_key = NULL;
	return 0;
}

static int member_index(const bt_field_class *class, const char *const *names)
{
	uint64_t i, nr;

	if (!class || bt_field_class_get_type(class) != BT_FIELD_CLASS_TYPE_STRUCTURE)
		return -1;
	nr = bt_field_class_structure_get_member_count(class);
	for (; *names; names++) {
		for (i = 0; i < nr; i++) {
			const bt_field_class_structure_member *member =
				bt_field_class_structure_borrow_member_by_index_const(class, i);

			if (!strcmp(bt_field_class_structure_member_get_name(member), *names))
				return i;
		}
	}
	return -1;
}

/* Names differ between tracers; vpid and vtid are LTTng-UST's. */
static const char *const tid_names[] = {"tid", "vtid", NULL};
static const char *const pid_names[] = {"pid", "vpid", NULL};
static const char *const comm_names[] = {"comm", "procname", NULL};
static const char *const cpu_names[] = {"cpu_id", "cpu", NULL};

/* The scheduler's events have whole names of threads that they are about. */
static void find_named(struct ust_class *class, const bt_event_class *key)
{
	static const char *const pairs[][2] = {
		{"prev_pid", "prev_comm"},     {"next_pid", "next_comm"},   {"pid", "comm"},
		{"parent_pid", "parent_comm"}, {"child_pid", "child_comm"}, {"pid", "newcomm"},
	};
	const bt_field_class *payload = bt_event_class_borrow_payload_field_class_const(key);
	unsigned int i;

	if (strncmp(class->name, "sched:", 6) && strncmp(class->name, "task:", 5))
		return;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]) && class->nr_named < 2; i++) {
		const char *const tid[] = {pairs[i][0], NULL}, *const comm[] = {pairs[i][1], NULL};
		struct ust_named named = {
			.tid = member_index(payload, tid),
			.comm = member_index(payload, comm),
			.is_new = !strcmp(tid[0], "child_pid") ||
				  !strcmp(class->name, "task:task_newtask"),
		};

		if (named.tid >= 0 && named.comm >= 0)
			class->named[class->nr_named++] = named;
	}
}

static struct ust_class *new_class(struct ust_events *events, const bt_event_class *key)
{
	const bt_stream_class *stream_class = bt_event_class_borrow_stream_class_const(key);
	const bt_field_class *context =
		bt_stream_class_borrow_event_common_context_field_class_const(stream_class);
	const char *name = bt_event_class_get_name(key);
	struct ust_class *class = calloc(1, sizeof(*class));

	if (!class)
		return NULL;
	class->key = key;
	class->index = events->classes.nr;
	class->selected = 1;
	if (name)
		class->name = strdup(name);
	else if (asprintf(&class->name, "event %llu",
			  (unsigned long long)bt_event_class_get_id(key)) < 0)
		class->name = NULL;
	if (!class->name || map_put(&events->classes, key, class) < 0) {
		free(class->name);
		free(class);
		return NULL;
	}
	class->is_loss = strcmp(class->name, "ust:lost") == 0;
	class->is_thread = strcmp(class->name, "ust:thread") == 0;
	class->is_clock = strcmp(class->name, "ust:clock_unstable") == 0;
	class->tid = member_index(context, tid_names);
	class->pid = member_index(context, pid_names);
	class->comm = member_index(context, comm_names);
	if (context)
		class->nr_context = bt_field_class_structure_get_member_count(context) -
				    (class->tid >= 0) - (class->pid >= 0) - (class->comm >= 0);
	find_named(class, key);
	return class;
}

static int64_t integer_of(const bt_field *field)
{
	bt_field_class_type type = bt_field_get_class_type(field);

	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER))
		return bt_field_integer_unsigned_get_value(field);
	if (bt_field_class_type_is(type, BT_FIELD_CLASS_TYPE_SIGNED_INTEGER))
		return bt_field_integer_signed_get_value(field);
	return UST_UNKNOWN;
}

static int64_t integer_member(const bt_field *structure, const char *const *names)
{
	int i = member_index(bt_field_borrow_class_const(structure), names);

	if (i < 0)
		return UST_UNKNOWN;
	return integer_of(bt_field_structure_borrow_member_field_by_index_const(structure, i));
}

static void string_of(const bt_field *field, char *buf, size_t size)
{
	if (bt_field_get_class_type(field) == BT_FIELD_CLASS_TYPE_STRING)
		snprintf(buf, size, "%.*s", (int)bt_field_string_get_length(field),
			 bt_field_string_get_value(field));
}

/* LTTng's buffers for each process keep these with the trace. */
static void read_environment(const bt_stream *key, struct ust_stream *stream)
{
	const bt_trace *trace = bt_stream_borrow_trace_const(key);
	const bt_value *value;

	value = bt_trace_borrow_environment_entry_value_by_name_const(trace, "vpid");
	if (value && bt_value_is_signed_integer(value))
		stream->pid = bt_value_integer_signed_get(value);
	value = bt_trace_borrow_environment_entry_value_by_name_const(trace, "procname");
	if (value && bt_value_is_string(value))
		snprintf(stream->procname, sizeof(stream->procname), "%s",
			 bt_value_string_get(value));
}

struct ust_stream *ust_events_stream(struct ust_events *events, const bt_stream *key)
{
	struct ust_stream *stream = map_get(&events->streams, key);
	const char *name;

	if (stream)
		return stream;
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return NULL;
	stream->key = key;
	stream->index = events->streams.nr;
	stream->cpu = stream->pid = UST_UNKNOWN;
	name = bt_stream_get_name(key);
	if (name)
		snprintf(stream->name, sizeof(stream->name), "%s",
			 strrchr(name, '/') ? strrchr(name, '/') + 1 : name);
	read_environment(key, stream);
	if (map_put(&events->streams, key, stream) < 0) {
		free(stream);
		return NULL;
	}
	/* The reader may not use the address again while we know it. */
	bt_stream_get_ref(key);
	return stream;
}

int ust_events_message(struct ust_events *events, const bt_message *message)
{
	const bt_packet *packet;
	const bt_field *context;
	struct ust_stream *stream;
	int64_t value;
	int i;

	if (bt_message_get_type(message) != BT_MESSAGE_TYPE_PACKET_BEGINNING)
		return 0;
	packet = bt_message_packet_beginning_borrow_packet_const(message);
	stream = ust_events_stream(events, bt_packet_borrow_stream_const(packet));
	if (!stream)
		return -ENOMEM;
	context = bt_packet_borrow_context_field_const(packet);
	if (!context)
		return 0;
	value = integer_member(context, cpu_names);
	if (value != UST_UNKNOWN)
		stream->cpu = value;
	value = integer_member(context, pid_names);
	if (value != UST_UNKNOWN)
		stream->pid = value;
	i = member_index(bt_field_borrow_class_const(context), comm_names);
	if (i >= 0)
		string_of(bt_field_structure_borrow_member_field_by_index_const(context, i),
			  stream->procname, sizeof(stream->procname));
	/* A CPU's stream of the kernel is no process's. */
	if (!stream->pid && i >= 0 && (!stream->procname[0] || !strcmp(stream->procname, "kernel")))
		stream->pid = UST_UNKNOWN;
	return 0;
}

/* What the event's own context says goes before what its packet says. */
static void read_context(const bt_field *context, struct ust_event *ret)
{
	const struct ust_class *class = ret->class;

	if (class->tid >= 0)
		ret->tid = integer_of(
			bt_field_structure_borrow_member_field_by_index_const(context, class->tid));
	if (class->pid >= 0)
		ret->pid = integer_of(
			bt_field_structure_borrow_member_field_by_index_const(context, class->pid));
	if (class->comm >= 0)
		string_of(
			bt_field_structure_borrow_member_field_by_index_const(context, class->comm),
			ret->procname, sizeof(ret->procname));
}

/* Who the kernel's event is about, and whose thread it comes from; or what a program's says of that. */
static int name_threads(struct ust_events *events, struct ust_event *event)
{
	const bt_field *payload = bt_event_borrow_payload_field_const(event->event);
	const struct ust_name *name;
	unsigned int i;
	int ret = 0;

	if (event->tid == UST_UNKNOWN)
		return 0;
	if (event->pid != UST_UNKNOWN)
		return ust_names_tell(&events->names, event->tid, event->pid, event->procname);
	for (i = 0; i < event->class->nr_named && !ret; i++) {
		const struct ust_named *named = &event->class->named[i];
		char text[UST_NAME_SIZE] = "";
		int64_t tid = integer_of(
			bt_field_structure_borrow_member_field_by_index_const(payload, named->tid));

		string_of(
			bt_field_structure_borrow_member_field_by_index_const(payload, named->comm),
			text, sizeof(text));
		if (named->is_new)
			ust_names_forget(&events->names, tid);
		ret = ust_names_tell(&events->names, tid, UST_UNKNOWN, text);
	}
	/* Every CPU has an idle thread 0. */
	if (event->tid == 0) {
		snprintf(event->procname, sizeof(event->procname), "swapper/%d", (int)event->cpu);
		return ret;
	}
	name = ust_names_find(&events->names, event->tid);
	if (name) {
		event->pid = name->pid;
		memcpy(event->procname, name->text, sizeof(event->procname));
	}
	return ret;
}

int ust_events_fill(struct ust_events *events, const bt_message *message, struct ust_event *ret)
{
	const bt_event *event = bt_message_event_borrow_event_const(message);
	const bt_event_class *key = bt_event_borrow_class_const(event);
	const bt_field *context = bt_event_borrow_common_context_field_const(event);
	const bt_stream_class *stream_class = bt_event_class_borrow_stream_class_const(key);

	ret->event = event;
	ret->class = map_get(&events->classes, key);
	if (!ret->class)
		ret->class = new_class(events, key);
	ret->stream = ust_events_stream(events, bt_event_borrow_stream_const(event));
	if (!ret->class || !ret->stream)
		return -ENOMEM;
	ret->has_time = 0;
	ret->time_ns = 0;
	if (bt_stream_class_borrow_default_clock_class_const(stream_class) &&
	    bt_clock_snapshot_get_ns_from_origin(
		    bt_message_event_borrow_default_clock_snapshot_const(message), &ret->time_ns) ==
		    BT_CLOCK_SNAPSHOT_GET_NS_FROM_ORIGIN_STATUS_OK)
		ret->has_time = 1;
	ret->cpu = ret->stream->cpu;
	ret->pid = ret->stream->pid;
	ret->tid = UST_UNKNOWN;
	memcpy(ret->procname, ret->stream->procname, sizeof(ret->procname));
	if (context)
		read_context(context, ret);
	/* A context that has the process, too, is the kernel's, and so are its ids. */
	if (events->threads.nr && ret->class->pid < 0)
		ret->tid = ust_threads_find(&events->threads, ret->pid, ret->tid);
	return name_threads(events, ret);
}

void ust_events_fini(struct ust_events *events)
{
	unsigned int i;

	for (i = 0; i < events->classes.size; i++) {
		struct ust_class *class = events->classes.values[i];

		if (class)
			free(class->name);
		free(class);
	}
	for (i = 0; i < events->streams.size; i++) {
		struct ust_stream *stream = events->streams.values[i];

		if (stream)
			bt_stream_put_ref(stream->key);
		free(stream);
	}
	ust_threads_fini(&events->threads);
	ust_names_fini(&events->names);
	free(events->classes.keys);
	free(events->classes.values);
	free(events->streams.keys);
	free(events->streams.values);
}
