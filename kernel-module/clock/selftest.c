// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs ust-clock/selftest: updates a page of its own without rest while NMIs read it, most of them in
 * the middle of an update, and while each NMI also reads the clock itself.
 *
 *	echo 500 >selftest		for 500 ms; -EIO if anything was torn or went back
 *	echo "500 broken" >selftest	the same with the rule broken on purpose: must fail
 *	cat selftest			what the last run saw
 */
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "clock.h"
#include "compat/nmi.h"
#include "vdso-clock/read.h"

#ifdef UST_COMPAT_NMI

#define MAX_MS 10000

struct per_cpu_state {
	atomic_t sent;
	u64 last_ticks, last_seq;
};

static DEFINE_PER_CPU(struct per_cpu_state, cpu_state);
static struct dentry *dir;
static DEFINE_MUTEX(lock);
static struct ust_clock_latch latch; /* by lock, like all that follows */
static bool in_update;
static atomic64_t nr_nmis, nr_inside, nr_torn, nr_backwards;
static u64 nr_updates;

/* All of a copy follows from its seq. */
static void fill(struct ust_clock_params *params, u64 seq)
{
	params->ticks = seq * 3;
	params->monotonic_ns = seq * 5;
	params->raw_ns = seq * 7;
	params->realtime_ns = seq * 11;
	params->tai_ns = seq * 13;
	params->uncertainty_ns = (u32)seq;
	params->flags = (u32)seq + 1;
}

static bool whole(const struct ust_clock_params *copy)
{
	u64 seq = READ_ONCE(copy->seq);

	return READ_ONCE(copy->ticks) == seq * 3 && READ_ONCE(copy->monotonic_ns) == seq * 5 &&
	       READ_ONCE(copy->raw_ns) == seq * 7 && READ_ONCE(copy->realtime_ns) == seq * 11 &&
	       READ_ONCE(copy->tai_ns) == seq * 13 && READ_ONCE(copy->uncertainty_ns) == (u32)seq &&
	       READ_ONCE(copy->flags) == (u32)seq + 1 && READ_ONCE(copy->seq_end) == seq;
}

static int nmi(unsigned int type, struct pt_regs *regs)
{
	struct per_cpu_state *state = this_cpu_ptr(&cpu_state);
	const struct ust_clock_params *copy;
	u64 ticks, seq;

	if (!atomic_read(&state->sent))
		return NMI_DONE;
	copy = ust_clock_params(latch.page);
	seq = READ_ONCE(copy->seq);
	atomic64_inc(&nr_nmis);
	if (READ_ONCE(in_update))
		atomic64_inc(&nr_inside);
	if (!whole(copy))
		atomic64_inc(&nr_torn);
	ticks = ust_clock_read();
	if (ticks < state->last_ticks || seq < state->last_seq)
		atomic64_inc(&nr_backwards);
	state->last_ticks = ticks;
	state->last_seq = seq;
	atomic_set(&state->sent, 0);
	return NMI_HANDLED;
}

/* One at a time: two that merge would leave one that nobody claims. */
static void send_to(int cpu)
{
	if (!atomic_cmpxchg(&per_cpu(cpu_state, cpu).sent, 0, 1))
		ust_compat_send_nmi(cpu);
}

/* Between two stores: an NMI on this CPU, and time for one on another. */
static void interrupt_update(void)
{
	send_to(raw_smp_processor_id());
	udelay(2);
}

/* Sends NMIs to all CPUs, its own too, one after the other. */
static int send(void *unused)
{
	int cpu;

	while (!kthread_should_stop()) {
		cpus_read_lock();
		for_each_online_cpu(cpu) send_to(cpu);
		cpus_read_unlock();
		cond_resched();
	}
	return 0;
}

static void update_for(unsigned int ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);
	struct ust_clock_params params = {};

	do {
		/* Else the writer would wait for a grace period most of the time. */
		synchronize_rcu_expedited();
		fill(&params, latch.seq + 1);
		WRITE_ONCE(in_update, true);
		ust_clock_publish(&latch, &params);
		WRITE_ONCE(in_update, false);
		nr_updates++;
	} while (time_before(jiffies, end));
}

static void reset(struct ust_clock_page *page, bool broken)
{
	int cpu;

	memset(&latch, 0, sizeof(latch));
	latch.page = page;
	latch.pause = interrupt_update;
	latch.broken = broken;
	fill(&page->copy[0], 0);
	for_each_possible_cpu(cpu)
		memset(&per_cpu(cpu_state, cpu), 0, sizeof(struct per_cpu_state));
	nr_updates = 0;
	atomic64_set(&nr_nmis, 0);
	atomic64_set(&nr_inside, 0);
	atomic64_set(&nr_torn, 0);
	atomic64_set(&nr_backwards, 0);
}

static int run(unsigned int ms, bool broken)
{
	struct ust_clock_page *page = kzalloc(sizeof(*page), GFP_KERNEL);
	struct task_struct *sender;
	int err;

	if (!page)
		return -ENOMEM;
	reset(page, broken);
	err = register_nmi_handler(NMI_LOCAL, nmi, 0, "ust-clock");
	if (err)
		goto free;
	sender = kthread_run(send, NULL, "ust-clock-nmi");
	err = PTR_ERR_OR_ZERO(sender);
	if (!err) {
		update_for(ms);
		kthread_stop(sender);
		/* The last ones may be on their way: they are ours as long as we are registered. */
		msleep(20);
	}
	unregister_nmi_handler(NMI_LOCAL, "ust-clock");
	if (!err &&
	    (atomic64_read(&nr_torn) || atomic64_read(&nr_backwards) || !atomic64_read(&nr_inside)))
		err = -EIO;
free:
	latch.page = NULL;
	kfree(page);
	return err;
}

static ssize_t selftest_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	char text[32] = "", word[8] = "";
	unsigned int ms;
	int err;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	if (sscanf(text, "%u %7s", &ms, word) < 1 || !ms || ms > MAX_MS ||
	    (word[0] && strcmp(word, "broken")))
		return -EINVAL;
	if (mutex_lock_interruptible(&lock))
		return -EINTR;
	err = run(ms, word[0]);
	mutex_unlock(&lock);
	return err ? err : len;
}

static ssize_t selftest_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	char text[160];
	int size = scnprintf(text, sizeof(text),
			     "updates %llu nmis %lld inside %lld torn %lld backwards %lld\n",
			     nr_updates, atomic64_read(&nr_nmis), atomic64_read(&nr_inside),
			     atomic64_read(&nr_torn), atomic64_read(&nr_backwards));

	return simple_read_from_buffer(buf, len, pos, text, size);
}

static const struct file_operations selftest_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = selftest_read,
	.write = selftest_write,
	.llseek = default_llseek,
};

void ust_clock_selftest_init(void)
{
	dir = debugfs_create_dir("ust-clock", NULL);
	debugfs_create_file("selftest", 0600, dir, NULL, &selftest_fops);
}

void ust_clock_selftest_exit(void)
{
	debugfs_remove_recursive(dir);
}

#else

void ust_clock_selftest_init(void)
{
}

void ust_clock_selftest_exit(void)
{
}

#endif
