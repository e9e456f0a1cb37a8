// SPDX-License-Identifier: GPL-2.0-only
#include "notifier.h"

#include <linux/kdebug.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/percpu.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "channel.h"
#include "probe.h"
#include "record.h"
#include "ring.h"

#define NR_LAST 4

/* Names by id of all events that were ever recorded: no lock may be taken when something broke. */
static DEFINE_XARRAY(names);

void ust_knotifier_remember(const struct ust_kevent *event)
{
	char *name;

	if (xa_load(&names, event->id))
		return;
	name = kasprintf(GFP_KERNEL, "%s:%s", event->system, event->name);
	if (name && xa_insert(&names, event->id, name, GFP_KERNEL))
		kfree(name);
}

static void forget_names(void)
{
	unsigned long id;
	char *name;

	xa_for_each(&names, id, name) kfree(name);
	xa_destroy(&names);
}

static void print_event(const struct ust_kring *kring, const unsigned char *p)
{
	const char *name;
	u32 id;
	u64 time;

	memcpy(&id, p + 4, sizeof(id));
	memcpy(&time, p + 8, sizeof(time));
	name = xa_load(&names, id);
	pr_alert("ust:   %llu %s (id %u)\n", time, name ?: "?", id);
}

/* The last events of the open sub-buffer: found from its begin by their lengths. What a record that
 * is not committed left there ends the search. */
static void print_last(const struct ust_kring *kring)
{
	const struct ust_ring *ring = &kring->ring;
	u64 off = ust_host_load(&ring->shm->offset);
	u64 at = (off & ~ring->subbuf_mask) + UST_SUBBUF_HEADER_SIZE, last[NR_LAST];
	u32 nr = 0, i, word;

	while (off && at + UST_EVENT_HEADER_EXTENDED <= off) {
		u64 len;

		memcpy(&word, ust_ring_at(ring, at), sizeof(word));
		len = word >> UST_EVENT_ID_BITS;
		if ((word & 31) != UST_EVENT_ID_EXTENDED || len < UST_EVENT_HEADER_EXTENDED ||
		    at + len > off)
			break;
		last[nr++ % NR_LAST] = at;
		at += len;
	}
	for (i = nr > NR_LAST ? nr - NR_LAST : 0; i < nr; i++)
		print_event(kring, ust_ring_at(ring, last[i % NR_LAST]));
}

static void print_all(const char *why)
{
	const struct ust_kchannel *channel;
	u32 cpu;

	if (list_empty(&ust_kchannels))
		return;
	for_each_online_cpu(cpu)
	{
		pr_alert("ust: %s: CPU %u, %u records begun; last events:\n", why, cpu,
			 per_cpu(ust_knesting, cpu));
		list_for_each_entry_rcu(channel, &ust_kchannels,
					node) if (ust_kchannel_ring(channel, cpu))
			print_last(ust_kchannel_ring(channel, cpu));
	}
}

static int died(struct notifier_block *block, unsigned long what, void *data)
{
	if (what == DIE_OOPS)
		print_all("oops");
	return NOTIFY_DONE;
}

static int panicked(struct notifier_block *block, unsigned long what, void *data)
{
	print_all("panic");
	return NOTIFY_DONE;
}

static struct notifier_block die_block = {.notifier_call = died, .priority = INT_MAX};
static struct notifier_block panic_block = {.notifier_call = panicked, .priority = INT_MAX};

int ust_knotifier_init(void)
{
	int ret = register_die_notifier(&die_block);

	if (!ret)
		atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
	return ret;
}

void ust_knotifier_exit(void)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_block);
	unregister_die_notifier(&die_block);
	forget_names();
}
