// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page's two copies, and who keeps its mode. Ordering: vdso-clock/read.h.
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>

#include "clock.h"
#include "vdso-clock/read.h"

#define TRIES 8

/* users_lock is taken first. */
static DEFINE_MUTEX(users_lock);
static unsigned int nr_users;
static DEFINE_MUTEX(update_lock);
static struct ust_clock_latch latch;
static u64 updated_ns;

static void pause_here(const struct ust_clock_latch *latch)
{
	if (latch->pause)
		latch->pause();
}

/* A copy nobody reads: programs see by seq and seq_end that it is being written, if they come late. */
static void write_copy(const struct ust_clock_latch *latch, struct ust_clock_params *copy,
		       const struct ust_clock_params *params)
{
	WRITE_ONCE(copy->seq, latch->seq);
	smp_wmb();
	pause_here(latch);
	WRITE_ONCE(copy->ticks, params->ticks);
	WRITE_ONCE(copy->monotonic_ns, params->monotonic_ns);
	pause_here(latch);
	WRITE_ONCE(copy->raw_ns, params->raw_ns);
	WRITE_ONCE(copy->realtime_ns, params->realtime_ns);
	pause_here(latch);
	WRITE_ONCE(copy->tai_ns, params->tai_ns);
	WRITE_ONCE(copy->uncertainty_ns, params->uncertainty_ns);
	WRITE_ONCE(copy->flags, params->flags);
	pause_here(latch);
	smp_wmb();
	WRITE_ONCE(copy->seq_end, latch->seq);
}

void ust_clock_publish(struct ust_clock_latch *latch, const struct ust_clock_params *params)
{
	struct ust_clock_page *page = latch->page;
	u32 next = page->latch + 1;

	/* Whoever was told of this copy, two updates ago, is gone. */
	if (!latch->broken)
		cond_synchronize_rcu(latch->grace);
	latch->seq++;
	write_copy(latch, &page->copy[(latch->broken ? page->latch : next) & 1], params);
	/* [latch-publish -> latch-read] */
	smp_store_release(&page->latch, next);
	latch->grace = get_state_synchronize_rcu();
}

/* The clock and the system's clocks at one moment: the tightest of some tries. */
static void measure(struct ust_clock_params *ret)
{
	u64 best = U64_MAX;
	int i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < TRIES; i++) {
		u64 before, monotonic, raw, real, tai, after;
		unsigned long flags;

		local_irq_save(flags);
		before = ust_clock_read();
		monotonic = ktime_get_ns();
		raw = ktime_get_raw_ns();
		real = ktime_get_real_ns();
		tai = ktime_get_clocktai_ns();
		after = ust_clock_read();
		local_irq_restore(flags);
		if (after - before >= best)
			continue;
		best = after - before;
		ret->ticks = before + best / 2;
		ret->monotonic_ns = monotonic;
		ret->raw_ns = raw;
		ret->realtime_ns = real - monotonic;
		ret->tai_ns = tai - monotonic;
	}
	/* freq is at least a billion, or nearly: ticks are about as short as nanoseconds. */
	ret->uncertainty_ns = min_t(u64, best * NSEC_PER_SEC / ust_clock_page->freq + 1, U32_MAX);
	ret->flags = ust_clock_trouble(ust_clock_page);
}

static u32 update(void)
{
	struct ust_clock_params params;

	latch.page = ust_clock_page;
	measure(&params);
	ust_clock_publish(&latch, &params);
	updated_ns = ktime_get_ns();
	return params.flags;
}

u32 ust_clock_update(void)
{
	u32 flags;

	mutex_lock(&update_lock);
	flags = update();
	mutex_unlock(&update_lock);
	return flags;
}
EXPORT_SYMBOL_GPL(ust_clock_update);

/* A program that comes along does not wait for a grace period, nor for somebody who does. */
void ust_clock_refresh(void)
{
	if (!mutex_trylock(&update_lock))
		return;
	if (ktime_get_ns() - updated_ns > NSEC_PER_SEC)
		update();
	mutex_unlock(&update_lock);
}

u32 ust_clock_get(void)
{
	u32 mode;

	mutex_lock(&users_lock);
	mode = ust_clock_page->mode;
	if (!nr_users++)
		ust_clock_judge(ust_clock_page);
	/* What was measured is in other units. */
	if (ust_clock_page->mode != mode)
		ust_clock_update();
	mode = ust_clock_page->mode;
	mutex_unlock(&users_lock);
	return mode;
}
EXPORT_SYMBOL_GPL(ust_clock_get);

void ust_clock_put(void)
{
	mutex_lock(&users_lock);
	nr_users--;
	mutex_unlock(&users_lock);
}
EXPORT_SYMBOL_GPL(ust_clock_put);
