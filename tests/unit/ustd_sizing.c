/* SPDX-License-Identifier: GPL-2.0-only */
/* How large the rings of a session are, and names of files. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ustd/sink-dir.h"
#include "ustd/sizing.h"

static void test_cpus(void **state)
{
	(void)state;
	assert_int_equal(ustd_sizing_parse_cpus("0\n"), 1);
	assert_int_equal(ustd_sizing_parse_cpus("0-3\n"), 4);
	assert_int_equal(ustd_sizing_parse_cpus("0-3,8\n"), 9);
	assert_int_equal(ustd_sizing_parse_cpus("0,2-5,100-127\n"), 128);
	assert_int_equal(ustd_sizing_parse_cpus(""), 0);
	assert_int_equal(ustd_sizing_parse_cpus("x"), 0);
	assert_int_equal(ustd_sizing_parse_cpus("0-99999999"), 0);
}

static void test_sizes(void **state)
{
	struct ust_ring_geometry geo;

	(void)state;
	assert_int_equal(ustd_sizing_make(0, 0, 0, &geo), 0);
	assert_true(geo.subbuf_size >= 64 << 10);
	assert_true(geo.nr_rings >= 1);
	assert_int_equal(ustd_sizing_make(4096, 2, 1, &geo), 0);
	assert_int_equal(geo.subbuf_size, 4096);
	assert_int_equal(geo.nr_subbufs, 2);
	assert_int_equal(geo.overwrite, 1);
	assert_int_equal(ustd_sizing_make(4097, 2, 0, &geo), -EINVAL);
	assert_int_equal(ustd_sizing_make(2048, 2, 0, &geo), -EINVAL);
	assert_int_equal(ustd_sizing_make(32 << 20, 2, 0, &geo), -EINVAL);
	assert_int_equal(ustd_sizing_make(4096, 3, 0, &geo), -EINVAL);
	assert_int_equal(ustd_sizing_make(4096, 512, 0, &geo), -EINVAL);
}

static void check_name(const char *comm, const char *want)
{
	char buf[16];

	ustd_sink_dir_name(comm, buf, sizeof(buf));
	assert_string_equal(buf, want);
}

static void test_names(void **state)
{
	(void)state;
	check_name("redis-server", "redis-server");
	check_name("../../etc", "_._.._etc");
	check_name("", "_");
	check_name(".", "_");
	check_name("a b\n\x1b[", "a_b__[");
	check_name("123456789012345678", "123456789012345");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpus),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
