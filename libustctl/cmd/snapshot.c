/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl snapshot" */
#include "parts.h"

#include <stdio.h>

static struct ust_ctl_snapshot_result result;

static const char *ask(const struct ust_parts *parts, int *ret_error)
{
	*ret_error = ust_ctl_snapshot(parts->ctl, parts->name, parts->output, &result);
	return *ret_error ? NULL : result.output;
}

static void print_json(const struct ust_parts *parts)
{
	struct json_object *root = json_object_new_object();

	json_object_object_add(root, "session", ust_json_string(parts->name));
	json_object_object_add(root, "output", ust_json_string(result.output));
	ust_parts_add_number(root, "events", parts->count.events);
	ust_parts_add_number(root, "states", result.nr_states);
	ust_parts_add_number(root, "lost", result.lost);
	ust_parts_add_number(root, "bytes", result.bytes);
	ust_parts_add_number(root, "processes", result.nr_processes);
	ust_parts_add_number(root, "silent", result.nr_silent);
	ust_json_print(root);
}

static void print_text(const struct ust_parts *parts)
{
	printf("snapshot of session '%s': %llu events of %u %s, %llu lost, in %s\n", parts->name,
	       (unsigned long long)parts->count.events, result.nr_processes,
	       ust_cmd_plural(result.nr_processes, "process", "processes"),
	       (unsigned long long)result.lost, result.output);
	if (result.nr_silent)
		printf("note: %u %s did not answer; their sticky state is missing\n",
		       result.nr_silent, ust_cmd_plural(result.nr_silent, "process", "processes"));
}

static int snapshot_main(int argc, char **argv)
{
	static const struct ust_parts_kind kind = {
		.cmd = &ust_cmd_snapshot,
		.overwrite = 1,
		.ask = ask,
		.print_json = print_json,
		.print_text = print_text,
	};

	return ust_parts_main(&kind, argc, argv);
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
