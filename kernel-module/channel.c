// SPDX-License-Identifier: GPL-2.0-only
#include "channel.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "context.h"
#include "ring.h"
#include "session.h"
#include "wake.h"

static struct ust_ring_shm no_shm;
struct ust_kring ust_kring_none = {.ring = {.shm = &no_shm, .clock = UST_CLOCK_MONOTONIC}};

LIST_HEAD(ust_kchannels);
static DEFINE_MUTEX(ust_kchannels_mutex);

static atomic64_t memory_used;
static ulong memory_max_mb;
module_param(memory_max_mb, ulong, 0644);
MODULE_PARM_DESC(memory_max_mb, "Most memory for all buffers together, MiB (0: a quarter of all)");

u64 ust_kchannels_memory(void)
{
	return atomic64_read(&memory_used);
}

u64 ust_kchannels_memory_max(void)
{
	ulong mb = READ_ONCE(memory_max_mb);

	return mb ? (u64)mb << 20 : (u64)totalram_pages() << (PAGE_SHIFT - 2);
}

/* Refuses what would not fit, before the kernel kills processes to make it fit. */
static int memory_take(struct ust_kchannel *channel, u64 bytes)
{
	u64 free_bytes = (u64)max(si_mem_available(), 0L) << PAGE_SHIFT;

	if (bytes > free_bytes - free_bytes / 8)
		return -ENOMEM;
	if (atomic64_add_return(bytes, &memory_used) > ust_kchannels_memory_max()) {
		atomic64_sub(bytes, &memory_used);
		return -ENOMEM;
	}
	atomic64_add(bytes, &channel->memory);
	return 0;
}

static int ring_add(struct ust_kchannel *channel, u32 cpu)
{
	struct ust_kring *kring;
	int ret;

	if (ust_kchannel_ring(channel, cpu))
		return 0;
	ret = ust_kring_create(channel, cpu, &kring);
	if (!ret)
		smp_store_release(per_cpu_ptr(channel->rings, cpu), kring);
	return ret;
}

static int rings_alloc(struct ust_kchannel *channel)
{
	u32 cpu;

	channel->rings = alloc_percpu(struct ust_kring *);
	if (!channel->rings)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
	{
		*per_cpu_ptr(channel->rings, cpu) = &ust_kring_none;
	}
	return 0;
}

static void channel_free(struct ust_kchannel *channel)
{
	u32 cpu;

	if (channel->rings)
		for_each_possible_cpu(cpu) ust_kring_destroy(ust_kchannel_ring(channel, cpu));
	atomic64_sub(atomic64_read(&channel->memory), &memory_used);
	free_percpu(channel->rings);
	vfree(channel->ledger);
	kfree(channel);
}

static int geometry_set(struct ust_kchannel *channel, const struct ust_kernel_channel *args)
{
	channel->geometry = (struct ust_ring_geometry){
		.subbuf_size = args->subbuf_size,
		.nr_subbufs = args->nr_subbufs,
		.nr_rings = 1,
		.overwrite = args->flags & UST_KCHANNEL_OVERWRITE,
	};
	if (args->flags & ~UST_KCHANNEL_OVERWRITE || args->subbuf_size < PAGE_SIZE)
		return -EINVAL;
	return ust_ring_geometry_fix(&channel->geometry);
}

/* Rings for all CPUs that are online, and a place among those that hotplug looks after. */
static int rings_create(struct ust_kchannel *channel)
{
	int ret = 0;
	u32 cpu;

	cpus_read_lock();
	ret = memory_take(channel, ust_kring_size(&channel->geometry) * num_online_cpus());
	for_each_online_cpu(cpu) ret = ret ?: ring_add(channel, cpu);
	if (!ret) {
		mutex_lock(&ust_kchannels_mutex);
		list_add_rcu(&channel->node, &ust_kchannels);
		mutex_unlock(&ust_kchannels_mutex);
	}
	cpus_read_unlock();
	return ret;
}

