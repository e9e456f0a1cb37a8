/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl detach". */
#include "attach.h"

#include <errno.h>
#include <stdio.h>

/* @unload: it need not be attached. */
static int detach(pid_t pid, int unload)
{
	struct ust_ctl *ctl;
	int err, status = UST_EXIT_OK;

	if (ust_ctl_open(0, &ctl))
		return unload ? UST_EXIT_OK
			      : ust_cmd_error("process %d is not attached: no ustd runs", (int)pid);
	err = ust_ctl_detach(ctl, pid);
	if (!err)
		printf("detached from process %d\n", (int)pid);
	else if (!unload || err != -ESRCH)
		status = ust_cmd_error("%s", ust_ctl_error(ctl));
	ust_ctl_close(ctl);
	return status;
}

static int detach_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{"unload", no_argument, NULL, 'u'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_detach, .shorts = ":h", .longs = longs};
	int option, status, unload = 0;
	pid_t pid;

	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END) {
		if (option == UST_CMD_DONE)
			return opts.status;
		unload = 1;
	}
	status = ust_cmd_operands(opts.cmd, argc, argv, 1);
	if (!status)
		status = ust_attach_pid(opts.cmd, argv[optind], &pid);
	if (status)
		return status;
	status = detach(pid, unload);
	return status || !unload ? status : ust_attach_unload(pid);
}

const struct ust_cmd ust_cmd_detach = {
	.name = "detach",
	.args = "[--unload] PID",
	.summary = "let go of a process that is recorded",
	.help = "Process PID is recorded by no session any more: what was patched or hooked in it "
		"is as it\n"
		"was, and it is silent until it is attached again. \"ustctl attach\" ends by this, "
		"wherever\n"
		"it runs.\n"
		"\n"
		"  --unload   take libust out of the process as well, also if nobody records it: "
		"its\n"
		"             code, memory and thread. Only where \"ustctl attach\" loaded it, and "
		"once "
		"no\n"
		"             thread is inside of it: else it stays, the message tells which "
		"thread "
		"and\n"
		"             where, and the exit status is 1.\n",
	.run = detach_main,
};
