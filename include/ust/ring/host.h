/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * What the ring asks of the world it is compiled for. A host provides exactly this:
 *
 *	ust_host_load(p)		load, no ordering
 *	ust_host_load_acquire(p)	load; later accesses stay behind it
 *	ust_host_store(p, v)		store, no ordering
 *	ust_host_store_release(p, v)	store; earlier accesses stay in front of it
 *	ust_host_cmpxchg(p, old, new)	1 if *p was old and is new now; full barrier
 *	ust_host_add(p, n)		atomic add, full barrier
 *	ust_host_load32(p)		load of 32 bits, no ordering
 *	ust_host_store32(p, v)		store of 32 bits, no ordering
 *	ust_host_xchg32(p, v)		atomic exchange of 32 bits, full barrier; the old value
 *	ust_host_fence()		full barrier
 *	ust_host_fence_release()	later stores stay behind earlier accesses
 *	ust_host_clock(mode)		the session's clock in ticks, not read before earlier loads
 *	ust_host_copy(dst, src, len)	memcpy
 *	ust_host_cpu()			the CPU that this runs on, as a hint
 *	ust_host_doorbell(bell)		wakes the reader; safe anywhere the writer runs
 *
 * All objects are naturally aligned, and 64 bits wide if the name does not say 32. Accesses are
 * single: the compiler may neither repeat nor split them. A host that defines UST_HOST_SECTIONS
 *also provides the restartable sequences of libust/ring/section.h.
 */
#ifndef UST_RING_HOST_H
#define UST_RING_HOST_H

#ifdef UST_RING_HOST
#include UST_RING_HOST
#else
#include <ust/ring/host-user.h>
#endif

#endif /* UST_RING_HOST_H */
