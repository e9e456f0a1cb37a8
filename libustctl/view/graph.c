// SPDX-License-Identifier: GPL-2.0-only
/*
 * source.ctf.fs for each trace -> filter.utils.muxer -> our sink.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "dirs.h"
#include "graph.h"
#include "snapshot.h"

#define MEMORY_MAX (UINT64_C(2) << 30)

struct ust_graph {
	const struct ust_graph_opts *opts;
	bt_graph *graph;
	const bt_component_filter *muxer;
	uint64_t nr_inputs; /* of the muxer that are connected */
	int result;         /* what the functions of opts returned */
};

typedef bt_graph_simple_sink_component_consume_func_status consume_status;

#define CONSUME(x) BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_##x

static consume_status consume(bt_message_iterator *iterator, void *data)
{
	struct ust_graph *g = data;
	bt_message_array_const messages;
	uint64_t i, nr = 0;

	switch (bt_message_iterator_next(iterator, &messages, &nr)) {
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_OK:
		break;
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_END:
		return CONSUME(END);
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_AGAIN:
		return CONSUME(AGAIN);
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_MEMORY_ERROR:
		return CONSUME(MEMORY_ERROR);
	default:
		return CONSUME(ERROR);
	}
	for (i = 0; i < nr; i++) {
		if (g->result == 0)
			g->result = g->opts->message(messages[i], g->opts->data);
		bt_message_put_ref(messages[i]);
	}
	if (g->result == 0 && g->opts->batch)
		g->result = g->opts->batch(g->opts->data);
	if (g->result == 0)
		return CONSUME(OK);
	return g->result > 0 ? CONSUME(END) : CONSUME(ERROR);
}

/* The stream file that an iterator of source.ctf.fs reads is the last part of its port's name. */
static const char *file_of_cause(const bt_error_cause *cause)
{
	const char *port, *bar;

	if (bt_error_cause_get_actor_type(cause) != BT_ERROR_CAUSE_ACTOR_TYPE_MESSAGE_ITERATOR ||
	    strcmp(bt_error_cause_message_iterator_actor_get_component_class_name(cause), "fs") !=
		    0)
		return NULL;
	port = bt_error_cause_message_iterator_actor_get_component_output_port_name(cause);
	bar = strrchr(port, '|');
	return bar && bar[1] == ' ' ? bar + 2 : NULL;
}

/* What and the innermost cause of libbabeltrace2's failure, in its words but without addresses. */
static int take_error(const char *what, char *error, size_t size)
{
	const bt_error *err = bt_current_thread_take_error();
	uint64_t i, nr = err ? bt_error_get_cause_count(err) : 0;
	const char *message = "libbabeltrace2 cannot read it", *file;

	if (nr)
		message = bt_error_cause_get_message(bt_error_borrow_cause_by_index(err, 0));
	for (i = 0; i < nr; i++) {
		file = file_of_cause(bt_error_borrow_cause_by_index(err, i));
		if (file)
			what = file;
	}
	snprintf(error, size, "%s: the trace is corrupt: %.*s", what,
		 (int)(strstr(message, ": msg-it-addr=")
			       ? strstr(message, ": msg-it-addr=") - message
			       : (long)strlen(message)),
		 message);
	if (err)
		bt_error_release(err);
	return -EBADMSG;
}

static int find_plugin(const char *name, const bt_plugin **ret, char *error, size_t size)
{
	const bt_error *err;

	if (bt_plugin_find(name, BT_TRUE, BT_TRUE, BT_TRUE, BT_TRUE, BT_FALSE, ret) ==
	    BT_PLUGIN_FIND_STATUS_OK)
		return 0;
	err = bt_current_thread_take_error();
	if (err)
		bt_error_release(err);
	snprintf(
		error, size,
		"libbabeltrace2 has no plugin \"%s\": install the package libbabeltrace2-0, or set "
		"BABELTRACE_PLUGIN_PATH to where its plugins are",
		name);
	return -ENOSYS;
}

