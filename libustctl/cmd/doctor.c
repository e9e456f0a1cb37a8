/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl doctor": what works on this machine, tried rather than guessed. */
#include "attach.h"
#include "doctor.h"

#include "cmd.h"
#include "json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const states[] = {
	[UST_DOCTOR_OK] = "ok",
	[UST_DOCTOR_FALLBACK] = "fallback",
	[UST_DOCTOR_FAIL] = "FAIL",
};

void ust_doctor_say(struct ust_finding *finding, enum ust_doctor_state state, const char *todo,
		    const char *fmt, ...)
{
	va_list args;

	finding->state = state;
	va_start(args, fmt);
	vsnprintf(finding->text, sizeof(finding->text), fmt, args);
	va_end(args);
	snprintf(finding->todo, sizeof(finding->todo), "%s", todo ? todo : "");
}

static void print(const char *name, const struct ust_finding *finding)
{
	printf("%-9s %-14s %s\n", states[finding->state], name, finding->text);
	if (finding->todo[0])
		printf("%-9s %-14s %s\n", "", "", finding->todo);
	/* A check that hangs or crashes is then the one behind the last line. */
	fflush(stdout);
}

static struct json_object *to_json(const char *name, const struct ust_finding *finding)
{
	struct json_object *to = json_object_new_object();

	json_object_object_add(to, "check", ust_json_string(name));
	json_object_object_add(to, "state", ust_json_string(states[finding->state]));
	json_object_object_add(to, "found", ust_json_string(finding->text));
	json_object_object_add(to, "todo", ust_json_string(finding->todo));
	return to;
}

/* Result: whether a check failed. */
static int run(const struct ust_check *checks, struct json_object *array)
{
	int failed = 0;

	for (; checks->name; checks++) {
		struct ust_finding finding = {0};

		checks->run(&finding);
		failed |= finding.state == UST_DOCTOR_FAIL;
		if (array)
			json_object_array_add(array, to_json(checks->name, &finding));
		else
			print(checks->name, &finding);
	}
	return failed;
}

static int doctor_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{"json", no_argument, NULL, 'j'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_doctor, .shorts = ":h", .longs = longs};
	struct json_object *root, *array = NULL;
	int option, status, failed;
	pid_t pid;

	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		if (!array)
			array = json_object_new_array();
	}
	if (optind < argc) {
		status = ust_cmd_operands(opts.cmd, argc, argv, 1);
		if (!status)
			status = ust_attach_pid(opts.cmd, argv[optind], &pid);
		if (!status && ust_doctor_process_read(pid))
			status = ust_cmd_error("no process %d", (int)pid);
		if (status) {
			json_object_put(array);
			return status;
		}
		failed = run(ust_doctor_process, array);
	} else {
		failed = run(ust_doctor_machine, array);
		failed |= run(ust_doctor_setup, array);
	}
	if (array) {
		root = json_object_new_object();
		json_object_object_add(root, "works", json_object_new_boolean(!failed));
		json_object_object_add(root, "checks", array);
		ust_json_print(root);
	}
	return failed ? UST_EXIT_FAILURE : UST_EXIT_OK;
}

const struct ust_cmd ust_cmd_doctor = {
	.name = "doctor",
	.args = "[--json] [PID]",
	.summary = "tell what works on this machine, and what falls back",
	.help = "Tries what tracing needs, and tells for each part: ok, fallback (it works "
		"another\n"
		"way) or FAIL, and what to do. Starts ustd if none runs.\n"
		"\n"
		"With PID: what \"ustctl attach\" would do to that process, and what stands in its "
		"way.\n"
		"The process is not touched.\n"
		"\n"
		"  --json  as one JSON object: {\"works\": true|false, \"checks\": [...]}\n"
		"\n"
		"The exit status is 1 if a check failed.\n",
	.run = doctor_main,
};
