/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* What libust in a process tells "ustctl detach --unload" before it is unloaded. */
#ifndef UST_ABI_UNLOAD_H
#define UST_ABI_UNLOAD_H

#include <linux/types.h>

#define UST_UNLOAD_SYMBOL "ust_unload"
#define UST_UNLOAD_MAX 24

struct ust_unload {
	__u64 leaving; /* address of a 32-bit word that is not 0 while the handles are closed */
	/* Address of numbers of calls that have come in and not left; 64 bytes apart, of 64 bits each. */
	__u64 calls;
	__u32 nr_calls, nr_handles, nr_ranges, reserved;
	__u64 handles[UST_UNLOAD_MAX]; /* of dlopen(), without libust's own */
	/* Addresses of what is going to be unmapped: no thread may have one of them. */
	struct {
		__u64 begin, end;
	} ranges[UST_UNLOAD_MAX];
};

#endif /* UST_ABI_UNLOAD_H */
