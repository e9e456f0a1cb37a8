/* SPDX-License-Identifier: GPL-2.0-only */
/* Grace periods: what was reachable before is not in use after, with signals and forks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libust/channel/channel.h"
#include "libust/os/thread.h"

#define NR_READERS 3
#define NR_TURNS 2000
#define NR_READS 100000
#define NR_MANY 3000 /* more than there are slots */
#define GOOD 0x600du

static volatile unsigned int boxes[2] = {GOOD, GOOD};
static volatile unsigned int *current_box = &boxes[0];
static int stop;
static unsigned long reads, bad;

static void read_once(void)
{
	uint32_t token = ust_grace_enter();
	volatile unsigned int *box = __atomic_load_n(&current_box, __ATOMIC_ACQUIRE);
	int i;

	for (i = 0; i < 20; i++)
		if (*box != GOOD)
			__atomic_fetch_add(&bad, 1, __ATOMIC_RELAXED);
	ust_grace_leave(token);
	__atomic_fetch_add(&reads, 1, __ATOMIC_RELAXED);
}

static void on_signal(int signal)
{
	(void)signal;
	read_once();
}

static void *reader(void *unused)
{
	(void)unused;
	ust_thread_tid();
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		read_once();
	return NULL;
}

static void turn(void)
{
	volatile unsigned int *old = current_box, *new = &boxes[old == &boxes[0]];

	*new = GOOD;
	__atomic_store_n(&current_box, new, __ATOMIC_RELEASE);
	ust_grace_wait();
	*old = 0;
}

static void test_readers_and_signals(void **state)
{
	struct itimerval timer = {.it_interval = {.tv_usec = 500}, .it_value = {.tv_usec = 500}};
	struct itimerval off = {{0, 0}, {0, 0}};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	pthread_t threads[NR_READERS];
	int i, turns = 0;

	(void)state;
	stop = 0;
	reads = 0;
	sigaction(SIGPROF, &action, NULL);
	setitimer(ITIMER_PROF, &timer, NULL);
	for (i = 0; i < NR_READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, reader, NULL), 0);
	for (; turns < NR_TURNS || __atomic_load_n(&reads, __ATOMIC_RELAXED) < NR_READS; turns++)
		turn();
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < NR_READERS; i++)
		pthread_join(threads[i], NULL);
	setitimer(ITIMER_PROF, &off, NULL);
	assert_int_equal(bad, 0);
	print_message("%lu reads, %d grace periods\n", reads, turns);
}

/* A reader of the parent is no reader of the child. */
static void test_fork(void **state)
{
	uint32_t token;
	int status;
	pid_t pid;

	(void)state;
	token = ust_grace_enter();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		ust_grace_forked();
		ust_grace_leave(token);
		alarm(10);
		ust_grace_wait();
		_exit(0);
	}
	ust_grace_leave(token);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	ust_grace_wait();
}

static void *wait_in_thread(void *done)
{
	ust_grace_wait();
	__atomic_store_n((int *)done, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void test_waits(void **state)
{
	int done = 0;
	pthread_t thread;
	uint32_t outer = ust_grace_enter(), inner = ust_grace_enter();

	(void)state;
	ust_grace_leave(inner);
	assert_int_equal(pthread_create(&thread, NULL, wait_in_thread, &done), 0);
	usleep(20000);
	assert_int_equal(__atomic_load_n(&done, __ATOMIC_ACQUIRE), 0);
	ust_grace_leave(outer);
	pthread_join(thread, NULL);
	assert_int_equal(done, 1);
}

/* From here on threads have slots of their own, as far as these go. */
static void test_init(void **state)
{
	(void)state;
	ust_grace_init();
}

static void *enter_once(void *unused)
{
	uint32_t token = ust_grace_enter();

	ust_grace_leave(token);
	return unused;
}

static void test_many_threads(void **state)
{
	pthread_t thread;
	int i;

	(void)state;
	for (i = 0; i < NR_MANY; i++) {
		assert_int_equal(pthread_create(&thread, NULL, enter_once, NULL), 0);
		pthread_join(thread, NULL);
	}
	ust_grace_wait();
	assert_int_equal(ust_grace_gave_up(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_readers_and_signals),
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_fork),
		cmocka_unit_test(test_readers_and_signals),
		cmocka_unit_test(test_many_threads),
		cmocka_unit_test(test_readers_and_signals),
	};

	return cmocka_run_group_tests_name("libust: grace periods", tests, NULL, NULL);
}
