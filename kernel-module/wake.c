// SPDX-License-Identifier: GPL-2.0-only
#include "wake.h"

#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/tracepoint.h>

#include "channel.h"
#include "hook.h"
#include "ring.h"

/* Any context, also below the run queue's lock: so not a wake_up() here. */
void ust_host_doorbell(struct ust_doorbell_shm *bell)
{
	irq_work_queue(&container_of(bell, struct ust_kring, bell)->work);
}

static void ring_bell(struct irq_work *work)
{
	struct ust_kring *kring = container_of(work, struct ust_kring, work);

	wake_up_interruptible(&kring->wait);
}

/* Something may lie in the open sub-buffer: lets poll() report it. */
static bool offer(struct ust_kring *kring)
{
	if (!ust_kring_readable(kring, true))
		return false;
	WRITE_ONCE(kring->offered, jiffies);
	atomic_set(&kring->offer, 1);
	/* [wish-check <-> wish-set] as a writer would do it, but for what is not closed yet. */
	smp_mb();
	return ust_host_load32(&kring->ring.shm->reader) != UST_READER_ACTIVE &&
	       ust_host_xchg32(&kring->ring.shm->reader, UST_READER_ACTIVE) != UST_READER_ACTIVE;
}

static unsigned long interval(const struct ust_kring *kring)
{
	return max(1UL, usecs_to_jiffies(kring->channel->wake_us));
}

static void tick(struct timer_list *timer)
{
	struct ust_kring *kring = container_of(timer, struct ust_kring, timer);

	if (offer(kring))
		wake_up_interruptible(&kring->wait);
	if (READ_ONCE(kring->channel->on))
		mod_timer(timer, jiffies + interval(kring));
}

void ust_kwake_init(struct ust_kring *kring)
{
	init_irq_work(&kring->work, ring_bell);
	init_waitqueue_head(&kring->wait);
	timer_setup(&kring->timer, tick, TIMER_DEFERRABLE | TIMER_PINNED);
}

void ust_kwake_fini(struct ust_kring *kring)
{
	del_timer_sync(&kring->timer);
	irq_work_sync(&kring->work);
}

void ust_kwake_start(struct ust_kring *kring)
{
	if (!kring->channel->wake_us || timer_pending(&kring->timer))
		return;
	kring->timer.expires = jiffies + interval(kring);
	add_timer_on(&kring->timer, kring->cpu);
}

void ust_kwake_stop(struct ust_kring *kring)
{
	del_timer_sync(&kring->timer);
}

void ust_kwake_all(struct ust_kring *kring)
{
	ust_host_store32(&kring->ring.shm->reader, UST_READER_ACTIVE);
	wake_up_interruptible_all(&kring->wait);
}

/*
 * The kernel's poll_wait() queues a plain entry, so that each wake_up() wakes every poller. The
 * head is ours: the entry just queued is found by its owner and becomes exclusive. (epoll queues
 * its own kind, which this leaves alone: EPOLLEXCLUSIVE does it there.)
 */
static void make_exclusive(struct ust_kring *kring, poll_table *table)
{
	void *owner = container_of(table, struct poll_wqueues, pt);
	struct wait_queue_entry *entry;
	unsigned long flags;

	spin_lock_irqsave(&kring->wait.lock, flags);
	list_for_each_entry(entry, &kring->wait.head, entry)
	{
		if (entry->private == owner) {
			entry->flags |= WQ_FLAG_EXCLUSIVE;
			list_move_tail(&entry->entry, &kring->wait.head);
			break;
		}
	}
	spin_unlock_irqrestore(&kring->wait.lock, flags);
}

void ust_kwake_poll(struct file *file, struct ust_kring *kring, poll_table *table)
{
	poll_wait(file, &kring->wait, table);
	if (!poll_does_not_wait(table))
		make_exclusive(kring, table);
	/* [wish-set <-> wish-check in include/ust/ring/ring.h] */
	ust_host_store32(&kring->ring.shm->reader, UST_READER_SWITCH);
	smp_mb();
}

/* ---- idle ---- */

static DEFINE_MUTEX(idle_mutex); /* innermost but for the kernel's own */
static unsigned int idle_users;

/*
 * What the CPU recorded lies in its open sub-buffers, and its timers are deferrable: nobody would
 * look before the CPU wakes for another reason. Not more often than the timer would: the reader's
 * own doings are events too, and would wake it again for ever.
 */
static void cpu_idle(void *data, unsigned int state, unsigned int cpu)
{
	struct ust_kchannel *channel;

	if (state == (unsigned int)-1)
		return;
	list_for_each_entry_rcu(channel, &ust_kchannels, node)
	{
		struct ust_kring *kring = ust_kchannel_ring(channel, cpu);

		if (!kring || !channel->wake_us || !READ_ONCE(channel->on) ||
		    time_before(jiffies, READ_ONCE(kring->offered) + interval(kring)))
			continue;
		if (offer(kring))
			irq_work_queue(&kring->work);
	}
}

int ust_kwake_idle_get(void)
{
	int ret = 0;

	mutex_lock(&idle_mutex);
	if (!idle_users)
		ret = ust_khook_attach("cpu_idle", cpu_idle, NULL);
	if (!ret)
		idle_users++;
	mutex_unlock(&idle_mutex);
	return ret;
}

void ust_kwake_idle_put(void)
{
	mutex_lock(&idle_mutex);
	if (!--idle_users)
		ust_khook_detach("cpu_idle", cpu_idle, NULL);
	mutex_unlock(&idle_mutex);
}
