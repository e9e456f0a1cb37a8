/* SPDX-License-Identifier: GPL-2.0-only */
/* Patterns of event names, compared with fnmatch(3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "libust/site/match.h"

static void test_names(void **state)
{
	(void)state;
	assert_true(ust_match_event("*", "app", "loop"));
	assert_true(ust_match_event("app", "app", "loop"));
	assert_true(ust_match_event("loop", "app", "loop"));
	assert_true(ust_match_event("l??p", "app", "loop"));
	assert_true(ust_match_event("app:loop", "app", "loop"));
	assert_true(ust_match_event("app:*", "app", "loop"));
	assert_true(ust_match_event("*:loop", "app", "loop"));
	assert_true(ust_match_event("a*:*p", "app", "loop"));
	assert_false(ust_match_event("", "app", "loop"));
	assert_false(ust_match_event("ap", "app", "loop"));
	assert_false(ust_match_event("app:", "app", "loop"));
	assert_false(ust_match_event("app:loo", "app", "loop"));
	assert_false(ust_match_event("app:loops", "app", "loop"));
	assert_false(ust_match_event("loop:*", "app", "loop"));
	assert_false(ust_match_event("APP:*", "app", "loop"));
}

static void test_names_with_colons(void **state)
{
	(void)state;
	assert_true(ust_match_event("lib:ns::f", "lib", "ns::f"));
	assert_true(ust_match_event("lib:*::f", "lib", "ns::f"));
	assert_false(ust_match_event("ns::f", "lib", "ns::f"));
}

static void test_sets(void **state)
{
	(void)state;
	assert_true(ust_match_glob("[a-c]x", "bx"));
	assert_false(ust_match_glob("[a-c]x", "dx"));
	assert_true(ust_match_glob("[!a-c]x", "dx"));
	assert_true(ust_match_glob("[]]", "]"));
	assert_true(ust_match_glob("[", "["));
	assert_true(ust_match_glob("a[b", "a[b"));
	assert_true(ust_match_glob("\\*", "*"));
	assert_false(ust_match_glob("\\*", "x"));
	assert_true(ust_match_glob("a-", "a-"));
}

/* A pattern that makes a naive matcher take exponential time. */
static void test_many_stars(void **state)
{
	char string[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(string) - 1; i++)
		string[i] = 'a';
	string[i] = '\0';
	assert_false(ust_match_glob("*a*a*a*a*a*a*a*a*a*a*a*b", string));
}

static void test_like_fnmatch(void **state)
{
	static const char pattern_chars[] = "ab*?[]!-";
	static const char string_chars[] = "ab-]";
	unsigned int seed = 1;
	int i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		char pattern[8], string[8];
		size_t j, nr = (size_t)rand_r(&seed) % (sizeof(pattern) - 1);

		for (j = 0; j < nr; j++)
			pattern[j] = pattern_chars[(size_t)rand_r(&seed) % 8];
		pattern[nr] = '\0';
		nr = (size_t)rand_r(&seed) % (sizeof(string) - 1);
		for (j = 0; j < nr; j++)
			string[j] = string_chars[(size_t)rand_r(&seed) % 4];
		string[nr] = '\0';
		if (ust_match_glob(pattern, string) != (fnmatch(pattern, string, 0) == 0))
			fail_msg("pattern %s, string %s: fnmatch says %d", pattern, string,
				 fnmatch(pattern, string, 0) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),        cmocka_unit_test(test_names_with_colons),
		cmocka_unit_test(test_sets),         cmocka_unit_test(test_many_stars),
		cmocka_unit_test(test_like_fnmatch),
	};

	return cmocka_run_group_tests_name("libust: patterns", tests, NULL, NULL);
}
