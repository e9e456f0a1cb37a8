/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl rotate" */
#include "parts.h"

#include <stdio.h>

static void print_json(const struct ust_parts *parts, const struct ust_ctl_rotate_result *chunk)
{
	struct json_object *root = json_object_new_object();

	json_object_object_add(root, "session", ust_json_string(parts->name));
	json_object_object_add(root, "output", ust_json_string(chunk->output));
	ust_parts_add_number(root, "events", parts->count.events);
	ust_parts_add_number(root, "lost", chunk->lost);
	ust_parts_add_number(root, "bytes", chunk->bytes);
	ust_parts_add_number(root, "silent", chunk->nr_silent);
	json_object_object_add(root, "next", ust_json_string(chunk->next));
	ust_json_print(root);
}

static void print_text(const struct ust_parts *parts, const struct ust_ctl_rotate_result *chunk)
{
	printf("session '%s': %llu events, %llu lost, complete in %s; goes on in %s\n", parts->name,
	       (unsigned long long)parts->count.events, (unsigned long long)chunk->lost,
	       chunk->output, chunk->next);
	if (chunk->nr_silent)
		printf("note: %u %s did not answer; what they record until they do is lost\n",
		       chunk->nr_silent, ust_cmd_plural(chunk->nr_silent, "process", "processes"));
}

static int rotate_main(int argc, char **argv)
{
	struct ust_ctl_rotate_result result;
	struct ust_parts parts = {0};
	int status, err;

	if (ust_parts_begin(&parts, &ust_cmd_rotate, 0, argc, argv, &status))
		return status;
	err = ust_ctl_rotate(parts.ctl, parts.name, parts.output, &result);
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

const struct ust_cmd ust_cmd_rotate = {
	.name = "rotate",
	.args = "[NAME] [--output DIR] [--json]",
	.summary = "end a session's trace, and go on in another",
	.help = "Ends the trace of session NAME, which is started, and goes on in a new one, the "
		"next\n"
		"chunk. Each event is in exactly one of them; the new one begins with the last "
		"value of\n"
		"each key of UST_STATE. When the command returns, the first one is complete. NAME "
		"may\n"
		"be left out if there is only one session without --overwrite.\n"
		"\n"
		"  -o, --output DIR  where the next chunk goes; must not exist or be empty. "
		"Default:\n"
		"                    DIR-chunk-N beside the session's first DIR, N counted from 2\n"
		"  --json            as one JSON object\n",
	.run = rotate_main,
};
