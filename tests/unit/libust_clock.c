/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock's image and loader, and <ust/clock.h> as a program has it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ust/clock.h>

#include <clock-image.h>

#include "libust/clock/symbol.h"
#include "libust/clock/vdso.h"

static void test_real_vdso(void **state)
{
	const void *real = (const void *)getauxval(AT_SYSINFO_EHDR);
	int (*gettime)(int, struct timespec *);
	struct timespec before, got, after;
	void *at = real ? ust_clock_symbol(real, 0, "LINUX_2.6", "__vdso_clock_gettime") : NULL;

	(void)state;
	assert_non_null(at);
	memcpy(&gettime, &at, sizeof(at));
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(gettime(CLOCK_MONOTONIC, &got), 0);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(got.tv_sec >= before.tv_sec && got.tv_sec <= after.tv_sec);
	assert_null(ust_clock_symbol(real, 0, "LINUX_9.9", "__vdso_clock_gettime"));
	assert_null(ust_clock_symbol(real, 0, NULL, "__vdso_no_such_thing"));
}

static void test_own(void **state)
{
	struct ust_clock_params params;
	struct ust_vdso vdso;
	uint64_t first;

	(void)state;
	assert_int_equal(ust_vdso_open_own(&vdso), 0);
	assert_int_equal(vdso.way, UST_VDSO_OWN);
	assert_int_equal(vdso.mode(), vdso.page->mode);
	assert_int_equal(vdso.freq(), vdso.page->freq);
	assert_true((vdso.page->mode == UST_CLOCK_MONOTONIC) == (vdso.page->reason[0] != 0));
	first = vdso.read();
	assert_true(vdso.read() >= first);
	ust_vdso_params(&vdso, &params);
	assert_true(params.ticks <= first);
	assert_int_equal(ust_vdso_update(&vdso), -19 /* ENODEV */);
	ust_vdso_close(&vdso);
	assert_null(vdso.page);
}

static void test_no_device(void **state)
{
	struct ust_vdso vdso;

	(void)state;
	assert_int_equal(ust_vdso_open_device("/no/such/device", &vdso), -2 /* ENOENT */);
	assert_int_equal(ust_vdso_open_device("/proc/self/exe", &vdso), -19 /* ENODEV */);
	/* A device, but not one that can be mapped as a clock. */
	assert_true(ust_vdso_open_device("/dev/null", &vdso) < 0);
	assert_true(ust_vdso_open_device("/dev/zero", &vdso) < 0);
}

/* The image behind a page of our making: what it says depends on nothing else. */
static void test_modes(void **state)
{
	size_t size = UST_CLOCK_PAGE_SIZE + 2 * UST_CLOCK_PAGE_SIZE;
	char *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ust_clock_page *page = (struct ust_clock_page *)map;
	uint64_t (*reader)(void), before, got;
	uint32_t (*mode)(void);
	void *at;

	(void)state;
	assert_true(map != MAP_FAILED && sizeof(ust_clock_image) <= size - UST_CLOCK_PAGE_SIZE);
	memcpy(map + UST_CLOCK_PAGE_SIZE, ust_clock_image, sizeof(ust_clock_image));
	page->mode = UST_CLOCK_MONOTONIC;
	assert_int_equal(mprotect(map + UST_CLOCK_PAGE_SIZE, size - UST_CLOCK_PAGE_SIZE,
				  PROT_READ | PROT_EXEC),
			 0);
	at = ust_clock_symbol(map + UST_CLOCK_PAGE_SIZE, sizeof(ust_clock_image),
			      UST_CLOCK_SYMBOL_VERSION, UST_CLOCK_SYMBOL_READ);
	memcpy(&reader, &at, sizeof(at));
	at = ust_clock_symbol(map + UST_CLOCK_PAGE_SIZE, sizeof(ust_clock_image),
			      UST_CLOCK_SYMBOL_VERSION, UST_CLOCK_SYMBOL_MODE);
	memcpy(&mode, &at, sizeof(at));
	before = ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC);
	got = reader();
	assert_true(before <= got && got <= ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC));
	assert_int_equal(mode(), UST_CLOCK_MONOTONIC);
	if (UST_TICKS_MODE) {
		page->mode = UST_TICKS_MODE;
		before = ust_ticks_ordered();
		got = reader();
		assert_true(before <= got && got <= ust_ticks_ordered());
		assert_int_equal(mode(), UST_TICKS_MODE);
	}
	munmap(map, size);
}

