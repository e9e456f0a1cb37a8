/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl list": processes, events of a process, events of a file. */
#include "cmd.h"
#include "json.h"
#include "kernel.h"
#include "names.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ust/abi/site.h>

static int is_unsigned(const struct ust_ctl_field *field)
{
	return UST_FIELD_WORD_TYPE(field->word) >= UST_TYPE_U8;
}

static struct json_object *value_json(const struct ust_ctl_field *field, uint64_t value)
{
	return is_unsigned(field) ? json_object_new_uint64(value)
				  : json_object_new_int64((int64_t)value);
}

/* A number, or of a range the first and the last. */
static struct json_object *label_json(const struct ust_ctl_field *field, unsigned int index)
{
	uint64_t first = (uint64_t)field->labels[index].value, span = field->labels[index].span;
	struct json_object *range;

	if (!span)
		return value_json(field, first);
	range = json_object_new_array();
	json_object_array_add(range, value_json(field, first));
	json_object_array_add(range, value_json(field, first + span));
	return range;
}

static void add_text(struct json_object *to, const char *key, const char *text)
{
	if (text)
		json_object_object_add(to, key, ust_json_string(text));
}

static struct json_object *field_json(const struct ust_ctl_field *field)
{
	struct json_object *to = json_object_new_object(), *labels;
	char type[64];
	unsigned int i;

	json_object_object_add(to, "name", ust_json_string(field->name));
	json_object_object_add(to, "type",
			       ust_json_string(ust_name_type(field->word, type, sizeof(type))));
	add_text(to, "unit", field->unit);
	add_text(to, "help", field->help);
	if (!field->nr_labels)
		return to;
	labels = json_object_new_object();
	for (i = 0; i < field->nr_labels; i++) {
		struct json_object *key = ust_json_string(field->labels[i].label);

		json_object_object_add(labels, json_object_get_string(key), label_json(field, i));
		json_object_put(key);
	}
	json_object_object_add(to, "labels", labels);
	return to;
}

static struct json_object *event_json(const struct ust_ctl_event *event)
{
	struct json_object *to = json_object_new_object(), *fields = json_object_new_array();
	unsigned int i;

	json_object_object_add(to, "provider", ust_json_string(event->provider));
	json_object_object_add(to, "name", ust_json_string(event->name));
	if (event->line) {
		json_object_object_add(to, "file", ust_json_string(event->file));
		json_object_object_add(to, "line", json_object_new_int64(event->line));
	} else {
		json_object_object_add(to, "coverage", ust_json_string(event->file));
	}
	json_object_object_add(to, "loglevel", json_object_new_int64(event->loglevel));
	add_text(to, "loglevel_name", ust_name_level(event->loglevel));
	add_text(to, "help", event->help);
	add_text(to, "model_emf_uri", event->uri);
	json_object_object_add(to, "sites", json_object_new_int64(event->nr_sites));
	for (i = 0; i < event->nr_fields; i++)
		json_object_array_add(fields, field_json(&event->fields[i]));
	json_object_object_add(to, "fields", fields);
	return to;
}

static void print_value(const struct ust_ctl_field *field, uint64_t value)
{
	if (is_unsigned(field))
		printf("%llu", (unsigned long long)value);
	else
		printf("%lld", (long long)value);
}

static void print_label(const struct ust_ctl_field *field, unsigned int index)
{
	uint64_t first = (uint64_t)field->labels[index].value, span = field->labels[index].span;

	printf("%s%s=", index ? " " : " {", field->labels[index].label);
	print_value(field, first);
	if (span) {
		printf("..");
		print_value(field, first + span);
	}
}

