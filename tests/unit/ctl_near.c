/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that come near what somebody wrote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "libustctl/cmd/near.h"

static void test_distance(void **state)
{
	char a[400], b[400];

	(void)state;
	assert_int_equal(ust_near_distance("", ""), 0);
	assert_int_equal(ust_near_distance("", "abc"), 3);
	assert_int_equal(ust_near_distance("abc", ""), 3);
	assert_int_equal(ust_near_distance("Record", "record"), 0);
	assert_int_equal(ust_near_distance("recrod", "record"), 1);
	assert_int_equal(ust_near_distance("kitten", "sitting"), 3);
	assert_int_equal(ust_near_distance("rael", "reals"), 2);
	/* Longer words than are compared are cut, not overrun. */
	memset(a, 'a', sizeof(a) - 1);
	memset(b, 'b', sizeof(b) - 1);
	a[sizeof(a) - 1] = b[sizeof(b) - 1] = '\0';
	assert_int_equal(ust_near_distance(a, b), 128);
	assert_int_equal(ust_near_distance(a, a), 0);
}

static void test_one(void **state)
{
	static const char *const names[] = {"record", "view", "status", "start", "stats", "stop"};

	(void)state;
	assert_int_equal(ust_near_one("recrod", names, 6), 0);
	assert_int_equal(ust_near_one("rec", names, 6), 0);
	assert_int_equal(ust_near_one("veiw", names, 6), 1);
	assert_int_equal(ust_near_one("statu", names, 6), 2);
	assert_int_equal(ust_near_one("zzzzzz", names, 6), -1);
	assert_int_equal(ust_near_one("", names, 6), -1);
	assert_int_equal(ust_near_one("record", names, 0), -1);
}

static const char *const events[] = {
	"shapes:integers", "shapes:reals", "malloc:free", "http:request_begin", "http:request_end",
};

static const char *first(const char *pattern)
{
	unsigned int index[3];

	return ust_near_events(pattern, events, 5, index, 3) ? events[index[0]] : NULL;
}

static void test_events(void **state)
{
	unsigned int index[2];

	(void)state;
	assert_string_equal(first("shapes:rael"), "shapes:reals");
	assert_string_equal(first("reels"), "shapes:reals");
	assert_string_equal(first("maloc:*"), "malloc:free");
	assert_string_equal(first("*request*"), "http:request_begin");
	assert_string_equal(first("free"), "malloc:free");
	assert_string_equal(first("shape:integer"), "shapes:integers");
	assert_null(first("zzz:*"));
	assert_null(first("*"));
	assert_null(first(""));
	/* No more than there is room for. */
	assert_int_equal(ust_near_events("request", events, 5, index, 2), 2);
	assert_int_equal(ust_near_events("request", events, 5, index, 0), 0);
	assert_int_equal(ust_near_events("request", events, 0, index, 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
