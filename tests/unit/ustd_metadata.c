/* SPDX-License-Identifier: GPL-2.0-only */
/* The metadata text: names, labels and types of events that may be hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "libust/ctf/metadata.h"

#define STR(text)                                                                                  \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

static char buf[256 << 10];

static const char *event_text(const struct ust_ctf_event *event)
{
	struct ust_ctf_text text;

	ust_ctf_text_init(&text, buf, sizeof(buf) - 1);
	ust_ctf_metadata_event(&text, event);
	assert_int_equal(text.error, 0);
	buf[text.len] = '\0';
	return buf;
}

static const char *field_text(struct ust_ctf_field field)
{
	struct ust_ctf_event event = {
		.provider = STR("p"), .name = STR("n"), .nr_fields = 1, .fields = &field};

	return event_text(&event);
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int nr = 0;

	while ((text = strstr(text, what))) {
		nr++;
		text++;
	}
	return nr;
}

static void test_block(void **state)
{
	struct ust_ctf_field field = {.name = STR("x"), .word = UST_TYPE_S32};
	struct ust_ctf_event event = {.provider = STR("my"),
				      .name = STR("event"),
				      .id = 70000,
				      .loglevel = 6,
				      .nr_fields = 1,
				      .fields = &field};

	(void)state;
	assert_string_equal(event_text(&event),
			    "event {\n"
			    "\tname = \"my:event\";\n"
			    "\tid = 70000;\n"
			    "\tstream_id = 0;\n"
			    "\tloglevel = 6;\n"
			    "\tfields := struct {\n"
			    "\t\tinteger { size = 32; align = 8; signed = true; } _x;\n"
			    "\t};\n"
			    "};\n\n");
}

static void test_hostile_names(void **state)
{
	struct ust_ctf_field fields[3] = {
		{.name = STR("struct"), .word = UST_TYPE_U8},
		{.name = STR("a;} b\""), .word = UST_TYPE_U8},
		{.name = STR(""), .word = UST_TYPE_U8},
	};
	struct ust_ctf_event event = {.provider = STR("a\"; };\n"),
				      .name = STR("\\\xff\xc3\xa9"),
				      .nr_fields = 3,
				      .fields = fields};
	const char *text = event_text(&event);

	(void)state;
	assert_non_null(strstr(text, "name = \"a\\\"; };?:\\\\?\xc3\xa9\";"));
	assert_non_null(strstr(text, " _struct;"));
	assert_non_null(strstr(text, " _a___b_;"));
	assert_non_null(strstr(text, " _;"));
}

static void test_same_names(void **state)
{
	struct ust_ctf_field fields[4] = {
		{.name = STR("a"),
		 .word = UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_SEQ | UST_FIELD_TEXT, 0)},
		{.name = STR("a_length"), .word = UST_TYPE_U32},
		{.name = STR("a"), .word = UST_TYPE_U32},
		{.name = STR("_a"), .word = UST_TYPE_U32},
	};
	struct ust_ctf_event event = {
		.provider = STR("p"), .name = STR("n"), .nr_fields = 4, .fields = fields};
	const char *text = event_text(&event);

	(void)state;
	/* The program's first name stays; the length field makes way for a name of the program. */
	assert_int_equal(count(text, " _a["), 1);
	assert_int_equal(count(text, " _a_length;"), 1);
	assert_int_equal(count(text, " _a_2;"), 1);
	assert_int_equal(count(text, " __a_length;"), 0);
	assert_int_equal(count(text, " __a;"), 0);
}

static void test_long_names(void **state)
{
	char name[1000];
	struct ust_ctf_field fields[UST_MAX_FIELDS];
	struct ust_ctf_event event = {.provider = STR("p"),
				      .name = STR("n"),
				      .nr_fields = UST_MAX_FIELDS,
				      .fields = fields};
	unsigned int i;

	(void)state;
	memset(name, 'x', sizeof(name));
	for (i = 0; i < UST_MAX_FIELDS; i++) {
		fields[i].name = (struct ust_ctf_str){.s = name, .len = sizeof(name)};
		fields[i].word = UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_SEQ | UST_FIELD_TEXT, 0);
	}
	assert_int_equal(count(event_text(&event), "text_t _x"), UST_MAX_FIELDS);
}