static void print_event(const struct ust_ctl_event *event)
{
	unsigned int i, j;
	char type[64];

	printf("%s:%s", event->provider, event->name);
	printf("(");
	for (i = 0; i < event->nr_fields; i++) {
		const struct ust_ctl_field *field = &event->fields[i];

		printf("%s%s: %s", i ? ", " : "", field->name,
		       ust_name_type(field->word, type, sizeof(type)));
		for (j = 0; j < field->nr_labels; j++)
			print_label(field, j);
		if (field->nr_labels)
			printf("}");
		if (field->unit)
			printf(" in %s", field->unit);
	}
	/* Kernel events have a coverage instead. */
	if (event->line)
		printf(")  %s:%u", event->file, event->line);
	else
		printf(")  %s", event->file);
	if (event->nr_sites > 1)
		printf("  %u sites", event->nr_sites);
	if (event->loglevel != UST_LOGLEVEL_DEFAULT)
		printf("  %s", ust_name_level(event->loglevel));
	putchar('\n');
	if (event->help)
		printf("    %s\n", event->help);
	for (i = 0; i < event->nr_fields; i++)
		if (event->fields[i].help)
			printf("    %s: %s\n", event->fields[i].name, event->fields[i].help);
	if (event->uri)
		printf("    model: %s\n", event->uri);
}

