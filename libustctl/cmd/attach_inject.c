/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that does not hold libust, or whose libust ustd does not reach. */
#include "attach.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "libustctl/inject/inject.h"
#include "libustctl/inject/proc.h"
#include "paths.h"

#define TRIES 100     /* while it comes to itself: on a busy machine that takes seconds */
#define BUSY_TRIES 15 /* while a ustd has it */

int ust_attach_is_stopped(const struct ust_attach *attach)
{
	return ust_proc_task_state(attach->pid, attach->pid) == 'T';
}

int ust_attach_inject(struct ust_attach *attach)
{
	char library[PATH_MAX], rundir[PATH_MAX];
	struct ust_inject_opts opts = {
		.pid = attach->pid,
		.library = library,
		.symbol = "ust_attach",
		.argument = rundir,
	};
	struct ust_inject_result result;
	const struct timespec pause = {.tv_nsec = 100000000};
	struct ust_proc proc;
	int tries, busy = 0, err = ust_proc_read(attach->pid, &proc);

	if (!err)
		err = ust_ctl_runtime_dir(rundir, sizeof(rundir));
	if (err)
		return ust_cmd_error("cannot attach to process %d: %s", (int)attach->pid,
				     strerror(-err));
	/* By descriptor goes what is all in one file. */
	if (ust_path_library(proc.other_root ? "libust.so" : "libust-attach.so", library,
			     sizeof(library)))
		return ust_cmd_error("cannot find libust-attach.so (looked for %s); set UST_LIBDIR "
				     "to its directory",
				     library);
	if (proc.has_libust)
		opts.loaded = proc.libust;
	/* An attach that was killed may still be on its way out of the process. */
	for (tries = 0; tries < TRIES; tries++) {
		err = ust_inject(&opts, &result);
		if (result.function_error != -EAGAIN &&
		    (result.function_error != -EBUSY || ++busy == BUSY_TRIES))
			break;
		nanosleep(&pause, NULL);
		/* Where the program has closed our descriptor, libust comes by itself. */
		if (ust_ctl_attach(attach->record.ctl, attach->pid, -1) >= 0) {
			attach->stopped_ns = result.stopped_ns;
			attach->was_detached = 1;
			return 0;
		}
	}
	attach->stopped_ns = result.stopped_ns;
	if (result.function_error == -EBUSY)
		return ust_cmd_error(
			"cannot attach to process %d: another ustd has it, that of its "
			"own user; it is unchanged",
			(int)attach->pid);
	if (err)
		return ust_cmd_error("cannot attach to process %d (%s): %s; it is unchanged",
				     (int)attach->pid, attach->comm, result.why);
	err = ust_ctl_attach(attach->record.ctl, attach->pid, result.fd);
	for (tries = 0; tries < 4 && err == -ETIMEDOUT; tries++)
		err = ust_ctl_attach(attach->record.ctl, attach->pid, -1);
	close(result.fd);
	if (err < 0)
		return ust_cmd_error("%s", ust_ctl_error(attach->record.ctl));
	attach->was_detached = 1;
	return 0;
}
