/* SPDX-License-Identifier: GPL-2.0-only */
/* Definitions out of messages: the same gets the same id, garbage gets none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ustd/bounds.h"
#include "ustd/defs.h"

static unsigned char buf[UST_MSG_MAX];

static struct ust_wire_str str(const char *s)
{
	return (struct ust_wire_str){.s = s, .len = (uint32_t)strlen(s)};
}

/* One definition with one field, as a message. */
static size_t make(const char *name, const char *file, uint32_t line, uint32_t word,
		   uint32_t nr_labels)
{
	struct ust_wire_event event = {.provider = str("p"),
				       .name = str(name),
				       .file = str(file),
				       .line = line,
				       .nr_fields = 1};
	struct ust_wire_field field = {.name = str("f"), .word = word, .nr_labels = nr_labels};
	struct ust_wire_out out;
	uint32_t i;

	ust_wire_begin(&out, buf, sizeof(buf), UST_MSG_EVENT_DEFS, 0, 0);
	ust_wire_put_event(&out, &event);
	ust_wire_put_field(&out, &field);
	for (i = 0; i < nr_labels; i++)
		ust_wire_put_label(&out, &(struct ust_wire_label){.label = str("l"), .value = i});
	ust_wire_put_u32(&out, 1);
	ust_wire_put_attr(&out, &(struct ust_wire_attr){.kind = UST_ATTR_UNIT, .text = str("ns")});
	assert_int_equal(out.error, 0);
	memcpy(buf, &(uint32_t){(uint32_t)out.len}, 4);
	return out.len;
}

static int parse(size_t len, struct ustd_def_view *view)
{
	struct ust_wire_in in = {.p = buf + sizeof(struct ust_msg_header), .end = buf + len};

	return ustd_def_parse(&in, view);
}

static void test_same_id(void **state)
{
	struct ustd_def_view view;
	struct ustd_def *def;
	struct ustd_defs *defs = malloc(sizeof(*defs));
	char name[16];

	(void)state;
	ustd_defs_init(defs);
	assert_int_equal(parse(make("a", "x.c", 1, UST_TYPE_S32, 0), &view), 0);
	assert_int_equal(view.event.nr_attrs, 1);
	assert_memory_equal(view.event.attrs[0].text.s, "ns", 2);
	assert_null(ustd_defs_find(defs, &view));
	assert_int_equal(ustd_defs_add(defs, &view, &def), 0);
	assert_int_equal(def->id, 0);
	/* Where it is written makes no difference, what it holds does. */
	assert_int_equal(parse(make("a", "other.c", 99, UST_TYPE_S32, 0), &view), 0);
	assert_ptr_equal(ustd_defs_find(defs, &view), def);
	assert_int_equal(parse(make("a", "x.c", 1, UST_TYPE_U32, 0), &view), 0);
	assert_null(ustd_defs_find(defs, &view));
	assert_int_equal(ustd_defs_add(defs, &view, &def), 0);
	assert_int_equal(def->id, 1);
	assert_int_equal(
		parse(make("a", "x.c", 1, UST_FIELD_WORD(UST_TYPE_S32, UST_FIELD_ENUM, 0), 2),
		      &view),
		0);
	assert_null(ustd_defs_find(defs, &view));
	ustd_def_name(def, name, sizeof(name));
	assert_string_equal(name, "p:a");
	ustd_defs_undo(defs);
	assert_int_equal(defs->nr, 1);
	ustd_defs_fini(defs);
	free(defs);
}

static void test_garbage(void **state)
{
	struct ustd_def_view view;
	char name[USTD_MAX_NAME + 2];
	size_t len, cut;

	(void)state;
	assert_int_equal(parse(make("a", "x.c", 1, UST_TYPE_NR, 0), &view), -EINVAL);
	assert_int_equal(parse(make("", "x.c", 1, UST_TYPE_S32, 0), &view), -EINVAL);
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(parse(make(name, "x.c", 1, UST_TYPE_S32, 0), &view), -EINVAL);
	len = make("abc", "x.c", 1, UST_FIELD_WORD(UST_TYPE_S32, UST_FIELD_ENUM, 0), 3);
	for (cut = sizeof(struct ust_msg_header); cut < len; cut++)
		assert_int_equal(parse(cut, &view), -EBADMSG);
	assert_int_equal(parse(len, &view), 0);
}

static void test_random(void **state)
{
	struct ustd_def_view view;
	unsigned int i, seed = 1;
	size_t j, len;

	(void)state;
	for (i = 0; i < 20000; i++) {
		len = make("abc", "x.c", 1, UST_FIELD_WORD(UST_TYPE_S32, UST_FIELD_ENUM, 0), 3);
		for (j = 0; j < 3; j++)
			buf[sizeof(struct ust_msg_header) +
			    (size_t)rand_r(&seed) % (len - sizeof(struct ust_msg_header))] =
				(unsigned char)rand_r(&seed);
		parse(len, &view);
	}
}

static void test_many(void **state)
{
	struct ustd_defs *defs = malloc(sizeof(*defs));
	struct ustd_def_view view;
	struct ustd_def *def;
	uint32_t i;
	int err = 0;

	(void)state;
	ustd_defs_init(defs);
	for (i = 0; !err && i < UST_EVENT_ID_MAX + 10; i++) {
		parse(make("a", "x.c", 1, UST_FIELD_WORD(UST_TYPE_S8, UST_FIELD_ARRAY, i), 0),
		      &view);
		err = ustd_defs_add(defs, &view, &def);
	}
	assert_int_equal(err, -ENOSPC);
	assert_int_equal(defs->nr, UST_EVENT_ID_MAX + 1);
	ustd_defs_fini(defs);
	free(defs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_id),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
