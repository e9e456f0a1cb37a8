/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the probes and the core.
 *
 * The probe half knows which events the running kernel and its modules have, what their fields are
 * and how their records are filled in. The core knows sessions, rings, filters and contexts. They
 * meet in four places:
 *
 *	struct ust_kevent	an event that can be recorded, whatever its method
 *	struct ust_kinst	one event in one session; the core embeds it in its own struct
 *	ust_kevents_*()		called by the core, in process context
 *	ust_kprobe_*()		called by the probes, in any context, NMI too; record.h, which is
 *				the core's, defines them inline
 *
 * The payload of a record is packed, as everything in a ring is: fields one after the other in the
 * order of the field table, no padding. A field whose size differs from record to record is a string
 * with its NUL, or a count (UST_LENGTH_U16) and that many elements; where the kernel's own record
 * has such fields, they come behind those of fixed size.
 *
 * Locks, outermost first:
 *
 *	the kernel's tracepoint_module_list_mutex or cpu_hotplug_lock (held around our notifiers)
 *	ust_kevents_mutex
 *	the core's own mutexes
 *	the kernel's tracepoints_mutex, event_mutex (inside attach and detach)
 *
 * So ust_kevents_init() and ust_kevents_exit() are called with no lock held, and whoever holds a
 * mutex of the core may not ask for ust_kevents_mutex.
 */
#ifndef UST_KERNEL_PROBE_H
#define UST_KERNEL_PROBE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct module;
struct trace_print_flags;
struct tracepoint;
struct ust_kctx;

/* The most payload that any probe asks for; the core counts a larger record as lost. */
#define UST_KPROBE_MAX 65535u

/* How an event is recorded. */
enum ust_kmethod {
	UST_KMETHOD_GENERATED = 1, /* a probe made from the kernel's own header */
	UST_KMETHOD_SYSCALL = 2,   /* one of syscalls:sys_enter_* and syscalls:sys_exit_* */
	UST_KMETHOD_RAW = 3,       /* the record that the kernel itself makes for perf */
	UST_KMETHOD_BARE = 4,      /* a tracepoint without event: its arguments as they are */
	UST_KMETHOD_CORE = 5,      /* an event of the core's own, such as the state dump's */
};

/* Labels of an enumeration; flags says that each value is a bit and a field may be a union. */
struct ust_klabels {
	const struct trace_print_flags *labels; /* mask, name; an unnamed one ends nothing */
	u16 nr;
	u16 flags;
};

struct ust_kfield {
	const char *name;
	u32 word;                         /* UST_FIELD_WORD_FULL, <ust/abi/site.h> */
	u32 kind;                         /* the probe half's own */
	const struct ust_klabels *labels; /* of a field with UST_FIELD_ENUM */
};

/* Everything but core is constant while the event is listed. */
struct ust_kevent {
	struct list_head list; /* in ust_kevents, under ust_kevents_mutex */
	const char *system;
	const char *name;
	const struct ust_kfield *fields;
	u16 nr_fields;
	u8 method; /* enum ust_kmethod */
	u8 reserved;
	struct module *owner; /* the module whose event it is; NULL: the kernel's own */
	struct tracepoint *tp;
	u32 id;     /* never given twice while ust-trace is loaded; not 0 */
	u32 nr_on;  /* instances attached */
	void *core; /* the core's, e.g. its debugfs directory */

	/* The probe half's own, by method. */
	void *probe;
	void *private;
};

/*
 * One event in one session. The core embeds it, clears it, sets event, and hands it to attach;
 * from then on probes hand it to ust_kprobe_reserve(). It must stay in memory until detach and,
 * after that, ust_kevents_synchronize() have returned.
 */
struct ust_kinst {
	struct ust_kevent *event;
	struct ust_kinst *next; /* the probe half's, like private */
	void *private;
	u32 attached;
};

/* What the core wants to hear. Called with ust_kevents_mutex held; may sleep; may be NULL. */
struct ust_kevents_ops {
	/* A new event is listed (also called for each that is there at ust_kevents_init()). */
	void (*added)(struct ust_kevent *event);
	/*
	 * The event goes with its module. The core detaches every instance of it here. The probe
	 * half then calls ust_kevents_synchronize() once for all events of the module, released()
	 * for each of them, and forgets them.
	 */
	void (*removed)(struct ust_kevent *event);
	void (*released)(struct ust_kevent *event);
};

extern struct mutex ust_kevents_mutex;
extern struct list_head ust_kevents;

/*
 * Finds the events of the kernel and of its modules, and follows modules from here on. 0 or a
 * negative errno, with nothing left behind.
 */
int ust_kevents_init(const struct ust_kevents_ops *ops);

/* Every instance is detached before. No call of ops is running or will be made after this. */
void ust_kevents_exit(void);

/*
 * Starts and stops the calls of the event's probe with inst. ust_kevents_mutex is held. attach:
 * 0, -EEXIST (is attached), -ENODEV (the event is going away), or what the kernel's registration
 * refuses with. After detach, calls that had begun may still be running: ust_kevents_synchronize()
 * waits for them, and one call of it serves any number of detached instances.
 */
int ust_kevents_attach(struct ust_kinst *inst);
void ust_kevents_detach(struct ust_kinst *inst);
void ust_kevents_synchronize(void);

/* What ust_kmethod is called in listings: "generated", "syscall", "raw", "arguments", "core". */
const char *ust_kevents_coverage(const struct ust_kevent *event);

/*
 * Takes size bytes of payload from the ring of this CPU for an event of inst's session, with
 * header and contexts in front; NULL if the event is filtered out, the session is not recording,
 * or it is lost (which the core counts). Preemption is off, as it is in every probe. What
 * it returns is written in full and then committed, on this CPU, without sleeping; it has no
 * alignment.
 *
 *	void *ust_kprobe_reserve(struct ust_kinst *inst, struct ust_kctx *ctx, u32 size);
 *	void *ust_kprobe_reserve_small(struct ust_kinst *inst, struct ust_kctx *ctx, u32 size);
 *	void ust_kprobe_commit(struct ust_kctx *ctx);
 *
 * small: the caller knows that size, which the compiler does not, is at most UST_KRECORD_SMALL.
 * All are static __always_inline in the core's record.h, which defines struct ust_kctx too; a
 * reserve that returns NULL needs no commit. ust_kprobe_wanted(inst) is the cheap part of the
 * decision (session active, process filter): probes that do work before they know the size ask
 * it first.
 */
#endif /* UST_KERNEL_PROBE_H */
