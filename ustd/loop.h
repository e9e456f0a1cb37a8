/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The event loop: descriptors, one-shot timers and background work. Nothing here wakes up by
 * itself: without an armed timer and without work the loop sleeps until a descriptor is ready.
 */
#ifndef USTD_LOOP_H
#define USTD_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#include <urcu/list.h>

/* A callback that does not need all it is given. */
#define USTD_UNUSED __attribute__((unused))

/* A watched descriptor; embedded in its owner. */
struct ustd_watch {
	int fd;
	void (*ready)(struct ustd_watch *watch, uint32_t events);
};

/* A one-shot timer; embedded in its owner. Zero it, set fire. */
struct ustd_timer {
	struct cds_list_head node;
	bool armed;
	uint64_t deadline_ns;
	void (*fire)(struct ustd_timer *timer);
};

int ustd_loop_init(void);
/* Runs until ustd_loop_quit(). @work: called between waits; it does a bounded amount and returns
 * whether there is more. */
int ustd_loop_run(bool (*work)(void));
void ustd_loop_quit(void);

/* Watches @watch->fd for EPOLLIN, later for other @events. 0 or negative errno. */
int ustd_loop_watch(struct ustd_watch *watch, uint32_t events);
int ustd_loop_rewatch(struct ustd_watch *watch, uint32_t events);
/* Safe in a callback: events of this watch that were already fetched are dropped. */
void ustd_loop_unwatch(struct ustd_watch *watch);

uint64_t ustd_now_ns(void);
/* Fires once, @delay_ns from now; an armed timer is moved. */
void ustd_timer_arm(struct ustd_timer *timer, uint64_t delay_ns);
void ustd_timer_disarm(struct ustd_timer *timer);

#endif /* USTD_LOOP_H */
