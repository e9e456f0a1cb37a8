/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl snapshot" */
#include "parts.h"

#include <stdio.h>

static void print_json(const struct ust_parts *parts,
		       const struct ust_ctl_snapshot_result *snapshot)
{
	struct json_object *root = json_object_new_object();

	json_object_object_add(root, "session", ust_json_string(parts->name));
	json_object_object_add(root, "output", ust_json_string(snapshot->output));
	ust_parts_add_number(root, "events", parts->count.events);
	ust_parts_add_number(root, "states", snapshot->nr_states);
	ust_parts_add_number(root, "lost", snapshot->lost);
	ust_parts_add_number(root, "bytes", snapshot->bytes);
	ust_parts_add_number(root, "processes", snapshot->nr_processes);
	ust_parts_add_number(root, "silent", snapshot->nr_silent);
	ust_json_print(root);
}

static void print_text(const struct ust_parts *parts,
		       const struct ust_ctl_snapshot_result *snapshot)
{
	printf("snapshot of session '%s': %llu events of %u %s, %llu lost, in %s\n", parts->name,
	       (unsigned long long)parts->count.events, snapshot->nr_processes,
	       ust_cmd_plural(snapshot->nr_processes, "process", "processes"),
	       (unsigned long long)snapshot->lost, snapshot->output);
	if (snapshot->nr_silent)
		printf("note: %u %s did not answer; their sticky state is missing\n",
		       snapshot->nr_silent,
		       ust_cmd_plural(snapshot->nr_silent, "process", "processes"));
}

static int snapshot_main(int argc, char **argv)
{
	struct ust_ctl_snapshot_result result;
	struct ust_parts parts = {0};
	int status, err;

	if (ust_parts_begin(&parts, &ust_cmd_snapshot, 1, argc, argv, &status))
		return status;
	err = ust_ctl_snapshot(parts.ctl, parts.name, parts.output, &result);
	if (err)
		return ust_cmd_finish(parts.ctl, err);
	status = ust_parts_count(&parts, result.output);
	if (!status && parts.json)
		print_json(&parts, &result);
	else if (!status)
		print_text(&parts, &result);
	ust_parts_fini(&parts);
	return status;
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
