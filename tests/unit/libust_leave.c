/* SPDX-License-Identifier: GPL-2.0-only */
/* Whoever waits for threads to leave some code tells those that are in it from those that are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "libust/os/leave.h"

#define INSIDE __attribute__((section("leave_text"), noinline))

extern char __start_leave_text[], __stop_leave_text[];
static sem_t there;
static int stop;

static char read_one(const int *fd)
{
	char c = 0;

	sem_post(&there);
	if (read(*fd, &c, 1) != 1)
		c = 0;
	return c;
}

/* The frame is one of the code that is waited for. */
INSIDE static void *blocked_inside(void *fd)
{
	char c = read_one(fd);

	__asm__ __volatile__("" : : "r"(&c) : "memory");
	return NULL;
}

static void *blocked_outside(void *fd)
{
	read_one(fd);
	return NULL;
}

INSIDE static void *spins(void *unused)
{
	(void)unused;
	sem_post(&there);
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		;
	return NULL;
}

static int leave(void)
{
	return ust_leave_wait((uintptr_t)__start_leave_text, (uintptr_t)__stop_leave_text);
}

static int waited_for(void *(*fn)(void *))
{
	pthread_t thread;
	int ret, fds[2];

	__atomic_store_n(&stop, 0, __ATOMIC_RELAXED);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(sem_init(&there, 0, 0), 0);
	assert_int_equal(pthread_create(&thread, NULL, fn, &fds[0]), 0);
	sem_wait(&there);
	ret = leave();
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	assert_int_equal(write(fds[1], "x", 1), 1);
	pthread_join(thread, NULL);
	close(fds[0]);
	close(fds[1]);
	return ret;
}

static void alone(void **state)
{
	(void)state;
	assert_int_equal(leave(), 0);
}

static void outside(void **state)
{
	(void)state;
	assert_int_equal(waited_for(blocked_outside), 0);
}

static void inside(void **state)
{
	(void)state;
	assert_int_equal(waited_for(blocked_inside), -ETIMEDOUT);
}

/* It cannot be looked at; but an event would be over by now. */
static void running(void **state)
{
	(void)state;
	assert_int_equal(waited_for(spins), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone),
		cmocka_unit_test(outside),
		cmocka_unit_test(inside),
		cmocka_unit_test(running),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
