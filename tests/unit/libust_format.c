/* SPDX-License-Identifier: GPL-2.0-only */
/* The format strings of markers: names, base, byte order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ust/abi/site.h>

#include "libust/site/format.h"

struct expected {
	uint32_t word; /* as the compiler saw it */
	const char *name;
	uint32_t result; /* as it is to be shown */
};

#define HEX(type) UST_FIELD_WORD(type, UST_FIELD_HEX, 0)
#define NETWORK(type) UST_FIELD_WORD(type, UST_FIELD_NETWORK, 0)
#define S32 UST_TYPE_S32
#define U32 UST_TYPE_U32
#define U64 UST_TYPE_U64
#define STRING UST_TYPE_STRING
#define POINTER UST_TYPE_POINTER

static void check(const char *string, const struct expected *expected, unsigned int nr)
{
	struct ust_format format;
	unsigned int i;
	char name[32];
	uint32_t word = 0;

	ust_format_init(&format, string);
	for (i = 0; i < nr; i++) {
		word = expected[i].word;
		assert_int_equal(ust_format_next(&format, i, name, sizeof(name), &word), 1);
		assert_string_equal(name, expected[i].name);
		assert_int_equal(word, expected[i].result);
	}
	assert_int_equal(ust_format_next(&format, i, name, sizeof(name), &word), 0);
}

#define CHECK(string, ...)                                                                         \
	do {                                                                                       \
		static const struct expected e[] = {__VA_ARGS__};                                  \
		check(string, e, sizeof(e) / sizeof(e[0]));                                        \
	} while (0)

static void test_names(void **state)
{
	(void)state;
	CHECK("fd %d name %s", {S32, "fd", S32}, {STRING, "name", STRING});
	CHECK("%d %d", {S32, "arg0", S32}, {S32, "arg1", S32});
	CHECK("size=%zu, ptr: %p", {U64, "size", U64}, {POINTER, "ptr", POINTER});
	CHECK("took 100%% of %llu", {U64, "of", U64});
	CHECK("a%db%d", {S32, "a", S32}, {S32, "b", S32});
	CHECK("[%d]", {S32, "arg0", S32});
	check(" ", NULL, 0);
	check("", NULL, 0);
	check("text without fields 100%%", NULL, 0);
}

static void test_base(void **state)
{
	(void)state;
	CHECK("x %x", {U32, "x", HEX(U32)});
	CHECK("x %#018lX", {U64, "x", HEX(U64)});
	CHECK("addr #4x%lu", {U64, "addr", HEX(U64)});
	CHECK("addr #4u%lx", {U64, "addr", U64});
	CHECK("port #n2u%hu", {UST_TYPE_U16, "port", NETWORK(UST_TYPE_U16)});
	CHECK("port #n %hu", {UST_TYPE_U16, "port", NETWORK(UST_TYPE_U16)});
	CHECK("f %f", {UST_TYPE_DOUBLE, "f", UST_TYPE_DOUBLE});
	CHECK("number # of things %d", {S32, "things", S32});
}

static void test_pointer_to_char(void **state)
{
	(void)state;
	CHECK("s %s p %p", {STRING, "s", STRING}, {STRING, "p", POINTER});
	CHECK("p %p n %d", {STRING, "p", POINTER}, {S32, "n", S32});
	/* Instrumented code looks for "%p" only. */
	CHECK("p %20p", {STRING, "p", STRING});
}

static void test_widths(void **state)
{
	(void)state;
	CHECK("v %*d w %.*s", {S32, "arg0", S32}, {S32, "v", S32}, {S32, "arg2", S32},
	      {STRING, "w", STRING});
}

static void test_broken(void **state)
{
	uint32_t word = S32;
	struct ust_format format;
	char name[8];

	(void)state;
	CHECK("end %", {S32, "end", S32});
	CHECK("end %-10", {S32, "end", S32});
	CHECK("#%d", {S32, "arg0", S32});
	ust_format_init(&format, "a_rather_long_name %d");
	assert_int_equal(ust_format_next(&format, 0, name, sizeof(name), &word), 1);
	assert_string_equal(name, "a_rathe");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),           cmocka_unit_test(test_base),
		cmocka_unit_test(test_pointer_to_char), cmocka_unit_test(test_widths),
		cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests_name("libust: marker formats", tests, NULL, NULL);
}
