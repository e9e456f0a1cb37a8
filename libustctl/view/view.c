// SPDX-License-Identifier: GPL-2.0-only
/*
 * ustctl view: events as lines, merged by time.
 */
#include <errno.h>
#include <getopt.h>
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
	const char **patterns;
	unsigned int nr_patterns;
	long tid; /* -1: all */
	struct ust_moment from, to;
	int json, tty;

	int started; /* an event came by: from_ns and to_ns are valid */
	int64_t from_ns, to_ns;
	uint64_t nr_events, nr_shown;
	struct ust_events events;
	struct ust_line line;
	struct ust_out out;
};

static void start(struct view *view, const struct ust_event *event)
{
	view->started = 1;
	view->from_ns =
		view->from.kind ? ust_moment_resolve(&view->from, event->time_ns) : INT64_MIN;
	view->to_ns = view->to.kind ? ust_moment_resolve(&view->to, event->time_ns) : INT64_MAX;
}

static int is_selected(const struct view *view, struct ust_class *class)
{
	unsigned int i;

	for (i = 0; i < view->nr_patterns; i++)
		if (ust_pattern_match(view->patterns[i], class->name))
			return 1;
	/* Losses concern whoever looks at the rest. */
	return !view->nr_patterns || class->is_loss || class->is_clock;
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
	if (view->tid >= 0 && event.tid != view->tid && !event.class->is_loss &&
	    !event.class->is_clock)
		return 0;
	view->nr_shown++;
	if (view->json)
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
	if (view->json)
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

static const char help[] =
	"Usage: ustctl view [OPTION]... DIR\n"
	"Show the events of a trace, merged by time, one on a line.\n"
	"\n"
	"DIR is what \"ustctl record\" printed, or any directory with CTF 1.8 traces in it.\n"
	"\n"
	"  -e, --event PATTERN  only events that match; may be repeated. \"provider:name\" with * "
	"and\n"
	"                       ?; without a ':' a provider or a name\n"
	"      --tid N          only events of this thread\n"
	"      --from T         only events at or after T: HH:MM:SS.nnnnnnnnn (local time),\n"
	"                       +SECONDS since the first event, or SECONDS since 1970\n"
	"      --to T           only events at or before T\n"
	"      --json           one JSON object on a line\n"
	"  -h, --help           this text\n"
	"\n"
	"A line: time (+seconds since the line before) process pid tid cpu event { fields }\n";

static int usage(const char *what, const char *arg)
{
	fprintf(stderr, "ustctl view: %s%s; see \"ustctl view --help\"\n", what, arg);
	return 2;
}

static int parse_tid(const char *text, long *ret_tid)
{
	char *end;

	errno = 0;
	*ret_tid = strtol(text, &end, 10);
	return errno || end == text || *end || *ret_tid < 0 ? -EINVAL : 0;
}

/* Result: -1 go on, else the exit status. */
static int parse(struct view *view, int argc, char **argv)
{
	static const struct option options[] = {
		{"event", required_argument, NULL, 'e'}, {"tid", required_argument, NULL, 'i'},
		{"from", required_argument, NULL, 'f'},  {"to", required_argument, NULL, 't'},
		{"json", no_argument, NULL, 'j'},        {"no-pager", no_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},        {0},
	};
	int c;

	optind = 0;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "e:h", options, NULL)) != -1) {
		if (c == 'h') {
			fputs(help, stdout);
			return 0;
		} else if (c == 'e') {
			view->patterns[view->nr_patterns++] = optarg;
		} else if (c == 'j') {
			view->json = 1;
		} else if (c == 'i' && parse_tid(optarg, &view->tid) < 0) {
			return usage("not a thread id: ", optarg);
		} else if (c == 'f' && ust_moment_parse(optarg, &view->from) < 0) {
			return usage("--from: not a time: ", optarg);
		} else if (c == 't' && ust_moment_parse(optarg, &view->to) < 0) {
			return usage("--to: not a time: ", optarg);
		} else if (c == '?') {
			return usage("unknown option, or its argument is missing: ",
				     argv[optind - 1]);
		}
	}
	if (optind + 1 != argc)
		return usage(optind == argc ? "the trace's directory is missing"
					    : "one directory only: ",
			     optind == argc ? "" : argv[optind + 1]);
	return -1;
}

static int view_trace(struct view *view, const char *dir)
{
	struct ust_graph_opts opts = {.message = view_message, .batch = view_batch, .data = view};
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
	return 0;
}

int ust_view_main(int argc, char **argv)
{
	struct view *view = calloc(1, sizeof(*view));
	int r = 1;

	if (view)
		view->patterns = calloc(argc + 1, sizeof(*view->patterns));
	if (!view || !view->patterns) {
		fprintf(stderr, "ustctl view: no memory\n");
		goto out;
	}
	view->tid = -1;
	view->tty = isatty(STDOUT_FILENO);
	r = parse(view, argc, argv);
	if (r >= 0)
		goto out;
	signal(SIGPIPE, SIG_IGN);
	ust_out_init(&view->out, STDOUT_FILENO);
	ust_line_init(&view->line, &view->out);
	r = view_trace(view, argv[argc - 1]);
	ust_events_fini(&view->events);
out:
	if (view)
		free(view->patterns);
	free(view);
	return r;
}
