/* SPDX-License-Identifier: GPL-2.0-only */
/* Sticky state that a process tells for a snapshot, whatever it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ustd/snapshot-state.c"

/* With one part. */
static struct ustd_snapshot *snapshot;
static struct ustd_snapshot_part *part;
static struct ustd_session session;
static struct ustd_channel channel;
static struct ustd_app *const app = (struct ustd_app *)&session;

static uint32_t nr_events;
static unsigned char last[UST_MSG_MAX];
static size_t last_len;

struct ustd_snapshot *ustd_snapshot_find(uint32_t seq)
{
	return seq == 7 ? snapshot : NULL;
}

void ustd_snapshot_fail(struct ustd_snapshot *of, int error, const char *what)
{
	assert_ptr_equal(of, snapshot);
	fail_msg("error %d in %s", error, what);
}

uint64_t ustd_session_now(const struct ustd_session *of)
{
	assert_ptr_equal(of, &session);
	return 4711;
}

/* Goes from event to event by their own lengths. */
int ustd_stream_write(struct ustd_stream *stream, const struct ust_reader_piece *piece)
{
	size_t at = 0;
	uint32_t word;

	assert_ptr_equal(stream, &part->states);
	/* What is gathered has this room at the most. */
	assert_true(piece->len <= 2 * UST_MSG_MAX);
	while (at < piece->len) {
		memcpy(&word, piece->bytes + at, sizeof(word));
		assert_int_equal(word & ((1u << UST_EVENT_ID_BITS) - 1), UST_EVENT_ID_EXTENDED);
		last_len = word >> UST_EVENT_ID_BITS;
		assert_true(last_len >= UST_EVENT_HEADER_EXTENDED && last_len <= sizeof(last));
		memcpy(last, piece->bytes + at, last_len);
		at += last_len;
		nr_events++;
	}
	assert_int_equal(at, piece->len);
	return 0;
}

void ustd_stream_close(struct ustd_stream *stream)
{
	(void)stream;
}

/* As many values of @len bytes as a message takes. Result: how many those are. */
static uint32_t tell(uint32_t contexts, const char *bytes, size_t len)
{
	static unsigned char message[UST_MSG_MAX];
	struct ust_wire_out out;
	struct ust_wire_in in;
	uint32_t nr = 0;
	size_t at;

	snapshot = calloc(1, sizeof(*snapshot) + sizeof(*part));
	assert_non_null(snapshot);
	part = &snapshot->parts[0];
	channel.app = app;
	channel.session = &session;
	channel.pid = 42;
	session.contexts = contexts;
	session.defs.nr = 1;
	snapshot->session = &session;
	snapshot->nr_parts = 1;
	part->channel = &channel;
	nr_events = 0;
	ust_wire_begin(&out, message, sizeof(message), UST_MSG_STATES, 7, 0);
	at = out.len;
	ust_wire_put_u32(&out, 0);
	for (; out.size - out.len >= 8 + len; nr++) {
		ust_wire_put_u32(&out, 0);
		ust_wire_put_bytes(&out, bytes, len);
	}
	ust_wire_patch_u32(&out, at, nr);
	memset(&in, 0, sizeof(in));
	memcpy(&in.header, message, sizeof(in.header));
	in.p = message + sizeof(in.header);
	in.end = message + out.len;
	assert_int_equal(ustd_snapshot_states(app, &in), 0);
	assert_int_equal(nr_events, nr);
	assert_int_equal(part->nr_states, nr);
	assert_int_equal(snapshot->nr_states, nr);
	free(snapshot);
	return nr;
}

static void test_empty(void **state)
{
	(void)state;
	/* Many times as long in the trace as in the message. */
	assert_true(tell(UST_CONTEXT_TID, "", 0) > 8000);
	assert_int_equal(last_len, UST_EVENT_HEADER_EXTENDED + 4);
	assert_true(tell(UST_CONTEXT_TID | UST_CONTEXT_COMM | UST_CONTEXT_IP, "", 0) > 8000);
	assert_int_equal(last_len, UST_EVENT_HEADER_EXTENDED + 4 + 16 + 8);
}

static void test_values(void **state)
{
	static const char bytes[60000] = "value";

	(void)state;
	tell(0, "\1abc", 4);
	assert_int_equal(last_len, UST_EVENT_HEADER_EXTENDED + 4);
	assert_memory_equal(last + UST_EVENT_HEADER_EXTENDED, "\1abc", 4);
	assert_int_equal(tell(UST_CONTEXT_TID, bytes, sizeof(bytes)), 1);
	assert_int_equal(last_len, UST_EVENT_HEADER_EXTENDED + 4 + sizeof(bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
