/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Grace periods. Fused records need none of their own: membarrier restarts them. Records that take
 * the slow path count themselves in and out, under one of two phases; whoever waits turns the phase
 * and waits until as many have left the old one as had entered it. There is nothing to register, no
 * thread to know, and a forked child starts from zero.
 *
 *	enter   i = phase; entered[i]++; load inst
 *	leave   left[i]++
 *	wait    store inst (the caller); full barrier everywhere; for both phases:
 *	        sum of left; full barrier everywhere; sum of entered, until they meet
 *
 * A reader that the sums miss has entered after the barrier, and so loads the new inst.
 *
 * A locked instruction costs more than the rest of a short record. The first threads of a process
 * therefore count in slots of their own, with plain instructions, and the barrier is made for them:
 * membarrier, on every CPU that runs a thread of the process. Who comes later, or where there is no
 * membarrier, counts with locked instructions in slots that are shared.
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
#include "../stay/stay.h"
#include "channel.h"

#define MEMBARRIER_TRIES 2
#define NR_SHARED 64 /* spread over threads, so that they seldom share a cache line */
#define NR_OWN 2048  /* threads that get a slot of their own; it is not given back */
#define NR_SLOTS (NR_SHARED + NR_OWN)
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
static uint32_t asymmetric; /* 1: membarrier is there, registered */
static uint32_t restarts;   /* 1: it restarts sequences as well */

static int membarrier(int cmd)
{
	return (int)syscall(SYS_membarrier, cmd, 0, 0);
}

static size_t slots_in_use(void)
{
	uint32_t nr = __atomic_load_n(&ust_stay_nr_slots, __ATOMIC_SEQ_CST);

	return nr < NR_OWN ? NR_SHARED + nr : NR_SLOTS;
}

/* A full barrier in every running thread of the process, as if each had executed one. A child of
 * vfork and an exec lose the registration. */
static void barrier_everywhere(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&asymmetric, __ATOMIC_RELAXED))
		return;
	if (!membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED))
		return;
	membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
	/* Somebody has taken it away, seccomp for one: what the sums say is worth nothing now. */
	if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED))
		__atomic_store_n(&gave_up, 1, __ATOMIC_RELAXED);
}

/* A handler may choose in between: one slot is then lost. Threads keep their slots when libust is
 * unloaded; the next one has as many. */
static uint32_t choose_slot(void)
{
	uint32_t slot = ust_thread.real % NR_SHARED;

	if (__atomic_load_n(&asymmetric, __ATOMIC_RELAXED) &&
	    __atomic_load_n(&ust_stay_nr_slots, __ATOMIC_RELAXED) < NR_OWN) {
		uint32_t own = __atomic_fetch_add(&ust_stay_nr_slots, 1, __ATOMIC_SEQ_CST);

		if (own < NR_OWN)
			slot = NR_SHARED + own;
	}
	ust_stay_thread.grace_slot = slot + 1;
	return slot;
}

/* Adds 1. Nobody else writes to a slot that is owned but a handler of the same thread, which one
 * instruction keeps out. */
static inline void count(uint64_t *counter, uint32_t slot)
{
#ifdef __x86_64__
	if (slot >= NR_SHARED) {
		__asm__ __volatile__("incq %0" : "+m"(*counter) : : "cc", "memory");
		return;
	}
#else
	(void)slot;
#endif
	/* A full barrier, also where the slot is the thread's own. */
	__atomic_fetch_add(counter, 1, __ATOMIC_SEQ_CST);
}

/* A handler that interrupts a record is protected by what it interrupts. */
uint32_t ust_grace_enter(void)
{
	uint32_t token = NESTED;

	if (!ust_stay_thread.grace_depth) {
		uint32_t slot =
			ust_stay_thread.grace_slot ? ust_stay_thread.grace_slot - 1 : choose_slot();

		token = slot << 1 | (__atomic_load_n(&phase, __ATOMIC_RELAXED) & 1);
		/* Before the load of inst. [grace-enter -> grace-sums] */
		count(&slots[slot].entered[token & 1], slot);
		ust_stay_thread.grace_token = token;
	}
	ust_stay_thread.grace_depth++;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return token;
}

void ust_grace_leave(uint32_t token)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	ust_stay_thread.grace_depth--;
	/* After everything that was done with inst. [grace-leave -> grace-sums] */
	if (token != NESTED)
		count(&slots[token >> 1].left[token & 1], token >> 1);
}

void ust_grace_init(void)
{
	int commands = membarrier(MEMBARRIER_CMD_QUERY);

	if (commands > 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED) &&
	    !membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED))
		__atomic_store_n(&asymmetric, 1, __ATOMIC_RELAXED);
	restarts = commands > 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ);
}

void ust_grace_forked(void)
{
	memset(slots, 0, sizeof(slots[0]) * slots_in_use());
	gave_up = 0;
	/* A signal handler may have forked in the middle of a record of this thread. */
	if (ust_stay_thread.grace_depth)
		slots[ust_stay_thread.grace_token >> 1].entered[ust_stay_thread.grace_token & 1] =
			1;
}

/* [grace-sums <- grace-enter] [grace-sums <- grace-leave] */
static int phase_is_empty(uint32_t which)
{
	uint64_t left = 0, entered = 0;
	size_t i, nr = slots_in_use();

	for (i = 0; i < nr; i++)
		left += __atomic_load_n(&slots[i].left[which], __ATOMIC_SEQ_CST);
	barrier_everywhere();
	/* Slots that were handed out meanwhile count as well. */
	nr = slots_in_use();
	for (i = 0; i < nr; i++)
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

	barrier_everywhere();
	/* Stragglers of the turn before; then no new ones come to the phase that is waited for. */
	wait_for_phase(old ^ 1);
	__atomic_store_n(&phase, old ^ 1, __ATOMIC_SEQ_CST);
	barrier_everywhere();
	wait_for_phase(old);
}

int ust_grace_gave_up(void)
{
	return __atomic_load_n(&gave_up, __ATOMIC_RELAXED) != 0;
}

void ust_grace_wait(void)
{
	int tries;

	/* [inst-clear -> inst-load in include/ust/ring/fused.h] The caller's store of the instance, and
	 * this. Restarts every sequence that runs: it loads its instance anew. Needs a registration,
	 * which a child of vfork or an exec has lost; where the kernel has no such command there
	 * are no sequences either (libust then never hands out fused instances:
	 * ust_channel_create). */
	for (tries = 0; tries < MEMBARRIER_TRIES; tries++) {
		if (!membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ))
			break;
		membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ);
	}
	if (restarts && tries == MEMBARRIER_TRIES)
		__atomic_store_n(&gave_up, 1, __ATOMIC_RELAXED);
	wait_for_slow_records();
}
