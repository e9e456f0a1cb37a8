/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A host like the kernel's, with strictly ordered times: one CPU, writers that interrupt one another,
 * and a clock that stands still. Before each primitive strict_step() may let another writer come.
 */
#ifndef HOST_STRICT_H
#define HOST_STRICT_H

#include <string.h>

#include <ust/abi/ring.h>

#define UST_HOST_STRICT_TIME 1

void strict_step(void);

static inline __u64 ust_host_load(const __u64 *p)
{
	strict_step();
	return *p;
}

static inline __u64 ust_host_load_acquire(const __u64 *p)
{
	strict_step();
	return *p;
}

static inline void ust_host_store(__u64 *p, __u64 v)
{
	strict_step();
	*p = v;
}

static inline void ust_host_store_release(__u64 *p, __u64 v)
{
	strict_step();
	*p = v;
}

static inline int ust_host_cmpxchg(__u64 *p, __u64 old, __u64 v)
{
	strict_step();
	if (*p != old)
		return 0;
	*p = v;
	return 1;
}

static inline void ust_host_add(__u64 *p, __u64 n)
{
	strict_step();
	*p += n;
}

static inline __u32 ust_host_load32(const __u32 *p)
{
	strict_step();
	return *p;
}

static inline void ust_host_store32(__u32 *p, __u32 v)
{
	strict_step();
	*p = v;
}

static inline __u32 ust_host_xchg32(__u32 *p, __u32 v)
{
	__u32 old;

	strict_step();
	old = *p;
	*p = v;
	return old;
}

static inline void ust_host_fence(void)
{
}

static inline void ust_host_fence_release(void)
{
}

static inline __u64 ust_host_clock(__u32 mode)
{
	(void)mode;
	strict_step();
	return 1000;
}

static inline void ust_host_copy(void *dst, const void *src, __u64 len)
{
	strict_step();
	memcpy(dst, src, len);
}

static inline __u32 ust_host_cpu(void)
{
	return 0;
}

static inline void ust_host_doorbell(struct ust_doorbell_shm *bell)
{
	(void)bell;
}

#endif /* HOST_STRICT_H */
