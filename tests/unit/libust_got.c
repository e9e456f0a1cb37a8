/* SPDX-License-Identifier: GPL-2.0-only */
/* The imports of this program are led elsewhere and back. */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libust/preload/got.h"
#include "libust/preload/lookup.h"

static int nr_calls, nr_hooked;
static void *real_getppid, *real_none, *real_labs;

static pid_t our_getppid(void)
{
	nr_calls++;
	return ((pid_t(*)(void))real_getppid)();
}

static void hooked(struct ust_got_hook *hook)
{
	assert_true(hook->nr_slots > 0);
	nr_hooked++;
}

static int find(struct dl_phdr_info *info, size_t size, void *data)
{
	struct ust_dynamic dynamic;

	(void)size;
	if (ust_object_is_vdso(info) || ust_dynamic_read(info, &dynamic))
		return 0;
	real_getppid = ust_dynamic_symbol(&dynamic, data);
	return real_getppid != NULL;
}

static struct ust_got_hook hook = {
	.name = "getppid",
	.replacement = (void *)our_getppid,
	.real = &real_getppid,
	.hooked = hooked,
};

static void looks_up(void **state)
{
	(void)state;
	dl_iterate_phdr(find, (void *)(uintptr_t) "getppid");
	assert_ptr_equal(real_getppid, dlsym(RTLD_DEFAULT, "getppid"));
	real_getppid = NULL;
	/* An indirect function, and one of several versions. */
	dl_iterate_phdr(find, (void *)(uintptr_t) "strlen");
	assert_ptr_equal(real_getppid, dlsym(RTLD_DEFAULT, "strlen"));
	real_getppid = NULL;
	dl_iterate_phdr(find, (void *)(uintptr_t) "pthread_cond_wait");
	assert_ptr_equal(real_getppid, dlsym(RTLD_DEFAULT, "pthread_cond_wait"));
	real_getppid = NULL;
	dl_iterate_phdr(find, (void *)(uintptr_t) "no_such_function");
	assert_null(real_getppid);
	dl_iterate_phdr(find, (void *)(uintptr_t) "getppid");
}

static void hooks_and_unhooks(void **state)
{
	pid_t parent = getppid();
	int round;

	(void)state;
	for (round = 0; round < 3; round++) {
		nr_calls = 0;
		ust_got_add(&hook);
		assert_int_equal(getppid(), parent);
		assert_int_equal(nr_calls, 0);
		ust_got_scan();
		ust_got_scan();
		assert_int_equal(nr_hooked, round + 1);
		assert_int_equal(getppid(), parent);
		assert_int_equal(nr_calls, 1);
		assert_ptr_equal(ust_got_replacement(real_getppid), (void *)our_getppid);
		hook.is_off = 1;
		ust_got_sweep();
		assert_int_equal(getppid(), parent);
		assert_int_equal(nr_calls, 1);
		assert_ptr_equal(ust_got_replacement(real_getppid), real_getppid);
	}
}

/* A slot that leads elsewhere belongs to somebody else. */
static void leaves_others_alone(void **state)
{
	struct ust_got_hook other = {
		.name = "getppid",
		.replacement = (void *)our_getppid,
		.real = &real_labs,
	};

	(void)state;
	real_labs = dlsym(RTLD_DEFAULT, "labs");
	nr_calls = 0;
	ust_got_add(&other);
	ust_got_scan();
	getppid();
	assert_int_equal(nr_calls, 0);
	assert_int_equal(other.nr_slots, 0);
	other.is_off = 1;
	ust_got_sweep();
}

static void waits_for_the_unknown(void **state)
{
	struct ust_got_hook unknown = {
		.name = "getppid", .replacement = (void *)our_getppid, .real = &real_none};

	(void)state;
	ust_got_add(&unknown);
	ust_got_scan();
	assert_int_equal(unknown.nr_slots, 0);
	unknown.is_off = 1;
	ust_got_sweep();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_up),
		cmocka_unit_test(hooks_and_unhooks),
		cmocka_unit_test(leaves_others_alone),
		cmocka_unit_test(waits_for_the_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
