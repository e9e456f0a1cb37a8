/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the lines of process.tab use. */
#ifndef UST_PRELOAD_PROCESS_H
#define UST_PRELOAD_PROCESS_H

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload.h"

/* Before the call nobody has looked yet whether a string is there: the kernel is asked. */
static inline const char *ust_process_path(const char *path)
{
	int saved = ust_errno;

	if (syscall(SYS_faccessat, AT_FDCWD, path, F_OK) &&
	    (ust_errno == EFAULT || ust_errno == ENAMETOOLONG))
		path = "(invalid)";
	ust_errno = saved;
	return path;
}

static inline pid_t ust_process_pid(int result, const pid_t *pid)
{
	return result || !pid ? -1 : *pid;
}

static inline int ust_process_status(pid_t result, const int *status)
{
	return result <= 0 || !status ? 0 : *status;
}

/* Whether a signal for @pid, as kill() takes it, may come to this process. */
static inline int ust_process_is_self(pid_t pid)
{
	return pid == getpid() || pid <= 0;
}

#endif /* UST_PRELOAD_PROCESS_H */
