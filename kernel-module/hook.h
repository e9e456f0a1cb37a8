/* SPDX-License-Identifier: GPL-2.0-only */
/* The core's own probes on tracepoints of the kernel (not of modules). Process context. */
#ifndef UST_KERNEL_HOOK_H
#define UST_KERNEL_HOOK_H

/* 0, -ENOENT (no such tracepoint), or what the registration says. */
int ust_khook_attach(const char *name, void *probe, void *data);
/* Returns when no call of it is running any more. */
void ust_khook_detach(const char *name, void *probe, void *data);

#endif /* UST_KERNEL_HOOK_H */