/* Whatever the bytes are, nothing outside them is read: they end where the mapping does. */
static void test_hostile_image(void **state)
{
	size_t size = sizeof(ust_clock_image), room = UST_CLOCK_PAGE_SIZE * 2, len;
	char *map = mmap(NULL, room + UST_CLOCK_PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	unsigned int seed = 1, i, j;

	(void)state;
	assert_int_equal(mprotect(map, room, PROT_READ | PROT_WRITE), 0);
	for (len = 8; len < size; len++) {
		char *image = map + room - (len & ~(size_t)7);

		memcpy(image, ust_clock_image, len & ~(size_t)7);
		ust_clock_symbol(image, len & ~(size_t)7, UST_CLOCK_SYMBOL_VERSION,
				 UST_CLOCK_SYMBOL_READ);
	}
	size = (size + 7) & ~(size_t)7;
	for (i = 0; i < 100000; i++) {
		char *image = map + room - size;

		memcpy(image, ust_clock_image, sizeof(ust_clock_image));
		for (j = 0; j <= i % 4; j++)
			image[(size_t)rand_r(&seed) % size] = (char)rand_r(&seed);
		ust_clock_symbol(image, size, i % 2 ? UST_CLOCK_SYMBOL_VERSION : NULL,
				 UST_CLOCK_SYMBOL_READ);
	}
	munmap(map, room + UST_CLOCK_PAGE_SIZE);
}

static void test_agrees(void **state)
{
	struct ust_clock_anchor anchor = {0};
	uint64_t slack, before, at, after;
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		if (i % 100 == 0)
			ust_clock_take_anchor(&anchor);
		before = ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC);
		at = ust_clock_monotonic_ns(&anchor, ust_clock_read_ordered());
		after = ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC);
		slack = anchor.uncertainty_ns + (after - anchor.monotonic_ns) / 2000;
		assert_true(at + slack >= before && at <= after + slack);
	}
	/* Before the anchor as well. */
	before = ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC);
	at = ust_clock_read_ordered();
	after = ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC);
	usleep(2000);
	ust_clock_take_anchor(&anchor);
	slack = anchor.uncertainty_ns + (anchor.monotonic_ns - before) / 2000;
	at = ust_clock_monotonic_ns(&anchor, at);
	assert_true(at + slack >= before && at <= after + slack);
}

static void test_to_ns(void **state)
{
	uint64_t freq = ust_clock_freq();

	(void)state;
	assert_true(freq > 1000000);
	assert_int_equal(ust_clock_freq(), freq);
	assert_int_equal(ust_clock_to_ns(0), 0);
	assert_int_equal(ust_clock_to_ns(freq), 1000000000);
	/* Ten years do not overflow. */
	assert_int_equal(ust_clock_to_ns(freq * 315360000), 315360000000000000ull);
	assert_int_equal(ust_clock_scale(3, 2000000000), 1);
}

#define NR_THREADS 4
#define ROUNDS 20000

static uint64_t latest;
static int nr_back;

/* Each reading is taken behind the one that another thread, on another CPU, has told. */
static void *relay(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg, i;
	long nr_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	for (i = 0; i < ROUNDS; i++) {
		uint64_t told, now;

		if (i % 128 == 0) {
			CPU_ZERO(&set);
			CPU_SET((size_t)rand_r(&seed) % (size_t)nr_cpus, &set);
			sched_setaffinity(0, sizeof(set), &set);
		}
		told = __atomic_load_n(&latest, __ATOMIC_ACQUIRE);
		now = ust_clock_read_ordered();
		if (now < told)
			__atomic_fetch_add(&nr_back, 1, __ATOMIC_RELAXED);
		while (now > told &&
		       !__atomic_compare_exchange_n(&latest, &told, now, 0, __ATOMIC_ACQ_REL,
						    __ATOMIC_ACQUIRE))
			;
	}
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t threads[NR_THREADS];
	uint64_t last = 0, now;
	uintptr_t i;

	(void)state;
	for (i = 0; i < NR_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, relay, (void *)(i + 1)), 0);
	for (i = 0; i < ROUNDS; i++) {
		now = ust_clock_read();
		assert_true(now >= last);
		last = now;
	}
	for (i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(nr_back, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_vdso),     cmocka_unit_test(test_own),
		cmocka_unit_test(test_no_device),     cmocka_unit_test(test_modes),
		cmocka_unit_test(test_hostile_image), cmocka_unit_test(test_agrees),
		cmocka_unit_test(test_to_ns),         cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
