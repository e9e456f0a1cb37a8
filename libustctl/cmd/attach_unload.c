/* SPDX-License-Identifier: GPL-2.0-only */
/* --unload: libust leaves a process that it was injected into. */
#include "attach.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <ust/abi/unload.h>

#include "libustctl/inject/inject.h"
#include "libustctl/inject/proc.h"

static int refuse(pid_t pid, const char *why)
{
	return ust_cmd_error("not unloaded from process %d: %s; it goes on as before", (int)pid,
			     why);
}

static int is_injected(const struct ust_proc *proc)
{
	const char *name = strrchr(proc->libust, '/');

	return name && !strncmp(name, "/libust-attach.so", 17);
}

static const char *explain(int err)
{
	switch (err) {
	case -EBUSY:
		return "it is recorded: a ustd has it";
	case -EUSERS:
		return "the program uses libust itself as well: it stays";
	case -ENOTSUP:
		return "a function that was wrapped is not libc's, and may have left a call of "
		       "ours on "
		       "a stack that no thread is on: it stays";
	case -EAGAIN:
		return "libust's thread in it does not end; try again";
	case -ENOTRECOVERABLE:
		return "a thread of it left an event by longjmp() or was cancelled in it, and may "
		       "use "
		       "libust's memory: it stays";
	default:
		return strerror(-err);
	}
}

int ust_attach_unload(pid_t pid)
{
	struct ust_proc proc;
	struct ust_inject_opts opts = {
		.pid = pid,
		.loaded = proc.libust,
		.symbol = UST_UNLOAD_SYMBOL,
		.unload = 1,
	};
	struct ust_inject_result result;
	char why[600];
	int err = ust_proc_read(pid, &proc);

	if (err)
		return ust_cmd_error("no process %d", (int)pid);
	if (!proc.has_libust && proc.other_root)
		return refuse(pid, "its libust came by descriptor, because its files are others "
				   "than ours, and stays");
	if (!proc.has_libust) {
		printf("process %d holds no libust\n", (int)pid);
		return UST_EXIT_OK;
	}
	if (!is_injected(&proc))
		return refuse(pid, "it links or preloads libust itself; it was not injected and "
				   "stays");
	err = ust_inject(&opts, &result);
	if (err == -ESRCH) {
		printf("process %d has ended\n", (int)pid);
		return UST_EXIT_OK;
	}
	if (result.function_error)
		return refuse(pid, explain(result.function_error));
	if (err == -EBUSY) {
		snprintf(why, sizeof(why), "%s; try again, with: ustctl detach --unload %d",
			 result.why, (int)pid);
		return refuse(pid, why);
	}
	if (err)
		return refuse(pid, result.why);
	if (!ust_proc_read(pid, &proc) && proc.has_libust)
		return refuse(pid, explain(-EUSERS));
	printf("unloaded libust from process %d\n", (int)pid);
	return UST_EXIT_OK;
}
