/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers of ustd: read as they were written, and refused when they are cut or lie about counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/site.h>

#include "libustctl/lib/ctl.h"

#define BODY sizeof(struct ust_msg_header)

static void put_definition(struct ust_wire_out *out)
{
	ust_wire_put_str(out, "app");
	ust_wire_put_str(out, "request");
	ust_wire_put_str(out, "app.c");
	ust_wire_put_u32(out, 12);
	ust_wire_put_u32(out, 3);
	ust_wire_put_u32(out, 2);
	ust_wire_put_str(out, "id");
	ust_wire_put_u32(out, UST_FIELD_WORD(UST_TYPE_S32, 0, 0));
	ust_wire_put_u32(out, 0);
	ust_wire_put_str(out, "color");
	ust_wire_put_u32(out, UST_FIELD_WORD(UST_TYPE_S32, UST_FIELD_ENUM, 0));
	ust_wire_put_u32(out, 1);
	ust_wire_put_str(out, "red");
	ust_wire_put_u64(out, (uint64_t)-7);
	ust_wire_put_u64(out, 2);
	ust_wire_put_u32(out, 3);
	ust_wire_put_u32(out, UST_ATTR_UNIT);
	ust_wire_put_u32(out, 0);
	ust_wire_put_str(out, "ms");
	ust_wire_put_u32(out, UST_ATTR_HELP);
	ust_wire_put_u32(out, UST_ATTR_EVENT);
	ust_wire_put_str(out, "a request");
	ust_wire_put_u32(out, 99);
	ust_wire_put_u32(out, 7);
	ust_wire_put_str(out, "of another version");
}

static void put_session(struct ust_wire_out *out)
{
	ust_wire_put_u64(out, 5);
	ust_wire_put_str(out, "name");
	ust_wire_put_str(out, "/tmp/out");
	ust_wire_put_str(out, "scope");
	ust_wire_put_u32(out, UST_SESSION_STOPPED);
	ust_wire_put_u32(out, 1);
	ust_wire_put_u32(out, UST_CTL_CONTEXT_TID);
	ust_wire_put_u64(out, 4096);
	ust_wire_put_u32(out, 4);
	ust_wire_put_u32(out, 2);
	ust_wire_put_u64(out, 1500000000);
	ust_wire_put_u64(out, 123456);
	ust_wire_put_u64(out, 9);
	ust_wire_put_u32(out, 1); /* losses */
	ust_wire_put_str(out, "app:request");
	ust_wire_put_u32(out, 0);
	ust_wire_put_u64(out, 9);
	ust_wire_put_u32(out, 3);
	ust_wire_put_u32(out, 1);
	ust_wire_put_u32(out, 7);
	ust_wire_put_u32(out, 0);
	ust_wire_put_u32(out, 1);
	ust_wire_put_u32(out, 1); /* patterns */
	ust_wire_put_str(out, "app:*");
	ust_wire_put_u32(out, 2); /* names */
	ust_wire_put_str(out, "lib:x");
	ust_wire_put_str(out, "lib:y");
	ust_wire_put_s32(out, -28);
	ust_wire_put_str(out, "the disk is full");
	ust_wire_put_u32(out, UST_KERNEL_TRACEFS);
	ust_wire_put_u32(out, 3);
	ust_wire_put_u64(out, 1000);
	ust_wire_put_u64(out, 5);
	ust_wire_put_str(out, "no module");
	ust_wire_put_u32(out, 1); /* ids */
	ust_wire_put_u32(out, 17);
	put_definition(out);
}

static size_t build(unsigned char *buf, void (*put)(struct ust_wire_out *))
{
	struct ust_wire_out out;
	uint32_t size;

	ust_wire_begin(&out, buf, UST_MSG_MAX, UST_MSG_REPLY, 1, 0);
	put(&out);
	assert_int_equal(out.error, 0);
	size = (uint32_t)out.len;
	memcpy(buf, &size, sizeof(size));
	return out.len;
}

/* Reads the first @len bytes, from a copy that has no byte more. */
static int read_session(const unsigned char *buf, size_t len, struct ust_ctl_session **ret)
{
	struct ust_ctl_session *session = calloc(1, sizeof(*session));
	unsigned char *copy = malloc(len);
	uint32_t size = (uint32_t)len;
	struct ust_wire_in in = {0};
	int err;

	memcpy(copy, buf, len);
	memcpy(copy, &size, sizeof(size));
	assert_int_equal(ust_wire_open(&in, copy, len), 0);
	err = ust_ctl_get_session(&in, session);
	free(copy);
	if (err || !ret)
		ust_ctl_sessions_free(session, 1);
	else
		*ret = session;
	return err;
}

static void test_session(void **state)
{
	static unsigned char buf[UST_MSG_MAX];
	struct ust_ctl_session *session = NULL;
	size_t len = build(buf, put_session);

	(void)state;
	assert_int_equal(read_session(buf, len, &session), 0);
	assert_string_equal(session->name, "name");
	assert_string_equal(session->output, "/tmp/out");
	assert_int_equal(session->state, UST_SESSION_STOPPED);
	assert_int_equal(session->bytes, 123456);
	assert_int_equal(session->nr_losses, 1);
	assert_string_equal(session->losses[0].event, "app:request");
	assert_int_equal(session->losses[0].count, 9);
	assert_int_equal(session->nr_sites_seen, 7);
	assert_string_equal(session->patterns[0], "app:*");
	assert_string_equal(session->names[1], "lib:y");
	assert_int_equal(session->error, -28);
	assert_string_equal(session->error_text, "the disk is full");
	assert_int_equal(session->kernel_source, UST_CTL_KERNEL_TRACEFS);
	assert_int_equal(session->nr_kernel, 3);
	assert_int_equal(session->kernel_events, 1000);
	assert_int_equal(session->kernel_lost, 5);
	assert_string_equal(session->kernel_why, "no module");
	assert_int_equal(session->ids[0].id, 17);
	assert_int_equal(session->ids[0].nr_fields, 2);
	assert_string_equal(session->ids[0].fields[1].labels[0].label, "red");
	assert_int_equal(session->ids[0].fields[1].labels[0].value, -7);
	assert_int_equal(session->ids[0].fields[1].labels[0].span, 2);
	assert_string_equal(session->ids[0].fields[0].unit, "ms");
	assert_null(session->ids[0].fields[0].help);
	assert_string_equal(session->ids[0].help, "a request");
	ust_ctl_sessions_free(session, 1);
}

static void test_cut(void **state)
{
	static unsigned char buf[UST_MSG_MAX];
	size_t len = build(buf, put_session), i;

	(void)state;
	for (i = BODY; i < len; i++)
		assert_int_equal(read_session(buf, i, NULL), -EBADMSG);
}

/* Every word in turn becomes a huge number: whatever comes out, nothing is read or allocated for it
 * that is not there. */
static void test_lies(void **state)
{
	static unsigned char buf[UST_MSG_MAX], lie[UST_MSG_MAX];
	static const uint32_t values[] = {0xffffffff, 0x7fffffff, 0x10000, 21};
	size_t len = build(buf, put_session), i, j;

	(void)state;
	for (i = BODY; i + 4 <= len; i++) {
		for (j = 0; j < sizeof(values) / sizeof(values[0]); j++) {
			int err;

			memcpy(lie, buf, len);
			memcpy(lie + i, &values[j], sizeof(values[j]));
			err = read_session(lie, len, NULL);
			assert_true(err == 0 || err == -EBADMSG);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_lies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
