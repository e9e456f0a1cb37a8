/* SPDX-License-Identifier: GPL-2.0-only */
#include "inject.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "writers.h"

int stress_inject_spin[STRESS_INJECT_ASM_POINTS] = {-1, -1, -1, -1, -1};

static volatile int now_point, now_kind;
static int stalled;
static unsigned long hits[STRESS_INJECT_POINTS];
static __thread unsigned int passes;

void stress_inject_set(int point, enum stress_inject_kind kind)
{
	now_kind = STRESS_INJECT_NONE;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	now_point = point;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	now_kind = (int)kind;
}

void stress_inject_spin_all(int turns)
{
	int i;

	for (i = 0; i < STRESS_INJECT_ASM_POINTS; i++)
		__atomic_store_n(&stress_inject_spin[i], turns, __ATOMIC_RELAXED);
}

unsigned long stress_inject_hits(int point)
{
	return __atomic_load_n(&hits[point], __ATOMIC_RELAXED);
}

static void spin(void)
{
	int i;

	for (i = 0; i < 3000; i++)
		__asm__ __volatile__("" : : : "memory");
}

void stress_inject(int point)
{
	const struct timespec short_time = {0, 1000000}, long_time = {10, 0};
	int saved_errno = errno;

	__atomic_fetch_add(&hits[point], 1, __ATOMIC_RELAXED);
	if (point != now_point)
		return;
	switch (now_kind) {
	case STRESS_INJECT_DELAY:
		spin();
		break;
	case STRESS_INJECT_YIELD:
		sched_yield();
		break;
	case STRESS_INJECT_SIGNAL:
		/* Not in the handler: it would come again as soon as the handler returns. */
		if (++passes % 5 == 0 && !stress_in_handler())
			syscall(SYS_tgkill, getpid(), gettid(), SIGPROF);
		break;
	case STRESS_INJECT_SLEEP:
		if (++passes % 31 == 0)
			nanosleep(&short_time, NULL);
		break;
	case STRESS_INJECT_KILL:
		if (++passes % 3 == 0)
			kill(getpid(), SIGKILL);
		break;
	case STRESS_INJECT_STALL:
		/* Only the first: the others go on, and into what it left half done. */
		if (++passes % 3 == 0 && !__atomic_exchange_n(&stalled, 1, __ATOMIC_RELAXED))
			nanosleep(&long_time, NULL);
		break;
	}
	errno = saved_errno;
}
