/* SPDX-License-Identifier: GPL-2.0-only */
/* What the unit tests use of cmocka's library, for architectures that Debian's build does not run on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PASSED, FAILED, SKIPPED };

static jmp_buf out;

static void __attribute__((noreturn)) fail_at(const char *file, int line, const char *what)
{
	printf("%s:%d: %s\n", file, line, what);
	longjmp(out, FAILED);
}

void _fail(const char *const file, const int line)
{
	fail_at(file, line, "fail()");
}

void _skip(const char *const file, const int line)
{
	printf("%s:%d: skipped\n", file, line);
	longjmp(out, SKIPPED);
}

void _assert_true(const LargestIntegralType result, const char *const expression,
		  const char *const file, const int line)
{
	if (!result)
		fail_at(file, line, expression);
}

void _assert_int_equal(const LargestIntegralType a, const LargestIntegralType b,
		       const char *const file, const int line)
{
	if (a == b)
		return;
	printf("%#jx is not %#jx\n", a, b);
	fail_at(file, line, "assert_int_equal()");
}

void _assert_int_not_equal(const LargestIntegralType a, const LargestIntegralType b,
			   const char *const file, const int line)
{
	if (a == b)
		fail_at(file, line, "assert_int_not_equal()");
}

void _assert_string_equal(const char *const a, const char *const b, const char *const file,
			  const int line)
{
	if (!strcmp(a, b))
		return;
	printf("\"%s\" is not \"%s\"\n", a, b);
	fail_at(file, line, "assert_string_equal()");
}

void _assert_memory_equal(const void *const a, const void *const b, const size_t size,
			  const char *const file, const int line)
{
	if (memcmp(a, b, size) != 0)
		fail_at(file, line, "assert_memory_equal()");
}

void _assert_in_range(const LargestIntegralType value, const LargestIntegralType minimum,
		      const LargestIntegralType maximum, const char *const file, const int line)
{
	if (value < minimum || value > maximum)
		fail_at(file, line, "assert_in_range()");
}

void print_message(const char *const format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

void print_error(const char *const format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

static int run(const struct CMUnitTest *test)
{
	void *state = test->initial_state;
	int how;

	if (test->setup_func && test->setup_func(&state))
		return FAILED;
	how = setjmp(out);
	if (!how)
		test->test_func(&state);
	if (test->teardown_func && test->teardown_func(&state))
		return FAILED;
	return how;
}

int _cmocka_run_group_tests(const char *group_name, const struct CMUnitTest *const tests,
			    const size_t num_tests, CMFixtureFunction group_setup,
			    CMFixtureFunction group_teardown)
{
	int nr_failed = 0;
	void *state = NULL;
	size_t i;

	if (group_setup && group_setup(&state))
		return 1;
	for (i = 0; i < num_tests; i++) {
		int failed = run(&tests[i]) == FAILED;

		printf("%s %s: %s\n", failed ? "not ok" : "ok", group_name, tests[i].name);
		nr_failed += failed;
	}
	if (group_teardown && group_teardown(&state))
		nr_failed++;
	return nr_failed;
}
