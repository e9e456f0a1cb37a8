// SPDX-License-Identifier: GPL-2.0-only
#include "ears.h"

#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/workqueue.h>

#include "methods.h"

#define CREATE_TRACE_POINTS
#include "ear.h"

/* Under ust_kevents_mutex. */
static DEFINE_PER_CPU(struct perf_event *, ears);
static u32 nr_users;

static int hotplug_state;

/* NULL where the CPU is not there. */
static struct perf_event *make_ear(int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = event_ust_ear.event.type,
		.sample_period = 1,
		/* With the period: one call for each record, whatever it counts for. */
		.sample_type = PERF_SAMPLE_RAW | PERF_SAMPLE_PERIOD,
	};
	struct perf_event *ear =
		perf_event_create_kernel_counter(&attr, cpu, NULL, ust_kraw_hear, NULL);

	return ear == ERR_PTR(-ENODEV) ? NULL : ear;
}

static void drop_ear(struct perf_event *ear)
{
	if (ear)
		perf_event_release_kernel(ear);
}

static void drop_ears(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
	{
		drop_ear(per_cpu(ears, cpu));
		per_cpu(ears, cpu) = NULL;
	}
}

static int make_ears(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
	{
		struct perf_event *ear = make_ear(cpu);

		if (IS_ERR(ear)) {
			drop_ears();
			return PTR_ERR(ear);
		}
		per_cpu(ears, cpu) = ear;
	}
	return 0;
}

int ust_kears_get(struct hlist_head __percpu **ret_list)
{
	int ret = 0;

	lockdep_assert_held(&ust_kevents_mutex);
	if (!nr_users)
		ret = make_ears();
	if (ret)
		return ret;
	nr_users++;
	*ret_list = event_ust_ear.perf_events;
	return 0;
}

void ust_kears_put(void)
{
	lockdep_assert_held(&ust_kevents_mutex);
	if (!--nr_users)
		drop_ears();
}

/*
 * perf gives up the counters of a CPU that goes away. When it comes back it gets a new one, from a
 * work item: the callback itself runs inside locks that attaching takes, too.
 */
static struct cpumask stale;

static void renew_ears(struct work_struct *work)
{
	int cpu;

	mutex_lock(&ust_kevents_mutex);
	for_each_cpu(cpu, &stale)
	{
		struct perf_event *ear;

		if (!cpu_online(cpu))
			continue;
		cpumask_clear_cpu(cpu, &stale);
		if (!nr_users)
			continue;
		/* The new one first: the list goes with the last. */
		ear = make_ear(cpu);
		drop_ear(per_cpu(ears, cpu));
		per_cpu(ears, cpu) = IS_ERR(ear) ? NULL : ear;
	}
	mutex_unlock(&ust_kevents_mutex);
}

static DECLARE_WORK(renewal, renew_ears);

static int cpu_comes(unsigned int cpu)
{
	cpumask_set_cpu(cpu, &stale);
	schedule_work(&renewal);
	return 0;
}

/* Nobody else: all would be told of all raw events. */
static int only_ours(struct trace_event_call *call, struct perf_event *counter)
{
	return counter->overflow_handler == ust_kraw_hear ? 0 : -EPERM;
}

int ust_kears_init(void)
{
	int ret;

	event_ust_ear.perf_perm = only_ours;
	ret = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "ust-trace:ears", cpu_comes, NULL);
	if (ret < 0)
		return ret;
	hotplug_state = ret;
	return 0;
}

void ust_kears_exit(void)
{
	cpuhp_remove_state_nocalls(hotplug_state);
	flush_work(&renewal);
}
