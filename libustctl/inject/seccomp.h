/* SPDX-License-Identifier: LGPL-2.1-only */
/* Whether a target's seccomp filters let libust live: read from the kernel and tried here. */
#ifndef USTCTL_INJECT_SECCOMP_H
#define USTCTL_INJECT_SECCOMP_H

#include <stddef.h>
#include <sys/types.h>

/*
 * @tid: a thread that we have stopped. Result: 0; -EACCES with @ret_why: a call that libust cannot do
 * without is forbidden, or one it makes is punished; -EPERM with @ret_why: we may not read filters.
 */
int ust_seccomp_check(pid_t tid, char *ret_why, size_t size);

#endif /* USTCTL_INJECT_SECCOMP_H */
