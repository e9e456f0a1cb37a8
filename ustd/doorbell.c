/* SPDX-License-Identifier: GPL-2.0-only */
#include "doorbell.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/abi/ring.h>

#include "loop.h"
#include "memfd.h"

static struct ust_doorbell_shm *page;
static int page_fd = -1;
static struct ustd_watch watch;
static void (*rung_fn)(void);

/*
 * Whoever wakes us is heard, whatever rings says then: any process that we trace may have written
 * to it. Wakes between the load of rings and the wait change it.
 */
static void *doorbell_thread(void *arg)
{
	const uint64_t one = 1;
	uint32_t seen = 0;

	for (;;) {
		if (syscall(SYS_futex, &page->rings, FUTEX_WAIT, seen, NULL, NULL, 0) < 0 &&
		    errno == EINTR)
			continue;
		seen = __atomic_load_n(&page->rings, __ATOMIC_SEQ_CST);
		if (write(watch.fd, &one, sizeof(one)) < 0)
			continue;
	}
	return arg;
}

static void doorbell_ready(struct ustd_watch *w, uint32_t events USTD_UNUSED)
{
	uint64_t count;

	if (read(w->fd, &count, sizeof(count)) > 0)
		rung_fn();
}

static int start_thread(void)
{
	pthread_attr_t attr;
	sigset_t all, old;
	pthread_t thread;
	int err;

	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, &attr, doorbell_thread, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return -err;
}

int ustd_doorbell_init(void (*rung)(void))
{
	void *map;
	int err;

	page_fd = ustd_memfd_create("ust-doorbell", 4096, &map);
	if (page_fd < 0)
		return page_fd;
	page = map;
	rung_fn = rung;
	watch.ready = doorbell_ready;
	watch.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (watch.fd < 0)
		return -errno;
	err = ustd_loop_watch(&watch, EPOLLIN);
	return err ? err : start_thread();
}

int ustd_doorbell_fd(void)
{
	return page_fd;
}
