// SPDX-License-Identifier: GPL-2.0-only
/*
 * ustctl view: events as lines, merged by time.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "filter.h"
#include "graph.h"
#include "line.h"
#include "out.h"
#include "view.h"

struct view {
	const struct ust_view_opts *opts;
	unsigned char *matched; /* for each pattern: whether an event of the trace matches it */
	int tty;

	int started; /* an event came by: from_ns and to_ns are valid */
	int64_t from_ns, to_ns;
	uint64_t nr_events, nr_shown;
	struct ust_events events;
	struct ust_line line;
	struct ust_out out;
};

static void start(struct view *view, const struct ust_event *event)
{
	const struct ust_moment *from = &view->opts->from, *to = &view->opts->to;

	view->from_ns = from->kind ? ust_moment_resolve(from, event->time_ns) : INT64_MIN;
	view->to_ns = to->kind ? ust_moment_resolve(to, event->time_ns) : INT64_MAX;
	view->started = 1;
}

static int is_selected(struct view *view, struct ust_class *class)
{
	const struct ust_view_opts *opts = view->opts;
	int selected = !opts->nr_patterns;
	unsigned int i;

	for (i = 0; i < opts->nr_patterns; i++) {
		if (!ust_pattern_match(opts->patterns[i], class->name))
			continue;
		view->matched[i] = 1;
		selected = 1;
	}
	/* Losses concern whoever looks at the rest. */
	return selected || class->is_loss || class->is_clock;
}

static int view_event(struct view *view, const bt_message *message)
{
	unsigned int nr_classes = view->events.classes.nr;
	struct ust_event event;
	int r;

	r = ust_events_fill(&view->events, message, &event);
	if (r < 0)
		return r;
	if (view->events.classes.nr != nr_classes)
		event.class->selected = is_selected(view, event.class);
	if (!view->started)
		start(view, &event);
	view->nr_events++;
	if (event.has_time && event.time_ns > view->to_ns)
		return 1;
	if (!event.class->selected || (event.has_time && event.time_ns < view->from_ns))
		return 0;
	if (view->opts->tid >= 0 && event.tid != view->opts->tid && !event.class->is_loss &&
	    !event.class->is_clock)
		return 0;
	view->nr_shown++;
	if (view->opts->json)
		ust_line_event_json(&view->line, &event);
	else
		ust_line_event_text(&view->line, &event);
	return 0;
}

static int view_gap(struct view *view, const bt_message *message)
{
	struct ust_gap gap;

	if (ust_gap_fill(&view->events, message, &gap) < 0)
		return -ENOMEM;
	/* In front of the first event, only what --from leaves out can be in doubt. */
	if (gap.has_time && view->started &&
	    (gap.end_ns < view->from_ns || gap.begin_ns > view->to_ns))
		return 0;
	if (view->opts->json)
		ust_line_gap_json(&view->line, &gap);
	else
		ust_line_gap_text(&view->line, &gap);
	return 0;
}

static int view_message(const bt_message *message, void *data)
{
	struct view *view = data;
	int r;

	switch (bt_message_get_type(message)) {
	case BT_MESSAGE_TYPE_EVENT:
		r = view_event(view, message);
		break;
	case BT_MESSAGE_TYPE_DISCARDED_EVENTS:
	case BT_MESSAGE_TYPE_DISCARDED_PACKETS:
		r = view_gap(view, message);
		break;
	default:
		r = ust_events_message(&view->events, message);
	}
	return r ? r : view->out.error;
}

static int view_batch(void *data)
{
	struct view *view = data;

	return view->tty ? ust_out_flush(&view->out) : 0;
}

/* Patterns that no event matches, and the names that there are. */
static int tell_unmatched(struct view *view)
{
	const struct ust_view_opts *opts = view->opts;
	unsigned int i, nr = 0;
	const char **names = calloc(view->events.classes.nr + 1, sizeof(*names));

	if (!names)
		return -ENOMEM;
	for (i = 0; i < view->events.classes.size; i++)
		if (view->events.classes.keys[i])
			names[nr++] = ((struct ust_class *)view->events.classes.values[i])->name;
	for (i = 0; i < opts->nr_patterns; i++)
		if (!view->matched[i])
			opts->unmatched(opts->patterns[i], names, nr);
	free(names);
	return 0;
}

static int view_trace(struct view *view)
{
	struct ust_graph_opts opts = {.message = view_message, .batch = view_batch, .data = view};
	const char *dir = view->opts->dir;
	char error[1024];
	int r;

	ust_threads_load(&view->events.threads, dir);
	r = ust_graph_run(dir, &opts, error, sizeof(error));
	ust_out_flush(&view->out);
	if (view->out.error == -EPIPE)
		return 0;
	if (view->out.error) {
		fprintf(stderr, "ustctl view: writing the output: %s\n",
			strerror(-view->out.error));
		return 1;
	}
	if (r < 0) {
		fprintf(stderr, "ustctl view: %s\n", *error ? error : strerror(-r));
		return 1;
	}
	if (!view->nr_events)
		fprintf(stderr, "ustctl view: %s: the trace holds no event\n", dir);
	else if (!view->nr_shown)
		fprintf(stderr, "ustctl view: %s: no event is among what you asked for\n", dir);
	/* Where the end was not looked at, nothing is known of what is there. */
	return view->nr_events && !r && !view->opts->to.kind ? tell_unmatched(view) < 0 : 0;
}

int ust_view_trace(const struct ust_view_opts *opts)
{
	struct view *view = calloc(1, sizeof(*view));
	int r = 1;

	if (view)
		view->matched = calloc(opts->nr_patterns + 1, 1);
	if (!view || !view->matched) {
		fprintf(stderr, "ustctl view: no memory\n");
		goto out;
	}
	view->opts = opts;
	view->tty = isatty(STDOUT_FILENO);
	signal(SIGPIPE, SIG_IGN);
	ust_out_init(&view->out, STDOUT_FILENO);
	ust_line_init(&view->line, &view->out);
	r = view_trace(view);
	ust_events_fini(&view->events);
out:
	if (view)
		free(view->matched);
	free(view);
	return r;
}
