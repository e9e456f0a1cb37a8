/* SPDX-License-Identifier: GPL-2.0-only */
/* Sizes, contexts and the words for numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/site.h>

#include "libustctl/cmd/cmd.h"
#include "libustctl/cmd/names.h"
#include "libustctl/cmd/program.h"

static int size(const char *text, uint64_t *ret)
{
	*ret = 42;
	return ust_cmd_parse_size(text, 4096, 16 << 20, ret);
}

static void test_size(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{"4096", 4096},  {"4k", 4096},      {"4K", 4096},      {"512k", 512 << 10},
		{"1M", 1 << 20}, {"16m", 16 << 20}, {"1MiB", 1 << 20}, {"0x2000", 0x2000},
	};
	static const char *const bad[] = {
		"",        "k",
		"-4096",   "4096x",
		"4kk",     "4 k",
		"1000",    "2048",
		"32M",     "1G",
		"3M",      "1e6",
		"+4k",     "18446744073709551616",
		"4096k k", "18014398509481984k",
	};
	uint64_t bytes;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(size(good[i].text, &bytes), 0);
		assert_int_equal(bytes, good[i].bytes);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_true(size(bad[i], &bytes) < 0);
		/* Untouched on failure. */
		assert_int_equal(bytes, 42);
	}
}

static void test_contexts(void **state)
{
	static const char *const bad[] = {"",    ",",        "tid,",     ",tid",
					  "pid", "none,tid", "tid,none", "ti"};
	unsigned int contexts = 0, i;
	char buf[32];

	(void)state;
	assert_int_equal(ust_cmd_parse_contexts("tid", &contexts), 0);
	assert_int_equal(contexts, UST_CTL_CONTEXT_TID);
	assert_int_equal(ust_cmd_parse_contexts("ip,comm,tid", &contexts), 0);
	assert_int_equal(contexts, 7);
	assert_string_equal(ust_name_contexts(contexts, buf), "tid,comm,ip");
	assert_int_equal(ust_cmd_parse_contexts("none", &contexts), 0);
	assert_int_equal(contexts, 0);
	assert_string_equal(ust_name_contexts(contexts, buf), "none");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ust_cmd_parse_contexts(bad[i], &contexts), -EINVAL);
}

static void test_types(void **state)
{
	char buf[64];

	(void)state;
#define NAME(type, flags, count) ust_name_type(UST_FIELD_WORD(type, flags, count), buf, sizeof(buf))
	assert_string_equal(NAME(UST_TYPE_S32, 0, 0), "int32_t");
	assert_string_equal(NAME(UST_TYPE_U16, UST_FIELD_NETWORK, 0), "uint16_t be");
	assert_string_equal(NAME(UST_TYPE_U64, UST_FIELD_HEX, 0), "uint64_t hex");
	assert_string_equal(NAME(UST_TYPE_U8, UST_FIELD_ARRAY, 6), "uint8_t[6]");
	assert_string_equal(NAME(UST_TYPE_DOUBLE, UST_FIELD_SEQ, 0), "double[]");
	assert_string_equal(NAME(UST_TYPE_STRING, 0, 0), "char *");
	assert_string_equal(NAME(UST_TYPE_U8, UST_FIELD_SEQ | UST_FIELD_TEXT, 0), "text");
	assert_string_equal(NAME(UST_TYPE_S8, UST_FIELD_ARRAY | UST_FIELD_TEXT, 9), "text[9]");
	assert_string_equal(NAME(UST_TYPE_U64, UST_FIELD_ENUM, 0), "enum uint64_t");
	assert_string_equal(NAME(31, 0, 0), "?");
}

static void test_levels(void **state)
{
	(void)state;
	assert_string_equal(ust_name_level(4), "WARNING");
	assert_string_equal(ust_name_level(15), "?");
	assert_int_equal(ust_name_to_level("TRACE_DEBUG_LINE"), UST_LOGLEVEL_DEFAULT);
	assert_int_equal(ust_name_to_level("emerg"), 0);
	assert_int_equal(ust_name_to_level("14"), 14);
	assert_int_equal(ust_name_to_level("15"), -EINVAL);
	assert_int_equal(ust_name_to_level("99999999999999999999"), -EINVAL);
	assert_int_equal(ust_name_to_level("1x"), -EINVAL);
	assert_int_equal(ust_name_to_level(""), -EINVAL);
}

static void test_program(void **state)
{
	struct ust_program *program = malloc(sizeof(*program));

	(void)state;
	assert_int_equal(ust_program_find(program, "true"), 0);
	assert_true(program->is_elf && !program->is_static && !program->is_script);
	assert_int_equal(ust_program_find(program, "ust-no-such-program"), -ENOENT);
	assert_int_equal(ust_program_find(program, "/nonexistent/program"), -ENOENT);
	assert_int_equal(ust_program_find(program, "/etc/passwd"), -EACCES);
	assert_int_equal(ust_program_find(program, "/"), -EISDIR);
	assert_int_equal(ust_program_find(program, ""), -ENOENT);
	free(program);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_size),    cmocka_unit_test(test_contexts),
		cmocka_unit_test(test_types),   cmocka_unit_test(test_levels),
		cmocka_unit_test(test_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
