/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* The ring's host in user space: GCC's atomics, and the clock by instruction or vDSO. */
#ifndef UST_RING_HOST_USER_H
#define UST_RING_HOST_USER_H

#include <string.h>
#include <time.h>

#include <ust/abi/ring.h>
#include <ust/detail/ticks.h>

static inline __u64 ust_host_load(const __u64 *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline __u64 ust_host_load_acquire(const __u64 *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static inline void ust_host_store(__u64 *p, __u64 v)
{
	__atomic_store_n(p, v, __ATOMIC_RELAXED);
}

static inline void ust_host_store_release(__u64 *p, __u64 v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}

static inline int ust_host_cmpxchg(__u64 *p, __u64 old, __u64 v)
{
	return __atomic_compare_exchange_n(p, &old, v, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

static inline void ust_host_add(__u64 *p, __u64 n)
{
	__atomic_fetch_add(p, n, __ATOMIC_SEQ_CST);
}

static inline __u32 ust_host_load32(const __u32 *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline void ust_host_store32(__u32 *p, __u32 v)
{
	__atomic_store_n(p, v, __ATOMIC_RELAXED);
}

static inline __u32 ust_host_xchg32(__u32 *p, __u32 v)
{
	return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);
}

static inline void ust_host_fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline void ust_host_fence_release(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline __u64 ust_host_clock(__u32 mode)
{
	struct timespec ts;

	if (ust_ticks_are(mode))
		return ust_ticks_ordered();
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * 1000000000u + (__u64)ts.tv_nsec;
}

static inline void ust_host_copy(void *dst, const void *src, __u64 len)
{
	memcpy(dst, src, len);
}

/* In libust/os/thread.c. */
__u32 ust_host_cpu(void);

/* In libust/channel/wake.c. */
void ust_host_doorbell(struct ust_doorbell_shm *bell);

#endif /* UST_RING_HOST_USER_H */
