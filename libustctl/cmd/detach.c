/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl detach". */
#include "attach.h"

#include <stdio.h>

static int detach_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct ust_cmd_opts opts = {.cmd = &ust_cmd_detach, .shorts = ":h", .longs = longs};
	struct ust_ctl *ctl;
	int option, status;
	pid_t pid;

	while ((option = ust_cmd_next(&opts, argc, argv)) != UST_CMD_END)
		if (option == UST_CMD_DONE)
			return opts.status;
	status = ust_cmd_operands(opts.cmd, argc, argv, 1);
	if (!status)
		status = ust_attach_pid(opts.cmd, argv[optind], &pid);
	if (status)
		return status;
	if (ust_ctl_open(0, &ctl))
		return ust_cmd_error("process %d is not attached: no ustd runs", (int)pid);
	if (ust_ctl_detach(ctl, pid))
		status = ust_cmd_error("%s", ust_ctl_error(ctl));
	else
		printf("detached from process %d\n", (int)pid);
	ust_ctl_close(ctl);
	return status;
}

const struct ust_cmd ust_cmd_detach = {
	.name = "detach",
	.args = "PID",
	.summary = "let go of a process that is recorded",
	.help = "Process PID is recorded by no session any more: what was patched or hooked in it "
		"is as it\n"
		"was, and it is silent until it is attached again. \"ustctl attach\" ends by this, "
		"wherever\n"
		"it runs.\n",
	.run = detach_main,
};