int ust_kchannel_create(struct ust_ksession *session, const struct ust_kernel_channel *args,
			u32 index, struct ust_kchannel **ret_channel)
{
	struct ust_kchannel *channel = kzalloc(sizeof(*channel), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!channel)
		return -ENOMEM;
	ret = geometry_set(channel, args);
	if (ret)
		goto error;
	ret = -ENOMEM;
	channel->session = session;
	channel->index = index;
	channel->clock = session->clock;
	channel->wake_us = args->wake_us;
	channel->contexts = session->contexts;
	channel->overhead = UST_EVENT_HEADER_EXTENDED + ust_kcontext_size(session->contexts);
	channel->max_event = channel->geometry.subbuf_size - 1 - UST_SUBBUF_HEADER_SIZE;
	channel->ledger = vzalloc(UST_LEDGER_ENTRIES * sizeof(struct ust_ledger_shm));
	if (rings_alloc(channel) || !channel->ledger)
		goto error;
	ret = ust_kwake_idle_get();
	if (ret)
		goto error;
	ret = rings_create(channel);
	if (ret) {
		ust_kwake_idle_put();
		goto error;
	}
	*ret_channel = channel;
	return 0;
error:
	channel_free(channel);
	return ret;
}

void ust_kchannel_destroy(struct ust_kchannel *channel)
{
	mutex_lock(&ust_kchannels_mutex);
	list_del_rcu(&channel->node);
	mutex_unlock(&ust_kchannels_mutex);
	ust_kwake_idle_put();
	synchronize_rcu();
	channel_free(channel);
}

/* CPUs may come and go meanwhile: each ring is looked at once it is there. */
#define for_each_ring(channel, cpu, kring)                                                         \
	for_each_possible_cpu(cpu) if (((kring) = ust_kchannel_ring(channel, cpu)))

void ust_kchannel_set(struct ust_kchannel *channel, u32 on, u32 filtered)
{
	WRITE_ONCE(channel->on, on);
	channel->filtered = filtered;
	WRITE_ONCE(channel->gate, !on ? UST_KGATE_SHUT : filtered ? UST_KGATE_ASK : UST_KGATE_OPEN);
}

void ust_kchannel_start(struct ust_kchannel *channel)
{
	struct ust_kring *kring;
	u32 cpu;

	ust_kchannel_set(channel, 1, channel->filtered);
	cpus_read_lock();
	for_each_ring(channel, cpu, kring) if (cpu_online(cpu)) ust_kwake_start(kring);
	cpus_read_unlock();
}

void ust_kchannel_stop(struct ust_kchannel *channel)
{
	struct ust_kring *kring;
	u32 cpu;

	for_each_ring(channel, cpu, kring) ust_kwake_stop(kring);
	ust_kchannel_wake(channel);
}

void ust_kchannel_wake(struct ust_kchannel *channel)
{
	struct ust_kring *kring;
	u32 cpu;

	for_each_ring(channel, cpu, kring) ust_kwake_all(kring);
}

/* ---- CPU hotplug ---- */

static int cpuhp_state;

/*
 * Before a CPU comes up: its rings have to be there, because no record waits for one. Rings of CPUs
 * that went stay readable. If there is no memory, the CPU comes up all the same and its events are
 * counted as lost.
 */
static int cpu_prepare(unsigned int cpu)
{
	struct ust_kchannel *channel;

	mutex_lock(&ust_kchannels_mutex);
	list_for_each_entry(channel, &ust_kchannels, node)
	{
		if (ust_kchannel_ring(channel, cpu) ||
		    memory_take(channel, ust_kring_size(&channel->geometry)))
			continue;
		if (ring_add(channel, cpu))
			pr_warn("ust: no memory for the buffers of CPU %u\n", cpu);
	}
	mutex_unlock(&ust_kchannels_mutex);
	return 0;
}

/* The timer of a started session; the ring was made just before. */
static int cpu_came(unsigned int cpu)
{
	struct ust_kchannel *channel;

	mutex_lock(&ust_kchannels_mutex);
	list_for_each_entry(channel, &ust_kchannels,
			    node) if (channel->on && ust_kchannel_ring(channel, cpu))
		ust_kwake_start(ust_kchannel_ring(channel, cpu));
	mutex_unlock(&ust_kchannels_mutex);
	return 0;
}

static int cpuhp_online;

int ust_kchannels_init(void)
{
	cpuhp_state = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "ust-trace:prepare",
						cpu_prepare, NULL);
	if (cpuhp_state < 0)
		return cpuhp_state;
	cpuhp_online =
		cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "ust-trace:online", cpu_came, NULL);
	if (cpuhp_online < 0) {
		cpuhp_remove_state_nocalls(cpuhp_state);
		return cpuhp_online;
	}
	return 0;
}

void ust_kchannels_exit(void)
{
	cpuhp_remove_state_nocalls(cpuhp_online);
	cpuhp_remove_state_nocalls(cpuhp_state);
}
