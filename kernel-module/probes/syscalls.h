/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls: what their two events consist of. */
#ifndef UST_KERNEL_SYSCALLS_H
#define UST_KERNEL_SYSCALLS_H

#include "../probe.h"

#define UST_KSYSCALL_ARGS 6

/*
 * The longest string that is copied from user memory, with its NUL. A longer one is cut. Strings
 * are copied when the call begins, which may not wait for memory: one that is not in memory reads
 * "(fault)".
 */
#define UST_KSYSCALL_STRING 4096
#define UST_KSYSCALL_STRINGS 3 /* mount() has three */

struct ust_ksyscall {
	struct ust_kevent enter, exit;
	struct ust_kinst __rcu *entering, *exiting; /* instances, in a list through next */
	u8 nr_args;
	u8 fixed_size;  /* bytes of the arguments that are no strings */
	u8 strings;     /* bit i: argument i is a string */
	u8 with_number; /* the call is unknown: its number comes first */
	u8 sizes[UST_KSYSCALL_ARGS];
	struct ust_kfield fields[1 + UST_KSYSCALL_ARGS];
	char enter_name[48], exit_name[48];
};

/*
 * Fills in nr_args, sizes, strings and fields from what the kernel knows of the call ("sys_openat")
 * for its own events; all six arguments as numbers if it knows nothing.
 */
void ust_ksyscall_describe(struct ust_ksyscall *call, const char *symbol);

#endif /* UST_KERNEL_SYSCALLS_H */
