// SPDX-License-Identifier: GPL-2.0-only
/* The list of all events: the kernel's, and modules' as they come and go. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "ears.h"
#include "methods.h"

DEFINE_MUTEX(ust_kevents_mutex);
LIST_HEAD(ust_kevents);

static const struct ust_kevents_ops *ops;
static u32 next_id = 1;

/* The kernel's own tracepoints, by name. */
static struct {
	struct tracepoint **points;
	u32 nr, room;
} builtin;

static void count_tracepoint(struct tracepoint *tp, void *private)
{
	builtin.room++;
}

static void take_tracepoint(struct tracepoint *tp, void *private)
{
	if (builtin.nr < builtin.room)
		builtin.points[builtin.nr++] = tp;
}

static int compare_tracepoints(const void *a, const void *b)
{
	return strcmp((*(struct tracepoint *const *)a)->name,
		      (*(struct tracepoint *const *)b)->name);
}

static int find_builtin(void)
{
	builtin.nr = builtin.room = 0;
	for_each_kernel_tracepoint(count_tracepoint, NULL);
	builtin.points = kvcalloc(builtin.room, sizeof(*builtin.points), GFP_KERNEL);
	if (!builtin.points)
		return -ENOMEM;
	for_each_kernel_tracepoint(take_tracepoint, NULL);
	sort(builtin.points, builtin.nr, sizeof(*builtin.points), compare_tracepoints, NULL);
	return 0;
}

struct tracepoint *ust_kevents_tracepoint(const char *name)
{
	u32 low = 0, high = builtin.nr;

