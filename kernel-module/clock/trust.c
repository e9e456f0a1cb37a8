// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the cycle counter may be the clock: if the kernel trusts it, and if no CPU's counter was seen
 * behind another's. The kernel tests when a CPU comes up; this test looks again, at all of them at once,
 * when the module is loaded.
 */
#include <linux/cpu.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#ifdef CONFIG_X86
#include <asm/msr.h>
#include <asm/tsc.h>
#endif

#include "clock.h"

static bool tsc = true;
module_param(tsc, bool, 0444);
MODULE_PARM_DESC(tsc, "use the cycle counter where it can be trusted (default Y)");

#ifdef CONFIG_X86

#define WARP_TEST_MS 2
#define READY_MS 20

static struct {
	arch_spinlock_t lock;
	atomic_t ready;
	u64 last, nr, max;
} warp = {.lock = __ARCH_SPIN_LOCK_UNLOCKED};

static u64 after_ms(unsigned int ms)
{
	return rdtsc_ordered() + (u64)tsc_khz * ms;
}

/* On every CPU at once, interrupts off: each reading is taken behind the last one, under a lock. */
static void warp_cpu(void *unused)
{
	unsigned int nr = num_online_cpus();
	u64 end = after_ms(READY_MS), now;

	atomic_inc(&warp.ready);
	/* Virtual CPUs do not all run when they are told to. */
	while (atomic_read(&warp.ready) < nr && rdtsc_ordered() < end)
		cpu_relax();
	end = after_ms(WARP_TEST_MS);
	do {
		arch_spin_lock(&warp.lock);
		now = rdtsc_ordered();
		if (now < warp.last) {
			warp.nr++;
			warp.max = max(warp.max, warp.last - now);
		}
		warp.last = now;
		arch_spin_unlock(&warp.lock);
	} while (now < end);
}

void ust_clock_test_warps(struct ust_clock_page *page)
{
	if (!tsc || !boot_cpu_has(X86_FEATURE_TSC) || check_tsc_unstable())
		return;
	warp.nr = 0;
	warp.max = 0;
	warp.last = 0;
	atomic_set(&warp.ready, 0);
	cpus_read_lock();
	on_each_cpu(warp_cpu, NULL, 1);
	cpus_read_unlock();
	page->nr_warps = warp.nr;
	page->max_warp = warp.max;
}

static const char *distrust(const struct ust_clock_page *page)
{
	if (!tsc)
		return "ust-clock.ko was loaded with tsc=0";
	if (!boot_cpu_has(X86_FEATURE_TSC) || !tsc_khz)
		return "this processor has no tsc";
	if (check_tsc_unstable())
		return "the kernel does not trust the tsc";
	if (page->nr_warps)
		return "the tsc of one CPU was seen behind another's";
	return NULL;
}

#else

#define tsc_khz 0

void ust_clock_test_warps(struct ust_clock_page *page)
{
}

static const char *distrust(const struct ust_clock_page *page)
{
	return tsc ? "this architecture's counter is not supported" : "tsc=0";
}

#endif

void ust_clock_judge(struct ust_clock_page *page)
{
	const char *why = distrust(page);

	strscpy(page->reason, why ? why : "", sizeof(page->reason));
	page->freq = why ? NSEC_PER_SEC : (u64)tsc_khz * 1000;
	WRITE_ONCE(page->mode, why ? UST_CLOCK_MONOTONIC : UST_CLOCK_TSC);
}

u32 ust_clock_trouble(const struct ust_clock_page *page)
{
#ifdef CONFIG_X86
	if (page->mode == UST_CLOCK_TSC && check_tsc_unstable())
		return UST_CLOCK_UNSTABLE;
#endif
	return 0;
}
