/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a reader learns that there is something to read. docs/kernel-module.md, "Wake-up".
 *
 *   a sub-buffer was closed   writer, any context    irq_work, only if a reader sleeps
 *   wake_us have passed       deferrable timer       wakes no idle CPU
 *   the CPU goes idle         power:cpu_idle         what the timer would then leave lying
 */
#ifndef UST_KERNEL_WAKE_H
#define UST_KERNEL_WAKE_H

#include <linux/poll.h>

struct ust_kchannel;
struct ust_kring;

void ust_kwake_init(struct ust_kring *kring);
/* No writer is left. */
void ust_kwake_fini(struct ust_kring *kring);

/* Timer of a ring of a started session; both may be repeated. stop waits for a running one. */
void ust_kwake_start(struct ust_kring *kring);
void ust_kwake_stop(struct ust_kring *kring);

/* All readers look again. */
void ust_kwake_all(struct ust_kring *kring);

/* poll_wait() for one reader out of many: makes the entry exclusive. Then leaves a wish with the
 * writer; the caller looks at the ring afterwards. */
void ust_kwake_poll(struct file *file, struct ust_kring *kring, poll_table *table);

/* Channels that want to hear of CPUs going idle. */
int ust_kwake_idle_get(void);
void ust_kwake_idle_put(void);

#endif /* UST_KERNEL_WAKE_H */
