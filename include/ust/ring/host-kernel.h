/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The ring's host in the kernel. A ring has one CPU, and its writers run there with preemption off:
 * what they exchange and add needs to be whole with respect to interrupts and NMIs of that CPU
 * only, not to other CPUs. The reader runs anywhere and never exchanges or adds, except reader (32
 * bits), for which the real atomics are used.
 */
#ifndef UST_RING_HOST_KERNEL_H
#define UST_RING_HOST_KERNEL_H

#include <linux/compiler.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>
#include <asm/local.h>

#include <ust/abi/ring.h>

/* Whoever makes the kernel's part a build for 32 bits has to find other operations. */
static_assert(sizeof(local_t) == sizeof(__u64));

/* Times in a ring are strictly ordered, see ust_ring_time() in reserve.h. */
#define UST_HOST_STRICT_TIME 1

/* So often the reader of a snapshot looks whether a sub-buffer's writers are done, which takes them as
 * long as an interrupt of their CPU may take; see become_whole() in libust/ring/read.c. */
#define UST_HOST_WRITERS_FINISH 10000000

/* In kernel-module/clock.h, inline. */
static __always_inline __u64 ust_host_clock(__u32 mode);

static inline __u64 ust_host_load(const __u64 *p)
{
	return READ_ONCE(*p);
}

static inline __u64 ust_host_load_acquire(const __u64 *p)
{
	return smp_load_acquire(p);
}

static inline void ust_host_store(__u64 *p, __u64 v)
{
	WRITE_ONCE(*p, v);
}

static inline void ust_host_store_release(__u64 *p, __u64 v)
{
	smp_store_release(p, v);
}

/*
 * No barrier towards other CPUs: the reader sees offset only through commit counters, and the one
 * place where a load must not pass it, the look at the reader's wish, has a fence of its own.
 */
static inline int ust_host_cmpxchg(__u64 *p, __u64 old, __u64 v)
{
#ifdef __raw_try_cmpxchg
	/* x86: the instruction's flag tells, so nothing has to be compared. */
	return __raw_try_cmpxchg(p, &old, v, sizeof(*p), "");
#else
	return (__u64)local_cmpxchg((local_t *)p, (long)old, (long)v) == old;
#endif
}

/* The commit: what was written before is visible to whoever sees the sum. */
static inline void ust_host_add(__u64 *p, __u64 n)
{
#ifdef CONFIG_X86
	barrier();
#else
	smp_wmb();
#endif
	local_add((long)n, (local_t *)p);
	barrier();
}

static inline __u32 ust_host_load32(const __u32 *p)
{
	return READ_ONCE(*p);
}

static inline void ust_host_store32(__u32 *p, __u32 v)
{
	WRITE_ONCE(*p, v);
}

static inline __u32 ust_host_xchg32(__u32 *p, __u32 v)
{
	return xchg(p, v);
}

static inline void ust_host_fence(void)
{
	smp_mb();
}

static inline void ust_host_fence_release(void)
{
	smp_wmb();
}

static __always_inline void ust_host_copy(void *dst, const void *src, __u64 len)
{
	memcpy(dst, src, len);
}

static inline __u32 ust_host_cpu(void)
{
	return raw_smp_processor_id();
}

/* In kernel-module/wake.c. */
void ust_host_doorbell(struct ust_doorbell_shm *bell);

#endif /* UST_RING_HOST_KERNEL_H */