	while (low < high) {
		u32 middle = (low + high) / 2;
		int order = strcmp(name, builtin.points[middle]->name);

		if (!order)
			return builtin.points[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

void ust_kevents_add(struct ust_kevent *event)
{
	lockdep_assert_held(&ust_kevents_mutex);
	event->id = next_id++;
	event->nr_on = 0;
	event->core = NULL;
	list_add_tail(&event->list, &ust_kevents);
	if (ops && ops->added)
		ops->added(event);
}

static void put_event(struct ust_kevent *event)
{
	switch (event->method) {
	case UST_KMETHOD_GENERATED:
		ust_kgen_put(event);
		break;
	case UST_KMETHOD_RAW:
		ust_kraw_put(event);
		break;
	case UST_KMETHOD_BARE:
		ust_kbare_put(event);
		break;
	}
}

/* The best way there is to record what tp tells. */
static void add_tracepoint(struct tracepoint *tp, struct module *module)
{
	struct ust_kevent *event = ust_kgen_find(tp);

	if (!event)
		event = ust_kraw_find(tp, module);
	if (!event)
		event = ust_kbare_find(tp);
	if (!event) {
		pr_warn("ust-trace: %s: no memory, the event cannot be recorded\n", tp->name);
		return;
	}
	event->tp = tp;
	event->owner = module;
	ust_kevents_add(event);
}

/* Takes the events of a module, or with NULL all events, off the list. */
static void drop_events(struct module *module, bool all)
{
	struct ust_kevent *event, *next;
	LIST_HEAD(dropped);

	lockdep_assert_held(&ust_kevents_mutex);
	list_for_each_entry_safe(event, next, &ust_kevents, list)
	{
		if (!all && event->owner != module)
			continue;
		if (ops && ops->removed)
			ops->removed(event);
		WARN_ON_ONCE(event->nr_on);
		list_move_tail(&event->list, &dropped);
	}
	if (list_empty(&dropped))
		return;
	ust_kevents_synchronize();
	list_for_each_entry_safe(event, next, &dropped, list)
	{
		if (ops && ops->released)
			ops->released(event);
		list_del(&event->list);
		put_event(event);
	}
}

/* The kernel calls this for the modules that are loaded already, too, while it is registered. */
static int follow_module(struct notifier_block *block, unsigned long state, void *data)
{
	struct module *module = ((struct tp_module *)data)->mod;
	unsigned int i;

	if (module == THIS_MODULE)
		return NOTIFY_OK; /* ust_ear, which never happens */
	mutex_lock(&ust_kevents_mutex);
	if (state == MODULE_STATE_COMING)
		for (i = 0; i < module->num_tracepoints; i++)
			add_tracepoint(tracepoint_ptr_deref(&module->tracepoints_ptrs[i]), module);
	else if (state == MODULE_STATE_GOING)
		drop_events(module, false);
	mutex_unlock(&ust_kevents_mutex);
	return NOTIFY_OK;
}

static struct notifier_block follower = {.notifier_call = follow_module};

int ust_kevents_init(const struct ust_kevents_ops *new_ops)
{
	u32 i;
	int ret = find_builtin();

	if (ret)
		return ret;
	ust_kgen_prepare();
	ret = ust_kears_init();
	if (ret)
		goto free;

	mutex_lock(&ust_kevents_mutex);
	ops = new_ops;
	for (i = 0; i < builtin.nr; i++)
		add_tracepoint(builtin.points[i], NULL);
	ret = ust_ksyscalls_init();
	mutex_unlock(&ust_kevents_mutex);
	if (!ret)
		ret = register_tracepoint_module_notifier(&follower);
	if (!ret)
		return 0;

	mutex_lock(&ust_kevents_mutex);
	drop_events(NULL, true);
	ust_ksyscalls_exit();
	mutex_unlock(&ust_kevents_mutex);
	ust_kears_exit();
free:
	kvfree(builtin.points);
	return ret;
}

void ust_kevents_exit(void)
{
	mutex_lock(&ust_kevents_mutex);
	drop_events(NULL, true);
	mutex_unlock(&ust_kevents_mutex);
	/* This calls follow_module() for each module that is there: a wait for each that has events,
	 * were they not gone already. Those of one that came just now go here. */
	unregister_tracepoint_module_notifier(&follower);
	mutex_lock(&ust_kevents_mutex);
	ust_ksyscalls_exit();
	ops = NULL;
	mutex_unlock(&ust_kevents_mutex);
	ust_kears_exit();
	kvfree(builtin.points);
}

int ust_kevents_attach(struct ust_kinst *inst)
{
	struct ust_kevent *event = inst->event;
	int ret;

	lockdep_assert_held(&ust_kevents_mutex);
	if (inst->attached)
		return -EEXIST;
	switch (event->method) {
	case UST_KMETHOD_SYSCALL:
		ret = ust_ksyscalls_attach(inst);
		break;
	case UST_KMETHOD_RAW:
		ret = ust_kraw_attach(inst);
		break;
	case UST_KMETHOD_GENERATED:
	case UST_KMETHOD_BARE:
		ret = tracepoint_probe_register(event->tp, event->probe, inst);
		break;
	default:
		ret = 0;
	}
	if (ret)
		return ret;
	inst->attached = 1;
	event->nr_on++;
	return 0;
}

void ust_kevents_detach(struct ust_kinst *inst)
{
	struct ust_kevent *event = inst->event;

	lockdep_assert_held(&ust_kevents_mutex);
	if (!inst->attached)
		return;
	switch (event->method) {
	case UST_KMETHOD_SYSCALL:
		ust_ksyscalls_detach(inst);
		break;
	case UST_KMETHOD_RAW:
		ust_kraw_detach(inst);
		break;
	case UST_KMETHOD_GENERATED:
	case UST_KMETHOD_BARE:
		WARN_ON_ONCE(tracepoint_probe_unregister(event->tp, event->probe, inst));
		break;
	}
	inst->attached = 0;
	event->nr_on--;
}

void ust_kevents_synchronize(void)
{
	LIST_HEAD(raw);

	ust_kraw_take_detached(&raw);
	tracepoint_synchronize_unregister();
	ust_kraw_free_detached(&raw);
}

const char *ust_kevents_coverage(const struct ust_kevent *event)
{
	switch (event->method) {
	case UST_KMETHOD_GENERATED:
		return "generated";
	case UST_KMETHOD_SYSCALL:
		return "syscall";
	case UST_KMETHOD_RAW:
		return "raw";
	case UST_KMETHOD_BARE:
		return "arguments";
	default:
		return "core";
	}
}
