/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl rotate" */
#include "parts.h"

#include <stdio.h>

static struct ust_ctl_rotate_result result;

static const char *ask(const struct ust_parts *parts, int *ret_error)
{
	*ret_error = ust_ctl_rotate(parts->ctl, parts->name, parts->output, &result);
	return *ret_error ? NULL : result.output;
}

static void print_json(const struct ust_parts *parts)
{
	struct json_object *root = json_object_new_object();

	json_object_object_add(root, "session", ust_json_string(parts->name));
	json_object_object_add(root, "output", ust_json_string(result.output));
	ust_parts_add_number(root, "events", parts->count.events);
	ust_parts_add_number(root, "lost", result.lost);
	ust_parts_add_number(root, "bytes", result.bytes);
	ust_parts_add_number(root, "silent", result.nr_silent);
	json_object_object_add(root, "next", ust_json_string(result.next));
	ust_json_print(root);
}

static void print_text(const struct ust_parts *parts)
{
	printf("session '%s': %llu events, %llu lost, complete in %s; goes on in %s\n", parts->name,
	       (unsigned long long)parts->count.events, (unsigned long long)result.lost,
	       result.output, result.next);
	if (result.nr_silent)
		printf("note: %u %s did not answer; what they record until they do is lost\n",
		       result.nr_silent, ust_cmd_plural(result.nr_silent, "process", "processes"));
}

static int rotate_main(int argc, char **argv)
{
	static const struct ust_parts_kind kind = {
		.cmd = &ust_cmd_rotate,
		.ask = ask,
		.print_json = print_json,
		.print_text = print_text,
	};

	return ust_parts_main(&kind, argc, argv);
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
