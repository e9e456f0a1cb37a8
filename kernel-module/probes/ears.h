/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counters of perf's, one on each CPU, that are given the records of all raw events. They are
 * there as long as somebody wants them.
 */
#ifndef UST_KERNEL_EARS_H
#define UST_KERNEL_EARS_H

#include <linux/types.h>

struct hlist_head;
struct perf_event;
struct perf_sample_data;
struct pt_regs;

/* No lock. 0 or what cpuhp_setup_state() says. */
int ust_kears_init(void);
/* Nobody has them. */
void ust_kears_exit(void);

/*
 * With ust_kevents_mutex held. get: the list, for trace_event_call.perf_events, or a negative errno.
 * put: no probe that was told of the list is attached; waits for those that are running if nobody
 * else has the ears.
 */
int ust_kears_get(struct hlist_head __percpu **ret_list);
void ust_kears_put(void);

/* What they do with a record: raw.c. Any context, preemption off. */
void ust_kraw_hear(struct perf_event *ear, struct perf_sample_data *sample, struct pt_regs *regs);

#endif /* UST_KERNEL_EARS_H */