static void test_types(void **state)
{
	(void)state;
	assert_non_null(strstr(
		field_text((struct ust_ctf_field){
			.name = STR("f"),
			.word = UST_FIELD_WORD(UST_TYPE_U16,
					       UST_FIELD_ARRAY | UST_FIELD_HEX | UST_FIELD_NETWORK,
					       3)}),
		"integer { size = 16; align = 8; signed = false; base = 16; "
		"byte_order = be; } _f[3];"));
	assert_non_null(strstr(
		field_text((struct ust_ctf_field){
			.name = STR("f"), .word = UST_FIELD_WORD(UST_TYPE_S64, UST_FIELD_SEQ, 0)}),
		"uint32_t __f_length;\n"
		"\t\tinteger { size = 64; align = 8; signed = true; } "
		"_f[__f_length];"));
	assert_non_null(strstr(
		field_text((struct ust_ctf_field){.name = STR("f"), .word = UST_TYPE_POINTER}),
		"size = 64; align = 8; signed = false; base = 16; } _f;"));
	assert_non_null(strstr(
		field_text((struct ust_ctf_field){.name = STR("f"), .word = UST_TYPE_STRING}),
		"string _f;"));
}

static void test_enum(void **state)
{
	const struct ust_ctf_label labels[] = {
		{STR("one"), 1, 0},         {STR("q\""), -2, 0},           {STR("one"), 3, 0},
		{STR("big"), 1ll << 40, 0}, {STR("least"), INT64_MIN, 0},  {STR("some"), 10, 9},
		{STR("end"), -1, 0},        {STR("beyond"), INT32_MAX, 1},
	};
	struct ust_ctf_field field = {.name = STR("e"),
				      .word = UST_FIELD_WORD(UST_TYPE_S32, UST_FIELD_ENUM, 0),
				      .nr_labels = 8,
				      .labels = labels};

	(void)state;
	assert_non_null(strstr(field_text(field), "{ \"one\" = 1, \"q\\\"\" = -2, "
						  "\"some\" = 10 ... 19, \"end\" = -1 } _e;"));
	field.word = UST_FIELD_WORD(UST_TYPE_S64, UST_FIELD_ENUM, 0);
	assert_non_null(strstr(field_text(field), "\"big\" = 1099511627776, "
						  "\"least\" = -9223372036854775808, \"some\""));
	assert_non_null(strstr(field_text(field), "\"beyond\" = 2147483647 ... 2147483648 }"));
	field.word = UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_ENUM, 0);
	assert_non_null(strstr(field_text(field), "size = 8; align = 8; signed = false; } "
						  "{ \"one\" = 1, \"some\" = 10 ... 19 } _e;"));
	field.word = UST_FIELD_WORD(UST_TYPE_U64, UST_FIELD_ENUM, 0);
	assert_non_null(strstr(field_text(field), "\"end\" = 18446744073709551615,"));
	assert_non_null(strstr(field_text(field), "\"least\" = 9223372036854775808,"));
	/* Nothing left to write: a plain integer. */
	field.nr_labels = 0;
	assert_null(strstr(field_text(field), "enum"));
}

static void test_attributes(void **state)
{
	struct ust_ctf_field field = {
		.name = STR("x"),
		.word = UST_FIELD_WORD_FULL(UST_TYPE_U8, UST_LENGTH_U64, UST_FIELD_SEQ, 0)};
	const struct ust_ctf_attr attrs[] = {
		{UST_ATTR_UNIT, 0, STR("bytes")},
		{UST_ATTR_HELP, 0, STR("a*/ \"b\n*")},
		{UST_ATTR_HELP, UST_ATTR_EVENT, STR("An event.")},
		{UST_ATTR_URI, UST_ATTR_EVENT, STR("http://x/\"y")},
		{77, 0, STR("unknown")},
	};
	struct ust_ctf_event event = {.provider = STR("p"),
				      .name = STR("n"),
				      .loglevel = UST_LOGLEVEL_DEFAULT,
				      .nr_fields = 1,
				      .fields = &field,
				      .nr_attrs = 5,
				      .attrs = attrs};

	(void)state;
	assert_string_equal(event_text(&event),
			    "event {\n"
			    "\t/* help: An event. */\n"
			    "\tname = \"p:n\";\n"
			    "\tid = 0;\n"
			    "\tstream_id = 0;\n"
			    "\tloglevel = 13;\n"
			    "\tmodel.emf.uri = \"http://x/\\\"y\";\n"
			    "\tfields := struct {\n"
			    "\t\t/* unit: bytes */\n"
			    "\t\t/* help: a* / \\\"b?* */\n"
			    "\t\tuint64_t __x_length;\n"
			    "\t\tinteger { size = 8; align = 8; signed = false; } _x[__x_length];\n"
			    "\t};\n"
			    "};\n\n");
}