/* Connects every output port of the source to an input of the muxer of its own. */
static int connect_source(struct ust_graph *g, const bt_component_source *source)
{
	uint64_t i, nr = bt_component_source_get_output_port_count(source);

	for (i = 0; i < nr; i++) {
		if (bt_graph_connect_ports(
			    g->graph,
			    bt_component_source_borrow_output_port_by_index_const(source, i),
			    bt_component_filter_borrow_input_port_by_index_const(g->muxer,
										 g->nr_inputs),
			    NULL) != BT_GRAPH_CONNECT_PORTS_STATUS_OK)
			return -EBADMSG;
		g->nr_inputs++;
	}
	return 0;
}

static int add_source(struct ust_graph *g, const bt_component_class_source *class, const char *dir)
{
	const bt_component_source *source;
	bt_value *params, *inputs = NULL;
	int r = -ENOMEM;

	params = bt_value_map_create();
	if (params &&
	    bt_value_map_insert_empty_array_entry(params, "inputs", &inputs) ==
		    BT_VALUE_MAP_INSERT_ENTRY_STATUS_OK &&
	    bt_value_array_append_string_element(inputs, dir) ==
		    BT_VALUE_ARRAY_APPEND_ELEMENT_STATUS_OK) {
		r = -EBADMSG;
		if (bt_graph_add_source_component(g->graph, class, dir, params,
						  BT_LOGGING_LEVEL_NONE,
						  &source) == BT_GRAPH_ADD_COMPONENT_STATUS_OK)
			r = connect_source(g, source);
	}
	bt_value_put_ref(params);
	return r;
}

static int add_components(struct ust_graph *g, const bt_plugin *ctf, const bt_plugin *utils,
			  const struct ust_dirs *dirs, char *error, size_t size)
{
	const bt_component_class_source *fs;
	const bt_component_class_filter *muxer;
	const bt_component_sink *sink;
	unsigned int i;
	int r;

	fs = bt_plugin_borrow_source_component_class_by_name_const(ctf, "fs");
	muxer = bt_plugin_borrow_filter_component_class_by_name_const(utils, "muxer");
	if (!fs || !muxer) {
		snprintf(error, size,
			 "libbabeltrace2's plugins lack source.ctf.fs or "
			 "filter.utils.muxer: install libbabeltrace2-0 again");
		return -ENOSYS;
	}
	if (bt_graph_add_filter_component(g->graph, muxer, "muxer", NULL, BT_LOGGING_LEVEL_NONE,
					  &g->muxer) != BT_GRAPH_ADD_COMPONENT_STATUS_OK)
		return take_error("muxer", error, size);
	for (i = 0; i < dirs->nr; i++) {
		r = add_source(g, fs, dirs->paths[i]);
		if (r < 0)
			return take_error(dirs->paths[i], error, size);
	}
	if (!g->nr_inputs)
		return 0;
	if (bt_graph_add_simple_sink_component(g->graph, "ust", NULL, consume, NULL, g, &sink) !=
		    BT_GRAPH_ADD_COMPONENT_STATUS_OK ||
	    bt_graph_connect_ports(
		    g->graph, bt_component_filter_borrow_output_port_by_index_const(g->muxer, 0),
		    bt_component_sink_borrow_input_port_by_index_const(sink, 0),
		    NULL) != BT_GRAPH_CONNECT_PORTS_STATUS_OK)
		return take_error("sink", error, size);
	return 0;
}

static int run(struct ust_graph *g, const char *dir, char *error, size_t size)
{
	bt_graph_run_status status;

	do {
		status = bt_graph_run(g->graph);
	} while (status == BT_GRAPH_RUN_STATUS_AGAIN);
	if (g->result < 0) {
		const bt_error *err = bt_current_thread_take_error();

		if (err)
			bt_error_release(err);
		return g->result;
	}
	return status == BT_GRAPH_RUN_STATUS_OK ? 0 : take_error(dir, error, size);
}

