/* SPDX-License-Identifier: LGPL-2.1-only */
/* What libc calls: registered once, because libc may be about to call what is taken away again. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "../os/thread.h"
#include "stay.h"

static const struct ust_stay_fork *forks[UST_STAY_FORKS];
static void (*exit_handler)(void);

/* Those whose first handler took something: libust may come or go while the process forks. */
static __thread uint32_t forking __attribute__((tls_model("initial-exec")));

static void before(void)
{
	int i;

	for (i = UST_STAY_FORKS; i-- > 0;) {
		const struct ust_stay_fork *fork = __atomic_load_n(&forks[i], __ATOMIC_ACQUIRE);

		if (fork && fork->before())
			forking |= 1u << i;
	}
}

static void after(int is_child)
{
	uint32_t took = forking;
	int i;

	forking = 0;
	for (i = 0; i < UST_STAY_FORKS; i++) {
		const struct ust_stay_fork *fork = __atomic_load_n(&forks[i], __ATOMIC_ACQUIRE);

		if (fork && took >> i & 1)
			(is_child ? fork->child : fork->parent)();
	}
}

static void after_in_parent(void)
{
	after(0);
}

static void after_in_child(void)
{
	/* Also where there is no libust: the next one finds this thread's memory as it is. */
	ust_thread.tid = 0;
	ust_thread.real = 0;
	ust_thread.next_span = 0;
	ust_thread.vforked = 0;
	ust_stay_leaving = 0;
	after(1);
}

int ust_stay_fork(int which, const struct ust_stay_fork *handlers)
{
	static int is_registered;

	if (!is_registered && pthread_atfork(before, after_in_parent, after_in_child))
		return -ENOMEM;
	is_registered = 1;
	__atomic_store_n(&forks[which], handlers, __ATOMIC_RELEASE);
	return 0;
}

static void exit_begins(void)
{
	void (*handler)(void) = __atomic_load_n(&exit_handler, __ATOMIC_ACQUIRE);

	if (handler)
		handler();
}

void ust_stay_exit(void (*handler)(void))
{
	static int is_registered;

	__atomic_store_n(&exit_handler, handler, __ATOMIC_RELEASE);
	if (handler && !is_registered)
		is_registered = !atexit(exit_begins);
}
