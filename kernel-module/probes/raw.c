// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events without a generated probe: a counter of perf's on each CPU, whose overflow handler is
 * given the record that the kernel itself has made.
 *
 * perf keeps the event's module in memory while a counter exists. The module's own notifier is
 * enough for us: the reference is given back when a counter has been made and taken again just
 * before the counter goes, where perf gives it back itself.
 */
#include <linux/cpuhotplug.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/slab.h>
#include <linux/trace_events.h>
#include <linux/workqueue.h>

#include "../compat/compat.h"
#include "../compat/event-fields.h"
#include "generated.h"
#include "known.h"
#include "methods.h"
#include "raw-layout.h"

struct raw_event {
	struct ust_kevent event;
	struct ust_kraw_layout layout;
};

/* The counters of one instance, by CPU. */
struct raw_inst {
	struct list_head node;
	struct ust_kinst *inst;
	struct perf_event *counters[];
};

static LIST_HEAD(instances); /* under ust_kevents_mutex */
static int hotplug_state;

static struct raw_event *raw_of(struct ust_kevent *event)
{
	return container_of(event, struct raw_event, event);
}

static notrace void handle_overflow(struct perf_event *counter, struct perf_sample_data *sample,
				    struct pt_regs *regs)
{
	struct ust_kinst *inst = counter->overflow_handler_context;
	const struct ust_kraw_layout *layout = &raw_of(inst->event)->layout;
	struct ust_kctx ctx;
	const void *data;
	u32 size;
	u8 *p;

	if (!sample->raw || !ust_kprobe_wanted(inst))
		return;
	data = ust_perf_raw_data(sample);
	size = ust_kraw_size(layout, data, ust_perf_raw_size(sample));
	if (!size && layout->nr_fields)
		return;
	p = ust_kprobe_reserve(inst, &ctx, size);
	if (!p)
		return;
	ust_kraw_write(layout, data, p);
	ust_kprobe_commit(&ctx);
}

/* NULL where the CPU is not there. */
static struct perf_event *make_counter(struct ust_kinst *inst, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = inst->event->call->event.type,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_RAW,
	};
	struct perf_event *counter =
		perf_event_create_kernel_counter(&attr, cpu, NULL, handle_overflow, inst);

	if (!IS_ERR(counter))
		module_put(inst->event->owner);
	return counter;
}

static void drop_counter(struct ust_kinst *inst, struct perf_event *counter)
{
	if (!counter)
		return;
	if (inst->event->owner)
		__module_get(inst->event->owner);
	perf_event_release_kernel(counter);
}

/*
 * perf waits for a grace period with each event that nobody uses any more, one after the other under
 * its mutex, so that they cannot be put together. They are hurried instead: the events of a module, or
 * all of them, would take seconds.
 */
static void free_instance(struct raw_inst *raw)
{
	int cpu;

	rcu_expedite_gp();
	for_each_possible_cpu(cpu) drop_counter(raw->inst, raw->counters[cpu]);
	rcu_unexpedite_gp();
	kfree(raw);
}

int ust_kraw_attach(struct ust_kinst *inst)
{
	struct raw_inst *raw = kzalloc(struct_size(raw, counters, nr_cpu_ids), GFP_KERNEL);
	int cpu;

	if (!raw)
		return -ENOMEM;
	raw->inst = inst;
	for_each_possible_cpu(cpu)
	{
		struct perf_event *counter = make_counter(inst, cpu);

		if (IS_ERR(counter) && PTR_ERR(counter) != -ENODEV) {
			free_instance(raw);
			return PTR_ERR(counter);
		}
		raw->counters[cpu] = IS_ERR(counter) ? NULL : counter;
	}
	list_add(&raw->node, &instances);
	inst->private = raw;
	return 0;
}

void ust_kraw_detach(struct ust_kinst *inst)
{
	struct raw_inst *raw = inst->private;

	list_del(&raw->node);
	free_instance(raw);
	inst->private = NULL;
}

/*
 * perf gives up the counters of a CPU that goes away. When it comes back it gets new ones, from a
 * work item: the callback itself runs inside locks that attaching takes, too.
 */
static struct cpumask stale;

static void renew_counters(struct work_struct *work)
{
	struct raw_inst *raw;
	int cpu;

	mutex_lock(&ust_kevents_mutex);
	for_each_cpu(cpu, &stale)
	{
		if (!cpu_online(cpu))
			continue;
		cpumask_clear_cpu(cpu, &stale);
		list_for_each_entry(raw, &instances, node)
		{
			struct perf_event *counter = make_counter(raw->inst, cpu);

			drop_counter(raw->inst, raw->counters[cpu]);
			raw->counters[cpu] = IS_ERR(counter) ? NULL : counter;
		}
	}
	mutex_unlock(&ust_kevents_mutex);
}

static DECLARE_WORK(renewal, renew_counters);

static int cpu_comes(unsigned int cpu)
{
	cpumask_set_cpu(cpu, &stale);
	schedule_work(&renewal);
	return 0;
}

int ust_kraw_init(void)
{
	int ret = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "ust-trace:raw", cpu_comes, NULL);

	if (ret < 0)
		return ret;
	hotplug_state = ret;
	return 0;
}

void ust_kraw_exit(void)
{
	cpuhp_remove_state_nocalls(hotplug_state);
	flush_work(&renewal);
}

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

	if (!call)
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
		.call = call,
	};
	return &raw->event;
}

void ust_kraw_put(struct ust_kevent *event)
{
	struct raw_event *raw = raw_of(event);

	ust_kraw_layout_free(&raw->layout);
	kfree(raw);
}
