/* SPDX-License-Identifier: GPL-2.0-only */
/* -k and -a of record, create and enable; list --kernel. */
#ifndef USTCTL_CMD_KERNEL_H
#define USTCTL_CMD_KERNEL_H

#include <ust/ctl.h>

#include "cmd.h"

#define UST_KERNEL_MAX_PATTERNS 256

struct ust_kernel {
	char *patterns[UST_KERNEL_MAX_PATTERNS];
	unsigned int nr_patterns;
	int all;
	struct ust_ctl_kernel got; /* after ust_kernel_enable() */
	int nr_events;
};

/* Takes a list "sched,irq:*,syscalls", which is cut in pieces. Result: 0, or an exit status after a
 * message. */
int ust_kernel_add(const struct ust_cmd *cmd, struct ust_kernel *kernel, char *list);

/* Enables them. @pid: of a process that waits to become the program; 0: none. Result: 0, or an exit
 * status after a message, which names events that come near. */
int ust_kernel_enable(struct ust_ctl *ctl, const char *session, struct ust_kernel *kernel,
		      pid_t pid);
/* The same, and tells on standard output how many there are and where they come from. */
int ust_kernel_enable_told(struct ust_ctl *ctl, const char *session, struct ust_kernel *kernel);

/* Says why ustd refused a pattern or a list of them, and which events come near. Result: an exit
 * status. */
int ust_kernel_refused(struct ust_ctl *ctl, int err, const char *pattern);

/* In sentences. */
const char *ust_kernel_source_name(unsigned int source);

#endif /* USTCTL_CMD_KERNEL_H */
