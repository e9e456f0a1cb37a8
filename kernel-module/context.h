/* SPDX-License-Identifier: GPL-2.0-only */
/* What is recorded in front of each event's fields: UST_KCONTEXT_*. */
#ifndef UST_KERNEL_CONTEXT_H
#define UST_KERNEL_CONTEXT_H

#include <linux/types.h>

struct ust_kevent;

u32 ust_kcontext_size(u32 contexts);
/* From a probe (one level of preemption is the tracepoint's). Result: behind what was written. */
unsigned char *ust_kcontext_write(unsigned char *p, u32 contexts, u32 nesting);
/* Their description as if they were an event's fields. -ENOMEM; the caller frees ret->fields. */
int ust_kcontext_define(u32 contexts, struct ust_kevent *ret_event);

#endif /* UST_KERNEL_CONTEXT_H */