static void test_words(void **state)
{
	(void)state;
	assert_int_equal(ust_ctf_field_check(UST_TYPE_S8), 0);
	assert_int_equal(ust_ctf_field_check(UST_FIELD_WORD(UST_TYPE_BOOL, UST_FIELD_ARRAY, 5)), 0);
	assert_true(ust_ctf_field_check(UST_TYPE_NONE) < 0);
	assert_true(ust_ctf_field_check(UST_TYPE_NR) < 0);
	assert_true(ust_ctf_field_check(UST_FIELD_WORD(UST_TYPE_STRING, UST_FIELD_SEQ, 0)) < 0);
	assert_int_equal(ust_ctf_field_check(
				 UST_FIELD_WORD(UST_TYPE_S8, UST_FIELD_ARRAY | UST_FIELD_TEXT, 2)),
			 0);
	assert_true(ust_ctf_field_check(UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_TEXT, 0)) < 0);
	assert_true(ust_ctf_field_check(
			    UST_FIELD_WORD(UST_TYPE_U16, UST_FIELD_ARRAY | UST_FIELD_TEXT, 2)) < 0);
	assert_true(ust_ctf_field_check(UST_FIELD_WORD(UST_TYPE_BOOL, UST_FIELD_ENUM, 0)) < 0);
	assert_true(ust_ctf_field_check(UST_FIELD_WORD(UST_TYPE_S8, 0, 2)) < 0);
	assert_true(ust_ctf_field_check(
			    UST_FIELD_WORD(UST_TYPE_S8, UST_FIELD_SEQ | UST_FIELD_ARRAY, 2)) < 0);
}

/* A refined clock is written over the first one. */
static void test_clock_size(void **state)
{
	struct ust_ctf_clock few = {.description = "d", .freq = 1};
	struct ust_ctf_clock many = {.description = "d",
				     .freq = UINT64_MAX,
				     .offset_s = INT64_MIN,
				     .offset = UINT64_MAX,
				     .raw_freq = UINT64_MAX,
				     .realtime_ns = INT64_MIN,
				     .tai_ns = INT64_MAX,
				     .uncertainty_ns = UINT64_MAX,
				     .refined = 1,
				     .unstable = 1};
	struct ust_ctf_text text;
	size_t len;

	(void)state;
	ust_ctf_text_init(&text, buf, sizeof(buf) - 1);
	ust_ctf_metadata_clock(&text, &few);
	ust_ctf_metadata_clock_env(&text, &few);
	len = text.len;
	ust_ctf_text_init(&text, buf, sizeof(buf) - 1);
	ust_ctf_metadata_clock(&text, &many);
	ust_ctf_metadata_clock_env(&text, &many);
	assert_int_equal(text.len, len);
	buf[text.len] = '\0';
	assert_non_null(strstr(buf, "freq = 18446744073709551615;"));
	assert_non_null(strstr(buf, "offset_s = -9223372036854775808;"));
	assert_non_null(strstr(buf, "clock_unstable =                    1;"));
}

static void test_too_small(void **state)
{
	struct ust_ctf_trace trace = {.hostname = "h",
				      .version = "1.22.333",
				      .clock_source = "tsc",
				      .session = "s\"",
				      .contexts = UST_CONTEXT_TID,
				      .clock = {.description = "d", .freq = 1000}};
	struct ust_ctf_text text;
	size_t need;

	(void)state;
	ust_ctf_text_init(&text, buf, sizeof(buf));
	ust_ctf_metadata_trace(&text, &trace);
	assert_int_equal(text.error, 0);
	buf[text.len] = '\0';
	assert_non_null(strstr(buf, "tracer_minor = 22;\n\ttracer_patchlevel = 333;"));
	assert_non_null(strstr(buf, "session = \"s\\\"\";"));
	need = text.len;
	ust_ctf_text_init(&text, buf, need - 1);
	ust_ctf_metadata_trace(&text, &trace);
	assert_true(text.error < 0);
	assert_int_equal(text.len, need);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_block),      cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_same_names), cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_types),      cmocka_unit_test(test_enum),
		cmocka_unit_test(test_words),      cmocka_unit_test(test_clock_size),
		cmocka_unit_test(test_too_small),  cmocka_unit_test(test_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
