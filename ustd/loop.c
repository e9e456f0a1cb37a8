/* SPDX-License-Identifier: GPL-2.0-only */
#include "loop.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64

static int epoll_fd = -1;
static bool quit;
static CDS_LIST_HEAD(timers);
static struct ustd_watch timer_watch;
static struct epoll_event batch[BATCH];
static int batch_len;

uint64_t ustd_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* One timerfd serves all timers: it is set to the earliest, or not at all. */
static void timers_program(void)
{
	struct itimerspec spec = {0};
	struct ustd_timer *timer;
	uint64_t first = 0;

	cds_list_for_each_entry (timer, &timers, node) {
		if (!first || timer->deadline_ns < first)
			first = timer->deadline_ns;
	}
	spec.it_value.tv_sec = (time_t)(first / 1000000000u);
	spec.it_value.tv_nsec = (long)(first % 1000000000u);
	timerfd_settime(timer_watch.fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

static struct ustd_timer *timers_due(uint64_t now)
{
	struct ustd_timer *timer;

	cds_list_for_each_entry (timer, &timers, node) {
		if (timer->deadline_ns <= now)
			return timer;
	}
	return NULL;
}

static void timers_ready(struct ustd_watch *watch, uint32_t events USTD_UNUSED)
{
	uint64_t now = ustd_now_ns(), count;
	struct ustd_timer *timer;

	if (read(watch->fd, &count, sizeof(count)) < 0)
		return;
	/* A callback may arm or disarm any timer, so the search starts anew each time. */
	while ((timer = timers_due(now))) {
		cds_list_del(&timer->node);
		timer->armed = false;
		timer->fire(timer);
	}
	timers_program();
}

void ustd_timer_arm(struct ustd_timer *timer, uint64_t delay_ns)
{
	if (!timer->armed)
		cds_list_add_tail(&timer->node, &timers);
	timer->armed = true;
	timer->deadline_ns = ustd_now_ns() + delay_ns;
	timers_program();
}

void ustd_timer_disarm(struct ustd_timer *timer)
{
	if (!timer->armed)
		return;
	cds_list_del(&timer->node);
	timer->armed = false;
	timers_program();
}

int ustd_loop_watch(struct ustd_watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watch};

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) ? -errno : 0;
}

int ustd_loop_rewatch(struct ustd_watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watch};

	return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) ? -errno : 0;
}

void ustd_loop_unwatch(struct ustd_watch *watch)
{
	int i;

	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
	for (i = 0; i < batch_len; i++)
		if (batch[i].data.ptr == watch)
			batch[i].data.ptr = NULL;
}

int ustd_loop_init(void)
{
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		return -errno;
	timer_watch.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (timer_watch.fd < 0)
		return -errno;
	timer_watch.ready = timers_ready;
	return ustd_loop_watch(&timer_watch, EPOLLIN);
}

int ustd_loop_run(bool (*work)(void))
{
	bool more = false;
	int i;

	while (!quit) {
		batch_len = epoll_wait(epoll_fd, batch, BATCH, more ? 0 : -1);
		if (batch_len < 0) {
			if (errno != EINTR)
				return -errno;
			batch_len = 0;
		}
		for (i = 0; i < batch_len; i++) {
			struct ustd_watch *watch = batch[i].data.ptr;

			if (watch)
				watch->ready(watch, batch[i].events);
		}
		batch_len = 0;
		more = work();
	}
	return 0;
}

void ustd_loop_quit(void)
{
	quit = true;
}
