// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events without a generated probe. The kernel has a probe for each that makes perf's record of it:
 * it is told which event it is for by a trace_event_call, and hands the record to all counters of
 * perf's that are in that call's list. The calls that it is told of here are ours, one for each
 * instance. They have a number instead of an event's type, by which the record is known, and share
 * one list: that of our ears (ears.c).
 *
 * So switching such an event on or off is what it is for any other: a probe comes or goes, nothing
 * waits, and perf never holds the event's module.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <linux/trace_events.h>
#include <linux/tracepoint.h>
#include <linux/xarray.h>

#include "../compat/event-fields.h"
#include "ears.h"
#include "generated.h"
#include "known.h"
#include "methods.h"
#include "raw-layout.h"

struct raw_event {
	struct ust_kevent event;
	struct ust_kraw_layout layout;
};

struct raw_inst {
	struct list_head node; /* in detached */
	struct ust_kinst *inst;
	struct trace_event_call call; /* of which the kernel's probe reads the list and the type */
};

/* Records carry 16 bits. The kernel counts its own events from 1 on. */
#define NUMBERS XA_LIMIT(0x8000, 0xffff)
static DEFINE_XARRAY_ALLOC(instances);

/* Probes may still be running with these. */
static LIST_HEAD(detached);
static DEFINE_MUTEX(detached_mutex);

static struct raw_event *raw_of(struct ust_kevent *event)
{
	return container_of(event, struct raw_event, event);
}

notrace void ust_kraw_hear(struct perf_event *ear, struct perf_sample_data *sample,
			   struct pt_regs *regs)
{
	const struct ust_kraw_layout *layout;
	const struct raw_inst *raw;
	struct ust_kctx ctx;
	const void *data;
	u32 size;
	u8 *p;

	if (!sample->raw)
		return;
	data = ust_perf_raw_data(sample);
	raw = xa_load(&instances, ((const struct trace_entry *)data)->type);
	/* It was detached just now. */
	if (!raw || !ust_kprobe_wanted(raw->inst))
		return;
	layout = &raw_of(raw->inst->event)->layout;
	size = ust_kraw_size(layout, data, ust_perf_raw_size(sample));
	if (!size && layout->nr_fields)
		return;
	p = ust_kprobe_reserve(raw->inst, &ctx, size);
	if (!p)
		return;
	ust_kraw_write(layout, data, p);
	ust_kprobe_commit(&ctx);
}

static int attach_probe(struct raw_inst *raw)
{
	struct ust_kevent *event = raw->inst->event;
	u32 number;
	int ret = xa_alloc(&instances, &number, raw, NUMBERS, GFP_KERNEL);

	if (ret)
		return ret;
	raw->call.event.type = number;
	ret = tracepoint_probe_register(event->tp, event->probe, &raw->call);
	if (ret)
		xa_erase(&instances, number);
	return ret;
}

int ust_kraw_attach(struct ust_kinst *inst)
{
	struct raw_inst *raw = kzalloc(sizeof(*raw), GFP_KERNEL);
	int ret;

	if (!raw)
		return -ENOMEM;
	raw->inst = inst;
	ret = ust_kears_get(&raw->call.perf_events);
	if (ret)
		goto no_ears;
	ret = attach_probe(raw);
	if (ret)
		goto no_probe;
	inst->private = raw;
	return 0;
no_probe:
	ust_kears_put();
no_ears:
	kfree(raw);
	return ret;
}

void ust_kraw_detach(struct ust_kinst *inst)
{
	struct raw_inst *raw = inst->private;

	WARN_ON_ONCE(tracepoint_probe_unregister(inst->event->tp, inst->event->probe, &raw->call));
	xa_erase(&instances, raw->call.event.type);
	ust_kears_put();
	mutex_lock(&detached_mutex);
	list_add(&raw->node, &detached);
	mutex_unlock(&detached_mutex);
	inst->private = NULL;
}

void ust_kraw_take_detached(struct list_head *ret_detached)
{
	mutex_lock(&detached_mutex);
	list_splice_init(&detached, ret_detached);
	mutex_unlock(&detached_mutex);
}

void ust_kraw_free_detached(struct list_head *taken)
{
	struct raw_inst *raw, *next;

	list_for_each_entry_safe(raw, next, taken, node) kfree(raw);
}

/* ---- events ---- */

static struct trace_event_call *find_builtin_call(struct tracepoint *tp)
{
	const struct ust_kknown_event *known;
	struct trace_event_call *call = NULL;
	struct trace_event_file *file;

	for (known = ust_kknown_events; known->name; known++) {
		if (strcmp(known->name, tp->name))
			continue;
		file = trace_get_event_file(NULL, known->system, known->name);
		if (!IS_ERR(file)) {
			call = file->event_call;
			trace_put_event_file(file);
		}
		break;
	}
	return call;
}

static struct trace_event_call *find_module_call(struct tracepoint *tp, struct module *module)
{
	u32 i;

	for (i = 0; i < module->num_trace_events; i++) {
		struct trace_event_call *call = module->trace_events[i];

		if ((call->flags & TRACE_EVENT_FL_TRACEPOINT) && call->tp == tp)
			return call;
	}
	return NULL;
}

struct ust_kevent *ust_kraw_find(struct tracepoint *tp, struct module *module)
{
	struct trace_event_call *call =
		module ? find_module_call(tp, module) : find_builtin_call(tp);
	struct raw_event *raw;

	if (!call || !call->class->perf_probe)
		return NULL;
	raw = kzalloc(sizeof(*raw), GFP_KERNEL);
	if (!raw || ust_kraw_layout(call, &raw->layout)) {
		kfree(raw);
		return NULL;
	}
	raw->event = (struct ust_kevent){
		.system = call->class->system,
		.name = tp->name,
		.fields = raw->layout.fields,
		.nr_fields = raw->layout.nr_fields,
		.method = UST_KMETHOD_RAW,
		.probe = call->class->perf_probe,
	};
	return &raw->event;
}

void ust_kraw_put(struct ust_kevent *event)
{
	struct raw_event *raw = raw_of(event);

	ust_kraw_layout_free(&raw->layout);
	kfree(raw);
}
