/* SPDX-License-Identifier: GPL-2.0-only */
/* Rules of "record --call". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libust/preload/prototype.h"

static struct ust_prototype prototype;
static char why[200];

static int parse(const char *rule)
{
	memset(&prototype, 0xff, sizeof(prototype));
	why[0] = '\0';
	return ust_prototype_parse(rule, strlen(rule), &prototype, why, sizeof(why));
}

static void refused(const char *rule, const char *because)
{
	if (!parse(rule))
		fail_msg("'%s' is taken", rule);
	if (!strstr(why, because))
		fail_msg("'%s': '%s', but not '%s'", rule, why, because);
}

static void type_is(const char *text, enum ust_prototype_type type)
{
	char rule[200] = "l:f(";

	strcat(strcat(rule, text), " x)");
	if (parse(rule))
		fail_msg("'%s': %s", rule, why);
	if (prototype.params[0].type != type || strcmp(prototype.params[0].name, "x"))
		fail_msg("'%s': type %d, name '%s'", rule, prototype.params[0].type,
			 prototype.params[0].name);
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(parse("libz.so:deflate"), 0);
	assert_string_equal(prototype.library, "libz.so");
	assert_string_equal(prototype.function, "deflate");
	assert_string_equal(prototype.provider, "libz");
	assert_false(prototype.is_known);
	assert_int_equal(parse(" /opt/x y/libfoo-2.so.1 :f"), 0);
	assert_string_equal(prototype.provider, "libfoo-2");
	assert_int_equal(parse("program:f"), 0);
	assert_string_equal(prototype.provider, "program");
	refused("", "LIBRARY:FUNCTION");
	refused("libz.so", "LIBRARY:FUNCTION");
	refused(":f", "LIBRARY:FUNCTION");
	refused("l:", "function is missing");
	refused("l:f g", "too much");
}

static void parameters(void **state)
{
	(void)state;
	assert_int_equal(parse("libz.so:deflate(ptr strm, int flush) -> int"), 0);
	assert_true(prototype.is_known);
	assert_int_equal(prototype.nr_params, 2);
	assert_int_equal(prototype.result, UST_PROTOTYPE_S32);
	assert_string_equal(prototype.params[1].name, "flush");
	assert_int_equal(parse("l:f()"), 0);
	assert_true(prototype.is_known);
	assert_int_equal(prototype.nr_params, 0);
	assert_int_equal(prototype.result, UST_PROTOTYPE_VOID);
	assert_int_equal(parse("l:f(void)->str"), 0);
	assert_int_equal(prototype.nr_params, 0);
	assert_int_equal(prototype.result, UST_PROTOTYPE_STRING);
	assert_int_equal(parse("l:f(int, ptr)"), 0);
	assert_string_equal(prototype.params[0].name, "arg1");
	assert_string_equal(prototype.params[1].name, "arg2");
	refused("l:f(int a", "expected ','");
	refused("l:f(int a int b)", "expected ','");
	refused("l:f(int a,)", "type is missing");
	refused("l:f(int a, int a)", "called 'a'");
	refused("l:f(int result)", "field of its own");
	refused("l:f(void a, int b)", "void");
	refused("l:f(int a, ...)", "variable arguments");
	refused("l:f(int) -> ", "type is missing");
	refused("l:f(int) -> int x", "no part of a type");
	refused("l:f(int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int,int)",
		"more than 16");
}

static void types(void **state)
{
	(void)state;
	type_is("int", UST_PROTOTYPE_S32);
	type_is("unsigned", UST_PROTOTYPE_U32);
	type_is("unsigned int", UST_PROTOTYPE_U32);
	type_is("long long", UST_PROTOTYPE_S64);
	type_is("unsigned long int", UST_PROTOTYPE_U64);
	type_is("short int", UST_PROTOTYPE_S16);
	type_is("unsigned char", UST_PROTOTYPE_U8);
	type_is("uint32_t", UST_PROTOTYPE_U32);
	type_is("int8", UST_PROTOTYPE_S8);
	type_is("size_t", UST_PROTOTYPE_U64);
	type_is("ssize", UST_PROTOTYPE_S64);
	type_is("bool", UST_PROTOTYPE_BOOL);
	type_is("float", UST_PROTOTYPE_FLOAT);
	type_is("double", UST_PROTOTYPE_DOUBLE);
	type_is("const double", UST_PROTOTYPE_DOUBLE);
	type_is("ptr", UST_PROTOTYPE_POINTER);
	type_is("void *", UST_PROTOTYPE_POINTER);
	type_is("struct foo *", UST_PROTOTYPE_POINTER);
	type_is("foo_t *", UST_PROTOTYPE_POINTER);
	type_is("foo **", UST_PROTOTYPE_POINTER);
	type_is("str", UST_PROTOTYPE_STRING);
	type_is("const char *", UST_PROTOTYPE_STRING);
	type_is("char const *", UST_PROTOTYPE_STRING);
	type_is("char *", UST_PROTOTYPE_POINTER);
	type_is("const char **", UST_PROTOTYPE_POINTER);
	type_is("enum colour", UST_PROTOTYPE_S32);
	refused("l:f(struct foo x)", "structure by value ('struct')");
	refused("l:f(foo_t x)", "unknown type 'foo_t'");
	refused("l:f(long double x)", "long double");
}

static void libraries(void **state)
{
	(void)state;
	assert_int_equal(parse("libz.so:f"), 0);
	assert_true(ust_prototype_is_library(&prototype, "libz.so"));
	assert_true(ust_prototype_is_library(&prototype, "/lib/libz.so.1"));
	assert_true(ust_prototype_is_library(&prototype, "libz.so.1.2.13"));
	assert_false(ust_prototype_is_library(&prototype, "libzz.so.1"));
	assert_false(ust_prototype_is_library(&prototype, "libz.so1"));
	assert_false(ust_prototype_is_library(&prototype, "/libz.so.1/other.so"));
	assert_int_equal(parse("/opt/libz.so:f"), 0);
	assert_true(ust_prototype_is_library(&prototype, "/opt/libz.so"));
	assert_false(ust_prototype_is_library(&prototype, "/lib/libz.so"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(parameters),
		cmocka_unit_test(types),
		cmocka_unit_test(libraries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
