/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl snapshot" */
#include "cmd.h"
#include "json.h"

#include <stdio.h>
#include <string.h>

#include "libustctl/view/count.h"

/* The session that is meant if none is named: the only one that snapshots can be taken of. Result: 0 or
 * an exit status after a message. */
static int only_session(struct ust_ctl *ctl, char *buf, size_t size)
{
	struct ust_ctl_session *sessions = NULL;
	int nr = ust_ctl_status(ctl, NULL, &sessions), i, found = 0, status = UST_EXIT_OK;
	char names[512] = "";

	if (nr < 0)
		return ust_cmd_error("%s", ust_ctl_error(ctl));
	for (i = 0; i < nr; i++) {
		size_t len = strlen(names);

		if (!sessions[i].overwrite)
			continue;
		snprintf(names + len, sizeof(names) - len, "%s%s", found ? ", " : "",
			 sessions[i].name);
		if (!found++)
			snprintf(buf, size, "%s", sessions[i].name);
	}
	ust_ctl_sessions_free(sessions, nr);
	if (!found)
		status = ust_cmd_error("no session is a flight recorder; make one with: "
				       "ustctl create NAME --overwrite");
	else if (found > 1)
		status =
			ust_cmd_error("several sessions are flight recorders, name one: %s", names);
	return status;
}

static void print_json(const char *name, const struct ust_ctl_snapshot_result *snapshot,
		       const struct ust_count *count)
{
	struct json_object *root = json_object_new_object();

	json_object_object_add(root, "session", ust_json_string(name));
	json_object_object_add(root, "output", ust_json_string(snapshot->output));
	json_object_object_add(root, "events", json_object_new_uint64(count->events));
	json_object_object_add(root, "states", json_object_new_uint64(snapshot->nr_states));
	json_object_object_add(root, "lost", json_object_new_uint64(snapshot->lost));
	json_object_object_add(root, "bytes", json_object_new_uint64(snapshot->bytes));
	json_object_object_add(root, "processes", json_object_new_uint64(snapshot->nr_processes));
	json_object_object_add(root, "silent", json_object_new_uint64(snapshot->nr_silent));
	ust_json_print(root);
}

static void print_text(const char *name, const struct ust_ctl_snapshot_result *snapshot,
		       const struct ust_count *count)
{
	printf("snapshot of session '%s': %llu events of %u %s, %llu lost, in %s\n", name,
	       (unsigned long long)count->events, snapshot->nr_processes,
	       ust_cmd_plural(snapshot->nr_processes, "process", "processes"),
	       (unsigned long long)snapshot->lost, snapshot->output);
	if (snapshot->nr_silent)
		printf("note: %u %s did not answer; their sticky state is missing\n",
		       snapshot->nr_silent,
		       ust_cmd_plural(snapshot->nr_silent, "process", "processes"));
}

static int take(struct ust_ctl *ctl, const char *name, const char *output, int json)
{
	struct ust_ctl_snapshot_result snapshot;
	struct ust_count count;
	char only[512];
	int err = name ? UST_EXIT_OK : only_session(ctl, only, sizeof(only));

	if (err) {
		ust_ctl_close(ctl);
		return err;
	}
	if (!name)
		name = only;
	err = ust_ctl_snapshot(ctl, name, output, &snapshot);
	if (err)
		return ust_cmd_finish(ctl, err);
	ust_ctl_close(ctl);
	err = ust_count_trace(snapshot.output, NULL, 0, 0, &count);
	if (err)
		err = ust_cmd_error("the snapshot %s cannot be read: %s", snapshot.output,
				    count.error[0] ? count.error : strerror(-err));
	else if (json)
		print_json(name, &snapshot, &count);
	else
		print_text(name, &snapshot, &count);
	ust_count_fini(&count);
	return err;
}

static int snapshot_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'},
		{"output", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_snapshot, .shorts = ":ho:", .longs = longs};
	const char *output = NULL;
	struct ust_ctl *ctl;
	int option, json = 0;

	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		if (option == 'j')
			json = 1;
		else
			output = optarg;
	}
	if (argc - optind > 1)
		return ust_cmd_operands(opts.cmd, argc, argv, 1);
	ctl = ust_cmd_open(0);
	if (!ctl)
		return UST_EXIT_FAILURE;
	return take(ctl, argv[optind], output, json);
}

const struct ust_cmd ust_cmd_snapshot = {
	.name = "snapshot",
	.args = "[NAME] [--output DIR] [--json]",
	.summary = "copy what a flight recorder holds now; it goes on",
	.help = "Copies what the buffers of session NAME, made with --overwrite, hold now into a\n"
		"trace of its own, with the last value of each key of UST_STATE. The programs and\n"
		"the session go on. NAME may be left out if there is only one such session.\n"
		"\n"
		"  -o, --output DIR  where the snapshot goes; must not exist or be empty. "
		"Default:\n"
		"                    DIR-snapshot-N beside the session's DIR, N counted from 1\n"
		"  --json            as one JSON object\n",
	.run = snapshot_main,
};