/*
 * A corrupt length makes libbabeltrace2 ask for as much memory as there is. It needs little
 * otherwise; the files it maps do not count.
 */
static void limit_memory(struct rlimit *ret_old)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long long pages = 0;
	struct rlimit limit;

	if (getrlimit(RLIMIT_DATA, ret_old) < 0)
		ret_old->rlim_cur = ret_old->rlim_max = RLIM_INFINITY;
	limit = *ret_old;
	/* On top of what there is: a sanitizer's shadow is large. The sixth number counts alike. */
	if (file && fscanf(file, "%*u %*u %*u %*u %*u %llu", &pages) == 1 &&
	    limit.rlim_cur > MEMORY_MAX + pages * sysconf(_SC_PAGESIZE)) {
		limit.rlim_cur = MEMORY_MAX + pages * sysconf(_SC_PAGESIZE);
		setrlimit(RLIMIT_DATA, &limit);
	}
	if (file)
		fclose(file);
}

static int run_dirs(const struct ust_dirs *dirs, const char *dir, const struct ust_graph_opts *opts,
		    char *error, size_t size)
{
	const bt_plugin *ctf = NULL, *utils = NULL;
	struct ust_graph g = {.opts = opts};
	struct rlimit memory;
	int r;

	limit_memory(&memory);
	bt_logging_set_global_level(BT_LOGGING_LEVEL_NONE);
	r = find_plugin("ctf", &ctf, error, size);
	if (r == 0)
		r = find_plugin("utils", &utils, error, size);
	if (r == 0) {
		g.graph = bt_graph_create(0);
		r = g.graph ? add_components(&g, ctf, utils, dirs, error, size) : -ENOMEM;
	}
	if (r == 0 && g.nr_inputs)
		r = run(&g, dir, error, size);
	bt_graph_put_ref(g.graph);
	bt_plugin_put_ref(utils);
	bt_plugin_put_ref(ctf);
	setrlimit(RLIMIT_DATA, &memory);
	return r;
}

int ust_graph_run(const char *dir, const struct ust_graph_opts *opts, char *error, size_t size)
{
	struct ust_dirs dirs;
	int r;

	*error = '\0';
	r = ust_dirs_find(dir, &dirs);
	if (r < 0)
		snprintf(error, size, "%s: %s", dir, strerror(-r));
	else if (!dirs.nr && (r = -ENOENT))
		snprintf(error, size, "%s is not a trace: no metadata file in it or below", dir);
	else
		r = ust_snapshot_take(&dirs, error, size);
	if (r == 0)
		r = run_dirs(&dirs, dir, opts, error, size);
	ust_snapshot_drop();
	ust_dirs_fini(&dirs);
	return r;
}

struct counts {
	uint64_t events, losses;
};

static int count_message(const bt_message *message, void *data)
{
	struct counts *counts = data;
	const bt_event *event;
	const char *name;

	if (bt_message_get_type(message) != BT_MESSAGE_TYPE_EVENT)
		return 0;
	event = bt_message_event_borrow_event_const(message);
	name = bt_event_class_get_name(bt_event_borrow_class_const(event));
	if (name && (strcmp(name, "ust:lost") == 0 || strcmp(name, "ust:clock_unstable") == 0))
		counts->losses++;
	else
		counts->events++;
	return 0;
}

int ust_graph_count(const char *dir, uint64_t *ret_events, uint64_t *ret_losses, char *error,
		    size_t size)
{
	struct counts counts = {0};
	struct ust_graph_opts opts = {.message = count_message, .data = &counts};
	int r;

	r = ust_graph_run(dir, &opts, error, size);
	if (r < 0)
		return r;
	*ret_events = counts.events;
	*ret_losses = counts.losses;
	return 0;
}
