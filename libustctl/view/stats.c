// SPDX-License-Identifier: GPL-2.0-only
/*
 * ustctl stats: what a trace holds, in numbers.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dirs.h"
#include "graph.h"
#include "line.h"
#include "stats.h"
#include "view.h"

/* Makes room for entry @index of an array that grows by one. */
static int grow(void *array, unsigned int *nr, unsigned int index, size_t size)
{
	void **p = array, *bigger;

	if (index < *nr)
		return 0;
	bigger = reallocarray(*p, index + 1, size);
	if (!bigger)
		return -ENOMEM;
	memset((char *)bigger + *nr * size, 0, (index + 1 - *nr) * size);
	*p = bigger;
	*nr = index + 1;
	return 0;
}

static struct ust_thread_stats *thread_slot(struct ust_thread_stats *table, unsigned int size,
					    int64_t pid, int64_t tid)
{
	unsigned int i = ((uint32_t)pid * 31u + (uint32_t)tid) * 2654435761u & (size - 1);

	while (table[i].used && (table[i].pid != pid || table[i].tid != tid))
		i = (i + 1) & (size - 1);
	return &table[i];
}

static int grow_threads(struct ust_stats *stats)
{
	unsigned int i, size = stats->size_threads ? 2 * stats->size_threads : 64;
	struct ust_thread_stats *table = calloc(size, sizeof(*table)), *old;

	if (!table)
		return -ENOMEM;
	for (i = 0; i < stats->size_threads; i++) {
		old = &stats->by_thread[i];
		if (old->used)
			*thread_slot(table, size, old->pid, old->tid) = *old;
	}
	free(stats->by_thread);
	stats->by_thread = table;
	stats->size_threads = size;
	stats->last_thread = NULL;
	return 0;
}

static int add_thread(struct ust_stats *stats, const struct ust_event *event)
{
	struct ust_thread_stats *thread = stats->last_thread;

	if (!thread || thread->tid != event->tid || thread->pid != event->pid) {
		if (2 * stats->nr_threads >= stats->size_threads && grow_threads(stats) < 0)
			return -ENOMEM;
		thread = thread_slot(stats->by_thread, stats->size_threads, event->pid, event->tid);
		if (!thread->used) {
			thread->used = 1;
			thread->pid = event->pid;
			thread->tid = event->tid;
			stats->nr_threads++;
		}
		/* The name after an exec says more than the one before. */
		memcpy(thread->procname, event->procname, sizeof(thread->procname));
		stats->last_thread = thread;
	}
	thread->count++;
	return 0;
}

static void add_gap(struct ust_gaps *gaps, const struct ust_gap_stats *gap)
{
	int64_t length = gap->to_ns - gap->from_ns;
	unsigned int i = gaps->nr;

	if (i == UST_NR_GAPS && length <= gaps->gaps[i - 1].to_ns - gaps->gaps[i - 1].from_ns)
		return;
	if (i < UST_NR_GAPS)
		gaps->nr++;
	else
		i--;
	for (; i > 0 && length > gaps->gaps[i - 1].to_ns - gaps->gaps[i - 1].from_ns; i--)
		gaps->gaps[i] = gaps->gaps[i - 1];
	gaps->gaps[i] = *gap;
}

static void add_time(struct ust_stats *stats, struct ust_stream_stats *stream,
		     const struct ust_event *event)
{
	struct ust_gap_stats gap = {.to_ns = event->time_ns, .next = event->class};

	if (!stats->has_time) {
		stats->has_time = 1;
		stats->first_ns = stats->last_ns = event->time_ns;
	} else {
		gap.from_ns = stats->last_ns;
		add_gap(&stats->overall, &gap);
	}
	if (stream->has_last) {
		gap.from_ns = stream->last_ns;
		gap.stream = event->stream;
		add_gap(&stats->in_streams, &gap);
	}
	stream->has_last = 1;
	stream->last_ns = stats->last_ns = event->time_ns;
}

static const char *string_member(const bt_field *payload, const char *name)
{
	const bt_field *field = bt_field_structure_borrow_member_field_by_name_const(payload, name);

	if (!field || bt_field_get_class_type(field) != BT_FIELD_CLASS_TYPE_STRING)
		return "?";
	return bt_field_string_get_value(field);
}

static int add_loss(struct ust_stats *stats, const struct ust_event *event)
{
	const bt_field *payload = bt_event_borrow_payload_field_const(event->event), *field;
	const char *name = string_member(payload, "event"), *why = string_member(payload, "reason");
	struct ust_loss_stats *loss;
	unsigned int i;

	for (i = 0; i < stats->nr_losses; i++)
		if (!strcmp(stats->by_loss[i].event, name) &&
		    !strcmp(stats->by_loss[i].reason, why))
			break;
	if (i == stats->nr_losses) {
		if (grow(&stats->by_loss, &stats->nr_losses, i, sizeof(*loss)) < 0)
			return -ENOMEM;
		stats->by_loss[i].event = strdup(name);
		stats->by_loss[i].reason = strdup(why);
		if (!stats->by_loss[i].event || !stats->by_loss[i].reason) {
			stats->nr_losses--;
			return -ENOMEM;
		}
	}
	field = bt_field_structure_borrow_member_field_by_name_const(payload, "count");
	if (field && bt_field_get_class_type(field) == BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER) {
		stats->by_loss[i].count += bt_field_integer_unsigned_get_value(field);
		stats->reported += bt_field_integer_unsigned_get_value(field);
	}
	return 0;
}

