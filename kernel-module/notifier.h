/* SPDX-License-Identifier: GPL-2.0-only */
/* What is told on an oops or a panic: how deep each CPU was in the tracer, and its last events. */
#ifndef UST_KERNEL_NOTIFIER_H
#define UST_KERNEL_NOTIFIER_H

struct ust_kevent;

int ust_knotifier_init(void);
void ust_knotifier_exit(void);
/* The event is about to be recorded. Process context. */
void ust_knotifier_remember(const struct ust_kevent *event);

#endif /* UST_KERNEL_NOTIFIER_H */
