/* SPDX-License-Identifier: GPL-2.0-only */
/* Stream files: packets grow, times never go back, a failed write leaves whole packets. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ustd/sink-dir.h"
#include "ustd/stream.h"

#define HEADER sizeof(struct ust_packet_header)

static char dir[64];
static int dirfd = -1;
static unsigned char file[64 << 10];

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/ust-stream-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dirfd < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	unlinkat(dirfd, "s", 0);
	close(dirfd);
	return rmdir(dir);
}

static void make(struct ustd_stream *stream)
{
	const uint8_t uuid[16] = {1, 2, 3};

	ustd_stream_init(stream, dirfd, "s", uuid, UST_STREAM_RING, 1, 42, "prog");
}

static size_t load(void)
{
	int fd = openat(dirfd, "s", O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, file, sizeof(file));

	close(fd);
	assert_true(len >= 0);
	return (size_t)len;
}

/* The packet at @at; *@at moves behind it. */
static struct ust_packet_header packet(size_t *at)
{
	struct ust_packet_header header;

	memcpy(&header, file + *at, sizeof(header));
	assert_int_equal(header.magic, UST_CTF_MAGIC);
	assert_int_equal(header.packet_size, header.content_size);
	*at += header.packet_size / 8;
	return header;
}

static void test_grow(void **state)
{
	struct ust_reader_piece piece = {.number = 7,
					 .bytes = (const void *)"abcdef",
					 .len = 3,
					 .time_begin = 100,
					 .time_end = 110};
	struct ust_packet_header header;
	struct ustd_stream stream;
	size_t at = 0, len;

	(void)state;
	make(&stream);
	assert_int_equal(ustd_stream_write(&stream, &piece), 0);
	piece.position = 3;
	piece.bytes += 3;
	piece.time_end = 120;
	piece.lost = 5;
	ustd_stream_close(&stream);
	assert_int_equal(ustd_stream_write(&stream, &piece), 0);
	len = load();
	assert_int_equal(len, 2 * HEADER + 6);
	header = packet(&at);
	assert_int_equal(header.packet_size, HEADER * 8);
	assert_int_equal(header.events_discarded, 0);
	header = packet(&at);
	assert_int_equal(at, len);
	assert_int_equal(header.packet_seq_num, 1);
	assert_int_equal(header.timestamp_begin, 100);
	assert_int_equal(header.timestamp_end, 120);
	assert_int_equal(header.events_discarded, 5);
	assert_memory_equal(file + 2 * HEADER, "abcdef", 6);
	ustd_stream_close(&stream);
}

static void test_times(void **state)
{
	struct ust_reader_piece piece = {.number = 1,
					 .bytes = (const void *)"abc",
					 .len = 3,
					 .time_begin = 100,
					 .time_end = 200,
					 .lost = 9};
	struct ust_packet_header header;
	struct ustd_stream stream;
	size_t at = 0;

	(void)state;
	make(&stream);
	assert_int_equal(ustd_stream_write(&stream, &piece), 0);
	piece.number = 2;
	piece.time_begin = 150;
	piece.time_end = 160;
	piece.lost = 3;
	assert_int_equal(ustd_stream_write(&stream, &piece), 0);
	/* A closed piece without content adds nothing. */
	piece.number = 3;
	piece.len = 0;
	assert_int_equal(ustd_stream_write(&stream, &piece), 0);
	assert_int_equal(ustd_stream_finish(&stream, 11, 300), 0);
	assert_int_equal(ustd_stream_finish(&stream, 11, 400), 0);
	assert_int_equal(load(), 4 * HEADER + 6);
	packet(&at);
	packet(&at);
	header = packet(&at);
	assert_int_equal(header.timestamp_begin, 200);
	assert_int_equal(header.timestamp_end, 200);
	assert_int_equal(header.events_discarded, 9);
	header = packet(&at);
	assert_int_equal(header.timestamp_end, 300);
	assert_int_equal(header.events_discarded, 11);
	ustd_stream_close(&stream);
}

static void test_full(void **state)
{
	static unsigned char bytes[4096];
	struct ust_reader_piece piece = {
		.bytes = bytes, .len = sizeof(bytes), .time_begin = 1, .time_end = 1};
	struct rlimit old, small;
	struct ustd_stream stream;
	size_t at = 0, len;
	int err = 0;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 10000;
	make(&stream);
	setrlimit(RLIMIT_FSIZE, &small);
	while (!err) {
		piece.number++;
		err = ustd_stream_write(&stream, &piece);
	}
	setrlimit(RLIMIT_FSIZE, &old);
	assert_true(err < 0);
	len = load();
	assert_int_equal(len, stream.size);
	while (at < len)
		packet(&at);
	assert_int_equal(at, len);
	ustd_stream_close(&stream);
}

static void test_full_while_growing(void **state)
{
	static unsigned char bytes[4096];
	struct ust_reader_piece piece = {
		.bytes = bytes, .len = sizeof(bytes), .time_begin = 1, .time_end = 1};
	struct rlimit old, small;
	struct ustd_stream stream;
	size_t at = 0, len;
	int err = 0;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 10000;
	make(&stream);
	setrlimit(RLIMIT_FSIZE, &small);
	while (!err) {
		err = ustd_stream_write(&stream, &piece);
		piece.position += piece.len;
	}
	setrlimit(RLIMIT_FSIZE, &old);
	len = load();
	packet(&at);
	packet(&at);
	assert_int_equal(at, len);
	assert_int_equal(len, 2 * HEADER + 8192);
	ustd_stream_close(&stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_grow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_while_growing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