static int add_event(struct ust_stats *stats, const bt_message *message)
{
	struct ust_stream_stats *stream;
	struct ust_event event;
	int r;

	r = ust_events_fill(&stats->events, message, &event);
	if (r < 0)
		return r;
	if (event.class->is_loss)
		return add_loss(stats, &event);
	if (event.class->is_thread)
		return 0;
	if (grow(&stats->by_event, &stats->nr_classes, event.class->index,
		 sizeof(*stats->by_event)) < 0 ||
	    grow(&stats->by_stream, &stats->nr_streams, event.stream->index,
		 sizeof(*stats->by_stream)) < 0)
		return -ENOMEM;
	stats->nr_events++;
	stats->by_event[event.class->index].class = event.class;
	stats->by_event[event.class->index].count++;
	stream = &stats->by_stream[event.stream->index];
	stream->stream = event.stream;
	if (event.has_time)
		add_time(stats, stream, &event);
	if (event.has_time && ust_spans_add(&stats->spans, &event))
		return -ENOMEM;
	return add_thread(stats, &event);
}

static int add_discarded(struct ust_stats *stats, const bt_message *message)
{
	struct ust_stream_stats *stream;
	struct ust_gap gap;

	if (ust_gap_fill(&stats->events, message, &gap) < 0 ||
	    grow(&stats->by_stream, &stats->nr_streams, gap.stream->index,
		 sizeof(*stats->by_stream)) < 0)
		return -ENOMEM;
	stream = &stats->by_stream[gap.stream->index];
	stream->stream = gap.stream;
	if (gap.packets) {
		stream->lost_packets += gap.count;
		stats->packets += gap.count;
	} else {
		stream->lost_events += gap.count;
		stats->counted += gap.count;
	}
	return 0;
}

static int add_message(const bt_message *message, void *data)
{
	switch (bt_message_get_type(message)) {
	case BT_MESSAGE_TYPE_EVENT:
		return add_event(data, message);
	case BT_MESSAGE_TYPE_DISCARDED_EVENTS:
	case BT_MESSAGE_TYPE_DISCARDED_PACKETS:
		return add_discarded(data, message);
	default:
		return ust_events_message(&((struct ust_stats *)data)->events, message);
	}
}

static void stats_fini(struct ust_stats *stats)
{
	unsigned int i;

	for (i = 0; i < stats->nr_losses; i++) {
		free(stats->by_loss[i].event);
		free(stats->by_loss[i].reason);
	}
	free(stats->by_loss);
	free(stats->by_event);
	free(stats->by_thread);
	free(stats->by_stream);
	ust_spans_fini(&stats->spans);
	ust_events_fini(&stats->events);
}

static int report(struct ust_stats *stats, const char *dir, int json)
{
	struct ust_out *out = malloc(sizeof(*out));
	int r;

	if (!out)
		return -ENOMEM;
	ust_out_init(out, STDOUT_FILENO);
	stats->lost = stats->reported ? stats->reported : stats->counted;
	if (json)
		ust_report_json(out, stats, dir);
	else
		ust_report_text(out, stats, dir);
	r = ust_out_flush(out);
	free(out);
	return r == -EPIPE ? 0 : r;
}

/* What came from a thread before the trace said whose it is. */
static void join_threads(struct ust_stats *stats)
{
	struct ust_thread_stats *thread, *whole;
	const struct ust_name *name;
	unsigned int i;

	for (i = 0; i < stats->size_threads; i++) {
		thread = &stats->by_thread[i];
		if (!thread->used || thread->pid != UST_UNKNOWN)
			continue;
		name = ust_names_find(&stats->events.names, thread->tid);
		if (!name)
			continue;
		if (!thread->procname[0])
			memcpy(thread->procname, name->text, sizeof(thread->procname));
		if (name->pid == UST_UNKNOWN)
			continue;
		whole = thread_slot(stats->by_thread, stats->size_threads, name->pid, thread->tid);
		if (!whole->used)
			continue;
		whole->count += thread->count;
		thread->count = 0;
		stats->nr_threads--;
	}
	/* Not before: looking one up ends at what is not in use. */
	for (i = 0; i < stats->size_threads; i++)
		stats->by_thread[i].used = stats->by_thread[i].count > 0;
}

int ust_view_stats(const char *dir, int json)
{
	struct ust_stats stats = {0};
	struct ust_graph_opts opts = {.message = add_message, .data = &stats};
	struct ust_dirs dirs;
	char error[1024] = "";
	int r;

	signal(SIGPIPE, SIG_IGN);
	if (ust_dirs_find(dir, &dirs) == 0)
		stats.bytes = dirs.bytes;
	ust_dirs_fini(&dirs);
	ust_threads_load(&stats.events.threads, dir);
	r = ust_graph_run(dir, &opts, error, sizeof(error));
	if (r == 0) {
		join_threads(&stats);
		r = report(&stats, dir, json);
	}
	if (r < 0)
		fprintf(stderr, "ustctl stats: %s\n", *error ? error : strerror(-r));
	stats_fini(&stats);
	return r < 0;
}
