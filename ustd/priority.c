/* SPDX-License-Identifier: GPL-2.0-only */
#include "priority.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"

#define NICE "-10"
#define NICE_VALUE (-10)
/* A turn of ours takes less than this for a sub-buffer; who asks for short turns gets them sooner. */
#define SLICE_NS 100000u

/* Where sessions are scheduled as groups (sched_autogroup_enabled), a nice value counts only among
 * the processes of one session. */
static void raise_session(void)
{
	int fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* Refused to whom nice is refused: then ustd's session has the share of any other. */
	if (write(fd, NICE, strlen(NICE)) < 0)
		ustd_info("no higher priority than other sessions: %s", strerror(errno));
	close(fd);
}

void ustd_priority_raise(bool own_session)
{
	struct sched_attr attr = {
		.size = sizeof(attr),
		.sched_policy = SCHED_NORMAL,
		.sched_runtime = SLICE_NS,
	};

	setpriority(PRIO_PROCESS, 0, NICE_VALUE);
	if (own_session)
		raise_session();
	/* Needs no privilege; Linux before 6.12 takes no notice of the slice. */
	attr.sched_nice = getpriority(PRIO_PROCESS, 0);
	syscall(SYS_sched_setattr, 0, &attr, 0);
}
