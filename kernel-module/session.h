/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A session: channels, the events that are recorded into them, and whose.
 *
 * Lock order, outermost first (docs/kernel-module.md has the reasons):
 *
 *	the kernel's tracepoint_module_list_mutex
 *	ust_kevents_mutex
 *	session->lock
 *	the kernel's tracepoints_mutex, cpu_hotplug_lock
 *	ust_kchannels_mutex, kring->lock, idle_mutex
 */
#ifndef UST_KERNEL_SESSION_H
#define UST_KERNEL_SESSION_H

#include <linux/bitmap.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <ust/abi/kernel.h>
#include <ust/abi/packet.h>

#include "filter.h"

struct ust_kchannel;
struct ust_kdefinition;
struct ust_kevent;

struct ust_ksession {
	struct kref ref;      /* descriptors: the session's and the streams' */
	struct list_head all; /* in the list of sessions, under ust_kevents_mutex */
	struct mutex lock;
	u32 contexts;
	u32 clock;
	u8 uuid[16];
	bool started;
	bool was_started;
	bool closed; /* the session's descriptor is */
	u32 nr_channels;
	struct ust_kchannel *channels[UST_KERNEL_CHANNELS_MAX];
	struct ust_kfilter filter;
	struct list_head patterns; /* struct pattern of enable.c */
	struct list_head enabled;  /* struct ust_kenabled */

	/* Not yet read by user space. */
	struct list_head definitions;
	struct wait_queue_head wait;
	DECLARE_BITMAP(defined, UST_EVENT_ID_MAX + 1); /* ids that were told */

	struct work_struct statedump;
};

/* Result: a new descriptor, or a negative errno. */
int ust_ksession_open(const struct ust_kernel_session *args);
void ust_ksession_put(struct ust_ksession *session);
/* Whether its descriptor is the session's; then a borrowed pointer to it. */
struct ust_ksession *ust_ksession_of(struct file *file);

/* ust_kevents_mutex and session->lock are held, where not said otherwise. */

/* Patterns, enable.c. Result: number of events that match now, or a negative errno. */
int ust_ksession_enable(struct ust_ksession *session, u32 channel, const char *pattern);
int ust_ksession_disable(struct ust_ksession *session, u32 channel, const char *pattern);
void ust_ksession_disable_all(struct ust_ksession *session, struct list_head *ret_detached);
/* After ust_kevents_synchronize(); takes no lock. */
void ust_ksession_free_detached(struct list_head *detached);
void ust_ksession_free_patterns(struct ust_ksession *session);
/* Queues the description of an event, once; takes session->lock as held. */
int ust_ksession_define(struct ust_ksession *session, const struct ust_kevent *event);
/* 1 if the pattern is one: bounded, printable, at most one colon. */
int ust_kpattern_valid(const char *pattern);
int ust_kpattern_matches(const char *pattern, const struct ust_kevent *event);

/* What the probe half tells: events that come and go with modules. */
extern const struct ust_kevents_ops ust_ksession_events_ops;
/* All sessions, under ust_kevents_mutex. */
extern struct list_head ust_ksessions;

/* The state dump, statedump.c. The session is started; it goes on after this returned. */
int ust_ksession_statedump(struct ust_ksession *session);
void ust_ksession_statedump_init(struct ust_ksession *session);

#endif /* UST_KERNEL_SESSION_H */
