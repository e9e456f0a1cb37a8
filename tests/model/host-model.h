/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ring's third host: every primitive is a point at which the scheduler (sched.c) may let
 * another thread, a signal handler or death come first, and every access goes to the modelled
 * memory (memory.c).
 */
#ifndef HOST_MODEL_H
#define HOST_MODEL_H

#include <string.h>

#include <ust/abi/control.h>
#include <ust/abi/ring.h>

/* The fused sequences: fused.c. */
#define UST_HOST_SECTIONS 1

enum model_order { MODEL_RELAXED, MODEL_ORDERED };

__u64 model_load(const void *p, enum model_order order);
void model_store(void *p, __u64 v, enum model_order order);
int model_cmpxchg(__u64 *p, __u64 old, __u64 v);
__u64 model_add(__u64 *p, __u64 n);
__u64 model_xchg(void *p, __u64 v);
void model_fence(void);
void model_fence_release(void);
__u64 model_clock(void);
void model_copy(void *dst, const void *src, __u64 len);
__u32 model_cpu(void);
void model_doorbell(void);

static inline __u64 ust_host_load(const __u64 *p)
{
	return model_load(p, MODEL_RELAXED);
}

static inline __u64 ust_host_load_acquire(const __u64 *p)
{
	return model_load(p, MODEL_ORDERED);
}

static inline void ust_host_store(__u64 *p, __u64 v)
{
	model_store(p, v, MODEL_RELAXED);
}

static inline void ust_host_store_release(__u64 *p, __u64 v)
{
	model_store(p, v, MODEL_ORDERED);
}

static inline int ust_host_cmpxchg(__u64 *p, __u64 old, __u64 v)
{
	return model_cmpxchg(p, old, v);
}

static inline void ust_host_add(__u64 *p, __u64 n)
{
	model_add(p, n);
}

static inline __u32 ust_host_load32(const __u32 *p)
{
	return (__u32)model_load(p, MODEL_RELAXED);
}

static inline void ust_host_store32(__u32 *p, __u32 v)
{
	model_store(p, v, MODEL_RELAXED);
}

static inline __u32 ust_host_xchg32(__u32 *p, __u32 v)
{
	return (__u32)model_xchg(p, v);
}

static inline void ust_host_fence(void)
{
	model_fence();
}

static inline void ust_host_fence_release(void)
{
	model_fence_release();
}

static inline __u64 ust_host_clock(__u32 mode)
{
	(void)mode;
	return model_clock();
}

static inline void ust_host_copy(void *dst, const void *src, __u64 len)
{
	model_copy(dst, src, len);
}

static inline __u32 ust_host_cpu(void)
{
	return model_cpu();
}

static inline void ust_host_doorbell(struct ust_doorbell_shm *bell)
{
	(void)bell;
	model_doorbell();
}

#endif /* HOST_MODEL_H */