static int compare_events(const void *a, const void *b)
{
	const struct ust_ctl_event *x = a, *y = b;
	int order = strcmp(x->provider, y->provider);

	if (!order)
		order = strcmp(x->name, y->name);
	if (!order)
		order = strcmp(x->file, y->file);
	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Sorts, prints and frees. */
static void print_events(struct ust_ctl_event *events, int nr, int json, const char *key,
			 struct json_object *value)
{
	struct json_object *root, *array;
	int i;

	if (nr)
		qsort(events, (size_t)nr, sizeof(*events), compare_events);
	if (!json) {
		for (i = 0; i < nr; i++)
			print_event(&events[i]);
		json_object_put(value);
	} else {
		root = json_object_new_object();
		array = json_object_new_array();
		for (i = 0; i < nr; i++)
			json_object_array_add(array, event_json(&events[i]));
		json_object_object_add(root, key, value);
		json_object_object_add(root, "events", array);
		ust_json_print(root);
	}
	ust_ctl_events_free(events, nr);
}

static int file_error(const char *path, int err)
{
	switch (err) {
	case -ENOEXEC:
		return ust_cmd_error(
			"%s: not an executable or shared object of this machine (an object "
			"file or archive has to be linked first)",
			path);
	case -EPROTONOSUPPORT:
		return ust_cmd_error(
			"%s: its sites are of another ABI than %d; compile it with the "
			"<ust/*.h> of this version",
			path, UST_SITE_ABI);
	case -EBADMSG:
		return ust_cmd_error("%s: its site records are damaged", path);
	default:
		return ust_cmd_error("%s: %s", path, strerror(-err));
	}
}

static int list_file(const char *path, int json)
{
	struct ust_ctl_event *events;
	int nr = ust_ctl_file_events(path, &events);

	if (nr < 0)
		return file_error(path, nr);
	if (!nr)
		fprintf(stderr, "ustctl: %s has no sites\n", path);
	print_events(events, nr, json, "file", ust_json_string(path));
	return UST_EXIT_OK;
}

static int list_process(pid_t pid, int json)
{
	struct ust_ctl *ctl = ust_cmd_open(1);
	struct ust_ctl_event *events;
	int nr;

	if (!ctl)
		return UST_EXIT_FAILURE;
	nr = ust_ctl_process_events(ctl, pid, &events);
	if (nr < 0) {
		ust_cmd_error("%s", ust_ctl_error(ctl));
	} else {
		if (!nr)
			fprintf(stderr, "ustctl: process %d has no sites\n", (int)pid);
		print_events(events, nr, json, "pid", json_object_new_int((int)pid));
	}
	ust_ctl_close(ctl);
	return nr < 0 ? UST_EXIT_FAILURE : UST_EXIT_OK;
}

static void print_apps_json(const struct ust_ctl_app *apps, int nr)
{
	struct json_object *root = json_object_new_object(), *array = json_object_new_array();
	int i;

	for (i = 0; i < nr; i++) {
		struct json_object *app = json_object_new_object();

		json_object_object_add(app, "pid", json_object_new_int((int)apps[i].pid));
		json_object_object_add(app, "ppid", json_object_new_int((int)apps[i].ppid));
		json_object_object_add(app, "comm", ust_json_string(apps[i].comm));
		json_object_object_add(app, "exe", ust_json_string(apps[i].exe));
		json_object_object_add(app, "events", json_object_new_int64(apps[i].nr_events));
		json_object_object_add(app, "sites", json_object_new_int64(apps[i].nr_sites));
		json_object_object_add(app, "foreign_sites",
				       json_object_new_int64(apps[i].nr_foreign));
		json_object_array_add(array, app);
	}
	json_object_object_add(root, "processes", array);
	ust_json_print(root);
}

static void print_apps(const struct ust_ctl_app *apps, int nr)
{
	int i;

	if (!nr) {
		puts("no process is reachable: programs must be linked with libust (pkg-config "
		     "--libs ust) or run under ustctl record");
		return;
	}
	printf("%7s %7s  %-15s  %s\n", "PID", "EVENTS", "COMMAND", "EXECUTABLE");
	for (i = 0; i < nr; i++) {
		printf("%7d %7u  %-15s  %s", (int)apps[i].pid, apps[i].nr_events, apps[i].comm,
		       apps[i].exe);
		if (apps[i].nr_foreign)
			printf("  (%u sites of another ABI)", apps[i].nr_foreign);
		putchar('\n');
	}
}

static int list_apps(int json)
{
	struct ust_ctl *ctl = ust_cmd_open(1);
	struct ust_ctl_app *apps = NULL;
	int nr;

	if (!ctl)
		return UST_EXIT_FAILURE;
	nr = ust_ctl_apps(ctl, &apps);
	if (nr < 0)
		ust_cmd_error("%s", ust_ctl_error(ctl));
	else if (json)
		print_apps_json(apps, nr);
	else
		print_apps(apps, nr);
	ust_ctl_apps_free(apps, nr);
	ust_ctl_close(ctl);
	return nr < 0 ? UST_EXIT_FAILURE : UST_EXIT_OK;
}

/* A number is a process; a file of that name is reached as ./NAME. */
static int is_pid(const char *text, pid_t *ret_pid)
{
	const char *p;
	long pid;

	for (p = text; *p; p++)
		if (!isdigit((unsigned char)*p))
			return 0;
	errno = 0;
	pid = strtol(text, NULL, 10);
	if (p == text || errno || pid <= 0 || pid > 0x7fffffff)
		return 0;
	*ret_pid = (pid_t)pid;
	return 1;
}

/* With the coverage instead of a place in a source file. */
static int list_kernel(const char *pattern, int json)
{
	struct ust_ctl *ctl = ust_cmd_open(1);
	struct ust_ctl_event *events;
	int nr, status = UST_EXIT_OK;

	if (!ctl)
		return UST_EXIT_FAILURE;
	nr = ust_ctl_kernel_events(ctl, 0, pattern, &events);
	if (nr >= 0)
		print_events(events, nr, json, "pattern",
			     pattern ? ust_json_string(pattern) : NULL);
	else
		status = ust_kernel_refused(ctl, nr, pattern);
	ust_ctl_close(ctl);
	return status;
}

static int list_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'},
		{"kernel", no_argument, NULL, 'k'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_list, .shorts = ":hk", .longs = longs};
	int option, json = 0, kernel = 0;
	pid_t pid;

	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		if (option == 'k')
			kernel = 1;
		else
			json = 1;
	}
	if (argc - optind > 1)
		return ust_cmd_operands(opts.cmd, argc, argv, 1);
	if (kernel)
		return list_kernel(argv[optind], json);
	if (optind == argc)
		return list_apps(json);
	if (is_pid(argv[optind], &pid))
		return list_process(pid, json);
	return list_file(argv[optind], json);
}

const struct ust_cmd ust_cmd_list = {
	.name = "list",
	.args = "[PID|FILE | --kernel [PATTERN]] [--json]",
	.summary = "list reachable processes, or events of a process, a file or the kernel",
	.help = "Without an argument: the processes that can be traced, with the number of their\n"
		"events. With a process id: its events. With an executable or shared object: the\n"
		"events in it; it need not run. (A file whose name is a number: ./NUMBER.)\n"
		"\n"
		"  -k, --kernel  the kernel's events: all, or those that match PATTERN "
		"(\"system:event\",\n"
		"                \"system\", with * and ?), with their fields and how they are "
		"recorded:\n"
		"                generated or raw by ust-trace.ko, or through tracefs. Needs root\n"
		"  --json        as one JSON object: {\"processes\": [...]} or {\"events\": "
		"[...]}\n",
	.run = list_main,
};
