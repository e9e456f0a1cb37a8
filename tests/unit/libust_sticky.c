/* SPDX-License-Identifier: GPL-2.0-only */
/* Sticky state: the last value of each key, whole, with threads, signal handlers, forks, a full table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libust/probe/sticky.h"

/* As many as can write one key at the same time without losing a value: see NR_BUFFERS. */
#define NR_WRITERS 3
#define NR_KEYS 5
#define NR_WRITES 20000
#define NR_SIGNALS 200
#define NR_FORKS 20
#define NR_MANY 3000 /* more than there are slots */

/* A value tells its own length and bytes, so that a torn one is seen. */
struct value {
	uint32_t key, writer, number;
	unsigned char rest[200];
};
#define FIXED offsetof(struct value, rest)

static int events[5]; /* their addresses are events */
static unsigned int stop, nr_signals;

static void keep(const void *event, uint32_t key, uint32_t writer, uint32_t number)
{
	struct value value = {key, writer, number, {0}};
	uint32_t len = number % sizeof(value.rest);

	memset(value.rest, (int)(key + writer + number) & 0xff, len);
	ust_sticky_keep(event, (unsigned char *)&value, FIXED + len, sizeof(value.key));
}

static int is_whole(const struct ust_sticky *sticky, struct value *ret)
{
	uint32_t i;

	memcpy(ret, sticky->bytes, sizeof(*ret));
	if (sticky->len != FIXED + ret->number % sizeof(ret->rest))
		return 0;
	for (i = 0; i < sticky->len - FIXED; i++)
		if (ret->rest[i] != ((ret->key + ret->writer + ret->number) & 0xff))
			return 0;
	return 1;
}

/* Result: how many values an event has, or -1: one is torn. ret: the value of @key. */
static int count(const void *event, uint32_t key, struct value *ret)
{
	struct ust_sticky sticky;
	struct value value;
	int nr = 0;

	for (uint32_t slot = 0; slot < UST_STICKY_SLOTS; slot++) {
		if (!ust_sticky_read(slot, &sticky) || sticky.event != event)
			continue;
		if (!is_whole(&sticky, &value))
			return -1;
		nr++;
		if (value.key == key)
			*ret = value;
	}
	return nr;
}

static void test_values(void **state)
{
	unsigned char large[UST_STICKY_MAX + 1] = {0};
	uint64_t lost = ust_sticky_lost();
	struct value value;

	(void)state;
	keep(&events[0], 1, 0, 10);
	keep(&events[0], 2, 0, 11);
	keep(&events[1], 1, 0, 12);
	keep(&events[0], 1, 0, 13);
	assert_int_equal(count(&events[0], 1, &value), 2);
	assert_int_equal(value.number, 13);
	assert_int_equal(count(&events[0], 2, &value), 2);
	assert_int_equal(value.number, 11);
	assert_int_equal(count(&events[1], 1, &value), 1);
	assert_int_equal(value.number, 12);
	assert_int_equal(ust_sticky_lost(), lost);
	ust_sticky_keep(&events[1], large, sizeof(large), 4);
	ust_sticky_keep(&events[1], large, 100, UST_STICKY_KEY + 1);
	assert_int_equal(ust_sticky_lost(), lost + 2);
	assert_int_equal(count(&events[1], 1, &value), 1);
}

static void *writer(void *number)
{
	uint32_t i, key;

	for (i = 0; i < NR_WRITES; i++)
		for (key = 0; key < NR_KEYS; key++)
			keep(&events[2], key, (uint32_t)(uintptr_t)number, i);
	__atomic_fetch_add(&stop, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void test_threads(void **state)
{
	uint64_t lost = ust_sticky_lost();
	pthread_t threads[NR_WRITERS];
	struct value value;
	uint32_t i;

	(void)state;
	stop = 0;
	for (i = 0; i < NR_WRITERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, writer, (void *)(uintptr_t)i),
				 0);
	while (__atomic_load_n(&stop, __ATOMIC_ACQUIRE) < NR_WRITERS)
		assert_true(count(&events[2], 0, &value) >= 0);
	for (i = 0; i < NR_WRITERS; i++)
		pthread_join(threads[i], NULL);
	/* What is left is somebody's last value. */
	for (i = 0; i < NR_KEYS; i++) {
		assert_int_equal(count(&events[2], i, &value), NR_KEYS);
		assert_int_equal(value.number, NR_WRITES - 1);
	}
	assert_int_equal(ust_sticky_lost(), lost);
}

static void on_signal(int signal)
{
	(void)signal;
	keep(&events[3], 1, 1, nr_signals++);
}

static void test_signals(void **state)
{
	struct itimerval often = {{0, 100}, {0, 100}}, never = {{0, 0}, {0, 0}};
	uint64_t lost = ust_sticky_lost();
	struct value value;
	uint32_t i;

	(void)state;
	signal(SIGALRM, on_signal);
	setitimer(ITIMER_REAL, &often, NULL);
	for (i = 0; __atomic_load_n(&nr_signals, __ATOMIC_RELAXED) < NR_SIGNALS; i++) {
		keep(&events[3], 1, 0, i);
		if (i % 1000 == 0)
			assert_int_equal(count(&events[3], 1, &value), 1);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	signal(SIGALRM, SIG_IGN);
	keep(&events[3], 1, 0, i);
	assert_int_equal(count(&events[3], 1, &value), 1);
	assert_int_equal(value.writer, 0);
	assert_int_equal(value.number, i);
	assert_int_equal(ust_sticky_lost(), lost);
}

/* In a child. Result: its exit status. */
static int forked(void)
{
	uint64_t lost = ust_sticky_lost();
	struct value value;
	uint32_t i;

	ust_sticky_forked();
	if (count(&events[2], 0, &value) != NR_KEYS)
		return 1;
	for (i = 1; i <= 10; i++) {
		keep(&events[2], 0, 7, i);
		if (count(&events[2], 0, &value) != NR_KEYS || value.writer != 7 ||
		    value.number != i)
			return 2;
	}
	return ust_sticky_lost() == lost ? 0 : 3;
}

static int status_of(int (*child)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		_exit(child());
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void *endless_writer(void *unused)
{
	for (uint32_t i = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); i++)
		keep(&events[2], i % NR_KEYS, 9, i);
	return unused;
}

static void test_fork(void **state)
{
	pthread_t threads[2];
	int i;

	(void)state;
	stop = 0;
	for (i = 0; i < NR_KEYS; i++)
		keep(&events[2], (uint32_t)i, 9, 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, endless_writer, NULL), 0);
	for (i = 0; i < NR_FORKS; i++)
		assert_int_equal(status_of(forked), 0);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

static int fill(void)
{
	uint64_t lost = ust_sticky_lost();
	struct value value;
	int kept;

	for (uint32_t key = 0; key < NR_MANY; key++)
		keep(&events[4], key, 0, 1);
	kept = count(&events[4], 0, &value);
	if (kept <= 0 || kept > UST_STICKY_SLOTS)
		return 1;
	if (ust_sticky_lost() - lost != (uint64_t)(NR_MANY - kept))
		return 2;
	/* The first that came are there, and can change. */
	keep(&events[4], 0, 0, 2);
	if (count(&events[4], 0, &value) != kept || value.key || value.number != 2)
		return 3;
	return ust_sticky_lost() - lost == (uint64_t)(NR_MANY - kept) ? 0 : 4;
}

static void test_full(void **state)
{
	(void)state;
	assert_int_equal(status_of(fill), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),  cmocka_unit_test(test_threads),
		cmocka_unit_test(test_signals), cmocka_unit_test(test_fork),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
