/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl status" */
#include "cmd.h"
#include "json.h"
#include "kernel.h"
#include "names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void add_string(struct json_object *to, const char *key, const char *value)
{
	json_object_object_add(to, key, ust_json_string(value));
}

static void add_number(struct json_object *to, const char *key, uint64_t value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

static void add_strings(struct json_object *to, const char *key, char *const *strings,
			unsigned int nr)
{
	struct json_object *array = json_object_new_array();
	unsigned int i;

	for (i = 0; i < nr; i++)
		json_object_array_add(array, ust_json_string(strings[i]));
	json_object_object_add(to, key, array);
}

static void add_kernel(struct json_object *to, const struct ust_ctl_session *session)
{
	struct json_object *kernel;

	if (!session->kernel_source) {
		json_object_object_add(to, "kernel", NULL);
		return;
	}
	kernel = json_object_new_object();
	add_string(kernel, "source", ust_kernel_source_name(session->kernel_source));
	add_string(kernel, "why", session->kernel_why);
	add_number(kernel, "kinds", session->nr_kernel);
	/* The module's packets are not looked into while they are written. */
	if (session->kernel_source == UST_CTL_KERNEL_MODULE)
		json_object_object_add(kernel, "events", NULL);
	else
		add_number(kernel, "events", session->kernel_events);
	add_number(kernel, "lost", session->kernel_lost);
	json_object_object_add(to, "kernel", kernel);
}

static struct json_object *session_json(const struct ust_ctl_session *session)
{
	struct json_object *to = json_object_new_object(), *losses = json_object_new_array();
	char contexts[32];
	unsigned int i;

	add_string(to, "name", session->name);
	add_string(to, "state", ust_name_state(session->state));
	add_string(to, "output", session->output);
	add_string(to, "scope", session->scope);
	add_string(to, "mode", session->overwrite ? "overwrite" : "discard");
	add_string(to, "context", ust_name_contexts(session->contexts, contexts));
	add_number(to, "subbuf_size", session->subbuf_size);
	add_number(to, "num_subbuf", session->nr_subbufs);
	add_number(to, "num_rings", session->nr_rings);
	json_object_object_add(to, "seconds",
			       json_object_new_double((double)session->elapsed_ns / 1e9));
	add_number(to, "bytes", session->bytes);
	add_number(to, "lost", session->lost);
	for (i = 0; i < session->nr_losses; i++) {
		struct json_object *loss = json_object_new_object();

		add_string(loss, "event", session->losses[i].event);
		add_string(loss, "reason", ust_name_reason(session->losses[i].reason));
		add_number(loss, "count", session->losses[i].count);
		json_object_array_add(losses, loss);
	}
	json_object_object_add(to, "losses", losses);
	add_number(to, "processes_seen", session->nr_apps_seen);
	add_number(to, "processes_live", session->nr_apps_live);
	add_number(to, "sites_seen", session->nr_sites_seen);
	add_number(to, "foreign_sites_seen", session->nr_foreign_seen);
	add_number(to, "events", session->nr_events);
	add_kernel(to, session);
	add_strings(to, "patterns", session->patterns, session->nr_patterns);
	add_strings(to, "unmatched", session->names, session->nr_names);
	json_object_object_add(to, "error",
			       session->error ? ust_json_string(session->error_text) : NULL);
	return to;
}

static void print_json(struct ust_ctl *ctl, const struct ust_ctl_session *sessions, int nr)
{
	struct json_object *root = json_object_new_object(), *array = json_object_new_array();
	int i;

	json_object_object_add(root, "ustd_pid",
			       ctl ? json_object_new_int((int)ust_ctl_daemon_pid(ctl)) : NULL);
	for (i = 0; i < nr; i++)
		json_object_array_add(array, session_json(&sessions[i]));
	json_object_object_add(root, "sessions", array);
	ust_json_print(root);
}

static void print_losses(const struct ust_ctl_session *session)
{
	unsigned int i;

	for (i = 0; i < session->nr_losses; i++)
		printf("              %llu %s (%s)\n", (unsigned long long)session->losses[i].count,
		       session->losses[i].event, ust_name_reason(session->losses[i].reason));
}

static void print_kernel(const struct ust_ctl_session *session)
{
	if (!session->kernel_source)
		return;
	fputs("  kernel      ", stdout);
	if (session->kernel_source != UST_CTL_KERNEL_MODULE)
		printf("%llu events of ", (unsigned long long)session->kernel_events);
	printf("%u kinds, %llu lost, through %s%s%s\n", session->nr_kernel,
	       (unsigned long long)session->kernel_lost,
	       ust_kernel_source_name(session->kernel_source), session->kernel_why[0] ? ": " : "",
	       session->kernel_why);
}

static void print_session(const struct ust_ctl_session *session)
{
	char contexts[32];
	unsigned int i;

	printf("%s: %s\n", session->name, ust_name_state(session->state));
	if (session->error)
		printf("  error       %s\n",
		       session->error_text[0] ? session->error_text : strerror(-session->error));
	printf("  output      %s\n", session->output);
	if (session->scope[0])
		printf("  scope       %s\n", session->scope);
	printf("  buffers     %u x %llu bytes on %u %s, %s\n", session->nr_subbufs,
	       (unsigned long long)session->subbuf_size, session->nr_rings,
	       ust_cmd_plural(session->nr_rings, "CPU", "CPUs"),
	       session->overwrite ? "overwrite" : "discard");
	printf("  context     %s\n", ust_name_contexts(session->contexts, contexts));
	printf("  patterns   ");
	for (i = 0; i < session->nr_patterns; i++)
		printf(" %s", session->patterns[i]);
	puts(session->nr_patterns ? "" : " none: nothing is enabled");
	printf("  processes   %u live, %u seen\n", session->nr_apps_live, session->nr_apps_seen);
	printf("  events      %u kinds in the trace\n", session->nr_events);
	if (session->nr_foreign_seen)
		printf("  foreign     %u sites of another ABI, not recorded\n",
		       session->nr_foreign_seen);
	print_kernel(session);
	printf("  bytes       %llu\n", (unsigned long long)session->bytes);
	printf("  lost        %llu\n", (unsigned long long)session->lost);
	print_losses(session);
	printf("  seconds     %.3f\n", (double)session->elapsed_ns / 1e9);
}

static int status_without_daemon(const char *name, int json)
{
	if (name)
		return ust_cmd_error(
			"no session named '%s': no ustd runs; make one with: ustctl create "
			"%s",
			name, name);
	if (json)
		print_json(NULL, NULL, 0);
	else
		puts("no ustd runs, so there is no session");
	return UST_EXIT_OK;
}

static int status_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_status, .shorts = ":h", .longs = longs};
	struct ust_ctl_session *sessions = NULL;
	struct ust_ctl *ctl;
	int option, json = 0, nr, i, err;

	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		json = 1;
	}
	if (argc - optind > 1)
		return ust_cmd_operands(opts.cmd, argc, argv, 1);
	err = ust_ctl_open(0, &ctl);
	if (err == -ECONNREFUSED)
		return status_without_daemon(argv[optind], json);
	if (err)
		return ust_cmd_error("%s", ust_ctl_error(NULL));
	nr = ust_ctl_status(ctl, argv[optind], &sessions);
	if (nr < 0) {
		ust_cmd_error("%s", ust_ctl_error(ctl));
		ust_ctl_close(ctl);
		return UST_EXIT_FAILURE;
	}
	if (json)
		print_json(ctl, sessions, nr);
	else if (!nr)
		puts("no session");
	for (i = 0; i < nr && !json; i++)
		print_session(&sessions[i]);
	ust_ctl_sessions_free(sessions, nr);
	ust_ctl_close(ctl);
	return UST_EXIT_OK;
}

const struct ust_cmd ust_cmd_status = {
	.name = "status",
	.args = "[NAME] [--json]",
	.summary = "tell about sessions",
	.help = "Tells about session NAME, or about all.\n"
		"\n"
		"  --json  as one JSON object: {\"ustd_pid\": ..., \"sessions\": [...]}\n",
	.run = status_main,
};
