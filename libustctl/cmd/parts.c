/* SPDX-License-Identifier: GPL-2.0-only */
#include "parts.h"

#include <stdio.h>
#include <string.h>

/* Result: 0 or an exit status after a message. */
static int only_session(struct ust_parts *parts, int overwrite)
{
	struct ust_ctl_session *sessions = NULL;
	int nr = ust_ctl_status(parts->ctl, NULL, &sessions), i, found = 0;
	const char *kind = overwrite ? "a flight recorder (--overwrite)" : "one that has chunks";
	char names[512] = "";

	if (nr < 0)
		return ust_cmd_error("%s", ust_ctl_error(parts->ctl));
	for (i = 0; i < nr; i++) {
		size_t len = strlen(names);

		if (!sessions[i].overwrite != !overwrite)
			continue;
		snprintf(names + len, sizeof(names) - len, "%s%s", found ? ", " : "",
			 sessions[i].name);
		if (!found++)
			snprintf(parts->name, sizeof(parts->name), "%s", sessions[i].name);
	}
	ust_ctl_sessions_free(sessions, nr);
	if (!found)
		return ust_cmd_error("no session is %s; make one with: ustctl create NAME%s", kind,
				     overwrite ? " --overwrite" : "");
	if (found > 1)
		return ust_cmd_error("several sessions could be meant, name one: %s", names);
	return UST_EXIT_OK;
}

/* Reads the arguments and opens the connection. Result: 0, UST_CMD_DONE: exit with *ret_status, nothing
 * is open. */
static int begin(struct ust_parts *parts, const struct ust_parts_kind *kind, int argc, char **argv,
		 int *ret_status)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'},
		{"output", required_argument, NULL, 'o'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = kind->cmd, .shorts = ":ho:", .longs = longs};
	int option;

	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE) {
			*ret_status = opts.status;
			return UST_CMD_DONE;
		}
		if (option == 'j')
			parts->json = 1;
		else
			parts->output = optarg;
	}
	*ret_status = argc - optind > 1 ? ust_cmd_operands(kind->cmd, argc, argv, 1) : UST_EXIT_OK;
	if (*ret_status)
		return UST_CMD_DONE;
	parts->ctl = ust_cmd_open(0);
	if (!parts->ctl)
		*ret_status = UST_EXIT_FAILURE;
	else if (argv[optind])
		snprintf(parts->name, sizeof(parts->name), "%s", argv[optind]);
	else
		*ret_status = only_session(parts, kind->overwrite);
	if (!*ret_status)
		return 0;
	ust_ctl_close(parts->ctl);
	return UST_CMD_DONE;
}

int ust_parts_main(const struct ust_parts_kind *kind, int argc, char **argv)
{
	struct ust_parts parts = {0};
	const char *output;
	int status, err;

	if (begin(&parts, kind, argc, argv, &status))
		return status;
	output = kind->ask(&parts, &err);
	if (!output)
		return ust_cmd_finish(parts.ctl, err);
	ust_ctl_close(parts.ctl);
	err = ust_count_trace(output, NULL, 0, 0, &parts.count);
	if (err)
		status = ust_cmd_error("%s cannot be read: %s", output,
				       parts.count.error[0] ? parts.count.error : strerror(-err));
	else if (parts.json)
		kind->print_json(&parts);
	else
		kind->print_text(&parts);
	ust_count_fini(&parts.count);
	return status;
}

void ust_parts_add_number(struct json_object *to, const char *key, uint64_t value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}
