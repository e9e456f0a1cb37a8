/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Grace periods. Fused records need none of their own: membarrier restarts them. Records that take
 * the slow path count themselves in and out, under one of two phases; whoever waits turns the phase
 * and waits until as many have left the old one as had entered it. There is nothing to register, no
 * thread to know, and a forked child starts from zero.
 *
 *	enter   i = phase; entered[i]++ [grace-enter]; load inst
 *	leave   left[i]++ [grace-leave]
 *	wait    store inst (the caller); full barrier; for both phases:
 *	        sum of left, then sum of entered [grace-enter, grace-leave], until they meet
 *
 * A reader that the sums miss has entered after the barrier, and so loads the new inst.
 *
 * A thread that left a record by siglongjmp or was cancelled in it never counts itself out. The
 *wait is therefore bounded; once it has failed, nothing that records might use is given back any
 *more.
 */
#include <linux/membarrier.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../os/thread.h"
#include "channel.h"

#define MEMBARRIER_TRIES 2
#define NR_SLOTS 64 /* spread over threads, so that they seldom share a cache line */
#define NESTED UINT32_MAX
#define SPINS 200
#define SLEEP_NS 50000
#define PATIENCE_NS 1000000000ull
#define PATIENCE_LOST_NS 5000000ull /* after the first failure */

static struct {
	uint64_t entered[2], left[2];
} __attribute__((aligned(64))) slots[NR_SLOTS];
static uint32_t phase;
static uint32_t gave_up;

/* A handler that interrupts a record is protected by what it interrupts. */
static __thread struct {
	uint32_t depth;
	uint32_t token; /* of the outermost */
} inside __attribute__((tls_model("initial-exec")));

static int membarrier(int cmd)
{
	return (int)syscall(SYS_membarrier, cmd, 0, 0);
}

uint32_t ust_grace_enter(void)
{
	uint32_t token = NESTED;

	if (!inside.depth) {
		token = (ust_thread.real % NR_SLOTS) << 1;
		token |= __atomic_load_n(&phase, __ATOMIC_RELAXED) & 1;
		/* [grace-enter]: a full barrier, before the load of inst. */
		__atomic_fetch_add(&slots[token >> 1].entered[token & 1], 1, __ATOMIC_SEQ_CST);
		inside.token = token;
	}
	inside.depth++;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return token;
}

void ust_grace_leave(uint32_t token)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	inside.depth--;
	/* [grace-leave]: after everything that was done with inst. */
	if (token != NESTED)
		__atomic_fetch_add(&slots[token >> 1].left[token & 1], 1, __ATOMIC_SEQ_CST);
}

void ust_grace_forked(void)
{
	memset(slots, 0, sizeof(slots));
	gave_up = 0;
	/* A signal handler may have forked in the middle of a record of this thread. */
	if (inside.depth)
		slots[inside.token >> 1].entered[inside.token & 1] = 1;
}

static int phase_is_empty(uint32_t which)
{
	uint64_t left = 0, entered = 0;
	size_t i;

	for (i = 0; i < NR_SLOTS; i++)
		left += __atomic_load_n(&slots[i].left[which], __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (i = 0; i < NR_SLOTS; i++)
		entered += __atomic_load_n(&slots[i].entered[which], __ATOMIC_SEQ_CST);
	/* More have left than entered only where a fork cut a record in two. */
	return left >= entered;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void wait_for_phase(uint32_t which)
{
	struct timespec ts = {.tv_nsec = SLEEP_NS};
	uint64_t deadline = now_ns() + (gave_up ? PATIENCE_LOST_NS : PATIENCE_NS);
	unsigned int spins = 0;

	while (!phase_is_empty(which)) {
		if (++spins <= SPINS)
			continue;
		if (now_ns() > deadline) {
			__atomic_store_n(&gave_up, 1, __ATOMIC_RELAXED);
			return;
		}
		syscall(SYS_nanosleep, &ts, NULL);
	}
}

static void wait_for_slow_records(void)
{
	uint32_t old = __atomic_load_n(&phase, __ATOMIC_RELAXED) & 1;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	/* Stragglers of the turn before; then no new ones come to the phase that is waited for. */
	wait_for_phase(old ^ 1);
	__atomic_store_n(&phase, old ^ 1, __ATOMIC_SEQ_CST);
	wait_for_phase(old);
}

int ust_grace_gave_up(void)
{
	return __atomic_load_n(&gave_up, __ATOMIC_RELAXED) != 0;
}

void ust_grace_wait(void)
{
	int tries;

	/* Restarts every sequence that runs: it loads its instance anew. Needs a registration,
	 * which a child of vfork or an exec has lost; where the kernel has no such command there
	 * are no sequences either (libust then never hands out fused instances:
	 * ust_channel_create). */
	for (tries = 0; tries < MEMBARRIER_TRIES; tries++) {
		if (!membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ))
			break;
		membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ);
	}
	wait_for_slow_records();
}
