/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside the probe half: the list of events (events.c) and the ways to record one.
 *
 *	file		its events come from			its probe
 *	generated.c	the generator's object file		one for each event class
 *	syscalls.c	the kernel's table of system calls	one for all entries, one for all exits
 *	raw.c		struct trace_event_call			the kernel's own for perf
 *	bare.c		struct tracepoint			one that writes argument registers
 *
 * All functions are called with ust_kevents_mutex held unless they say otherwise.
 */
#ifndef UST_KERNEL_METHODS_H
#define UST_KERNEL_METHODS_H

#include "../probe.h"

/* Lists an event, which gets its id, and tells the core. */
void ust_kevents_add(struct ust_kevent *event);

/* The kernel's own tracepoint of this name, or NULL. */
struct tracepoint *ust_kevents_tracepoint(const char *name);

/* Once, before any tracepoint is looked up; no lock. */
void ust_kgen_prepare(void);
/* The event of the generated probe for tp, ready to be listed; NULL if there is none. */
struct ust_kevent *ust_kgen_find(struct tracepoint *tp);
void ust_kgen_put(struct ust_kevent *event);

/* Lists all system calls. 0 or -ENOMEM. */
int ust_ksyscalls_init(void);
/* Every instance is detached and synchronized. */
void ust_ksyscalls_exit(void);
int ust_ksyscalls_attach(struct ust_kinst *inst);
void ust_ksyscalls_detach(struct ust_kinst *inst);

/* An event for tp, which is of module (NULL: the kernel); NULL if it has no trace_event_call. */
struct ust_kevent *ust_kraw_find(struct tracepoint *tp, struct module *module);
void ust_kraw_put(struct ust_kevent *event);
int ust_kraw_attach(struct ust_kinst *inst);
void ust_kraw_detach(struct ust_kinst *inst);
/* No lock. What detach has left in memory for probes that are running is taken before one waits for
 * them, and freed after that. */
void ust_kraw_take_detached(struct list_head *ret_detached);
void ust_kraw_free_detached(struct list_head *taken);

/* An event for tp with its arguments as fields; NULL: no memory. */
struct ust_kevent *ust_kbare_find(struct tracepoint *tp);
void ust_kbare_put(struct ust_kevent *event);

#endif /* UST_KERNEL_METHODS_H */
