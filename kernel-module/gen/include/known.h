/* SPDX-License-Identifier: GPL-2.0-only */
/* What the generator knows of the kernel's events without a generated probe (tables.c). */
#ifndef UST_KERNEL_KNOWN_H
#define UST_KERNEL_KNOWN_H

#include <linux/types.h>

#define UST_KBARE_ARGS 5 /* arguments of a tracepoint that come in registers */

/* Both tables end with an empty name. */
struct ust_kknown_event {
	const char *system;
	const char *name;
};

struct ust_kknown_bare {
	const char *name;
	u32 nr_args;
	u32 words[UST_KBARE_ARGS];
};

extern const struct ust_kknown_event ust_kknown_events[];
extern const struct ust_kknown_bare ust_kknown_bare[];

#endif /* UST_KERNEL_KNOWN_H */
