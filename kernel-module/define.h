/* SPDX-License-Identifier: GPL-2.0-only */
/* The description of an event as user space gets it: struct ust_kernel_event and the definition of
 * control.h behind it. */
#ifndef UST_KERNEL_DEFINE_H
#define UST_KERNEL_DEFINE_H

#include <linux/types.h>

#include <ust/abi/kernel.h>

struct ust_kevent;

/* A record of size bytes, made by ust_kdefine(). */
struct ust_kdefinition {
	struct list_head node; /* whoever holds it links it */
	struct ust_kernel_event event;
	u8 bytes[]; /* event.definition_len, then zeros up to event.size */
};

/* NULL: no memory, or the definition is larger than a record may be. Freed by kvfree(). */
struct ust_kdefinition *ust_kdefine(const struct ust_kevent *event, u32 enabled);

#endif /* UST_KERNEL_DEFINE_H */
