/* SPDX-License-Identifier: GPL-2.0-only */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "descriptors.h"
#include "log.h"
#include "sink-dir.h"

#define HEADER_SIZE sizeof(struct ust_packet_header)

_Static_assert(HEADER_SIZE == UST_SUBBUF_HEADER_SIZE, "a packet fits where its sub-buffer did");

static CDS_LIST_HEAD(open_streams);
static unsigned int nr_open;

void ustd_stream_init(struct ustd_stream *stream, int dirfd, const char *name,
		      const uint8_t uuid[16], uint32_t id, uint32_t cpu, int32_t pid,
		      const char *procname)
{
	memset(stream, 0, sizeof(*stream));
	stream->dirfd = dirfd;
	stream->fd = -1;
	snprintf(stream->name, sizeof(stream->name), "%s", name);
	stream->header.magic = UST_CTF_MAGIC;
	memcpy(stream->header.uuid, uuid, sizeof(stream->header.uuid));
	stream->header.stream_id = id;
	stream->header.cpu_id = cpu;
	stream->header.pid = pid;
	strncpy(stream->header.procname, procname, sizeof(stream->header.procname) - 1);
}

/* The one that was opened first gives its descriptor to the next. */
static void limit_open(void)
{
	while (nr_open >= ustd_descriptors_streams())
		ustd_stream_close(cds_list_entry(open_streams.next, struct ustd_stream, open_node));
}

static int stream_open(struct ustd_stream *stream)
{
	int fd;

	if (stream->fd >= 0)
		return 0;
	limit_open();
	fd = ustd_sink_open(stream->dirfd, stream->name, stream->created ? 0 : O_CREAT | O_EXCL);
	if (fd < 0)
		return fd;
	stream->created = true;
	stream->fd = fd;
	cds_list_add_tail(&stream->open_node, &open_streams);
	nr_open++;
	return 0;
}

static uint64_t content_bytes(const struct ustd_stream *stream)
{
	return stream->header.content_size / 8 - HEADER_SIZE;
}

static void set_size(struct ust_packet_header *header, uint64_t content)
{
	header->content_size = (HEADER_SIZE + content) * 8;
	header->packet_size = header->content_size;
}

/* Times and losses of a stream never go back, whatever its writer says. */
static void set_end(struct ust_packet_header *header, const struct ust_reader_piece *piece)
{
	header->timestamp_end = piece->time_end;
	if (header->timestamp_end < header->timestamp_begin)
		header->timestamp_end = header->timestamp_begin;
	if (header->events_discarded < piece->lost)
		header->events_discarded = piece->lost;
}

static void cut(struct ustd_stream *stream)
{
	if (ftruncate(stream->fd, (off_t)stream->size))
		ustd_warn("%s: cannot cut a torn packet off: %s", stream->name, strerror(errno));
}

static int write_new(struct ustd_stream *stream, const struct ust_packet_header *header,
		     const struct ust_reader_piece *piece)
{
	struct iovec iov[2] = {
		{.iov_base = (void *)header, .iov_len = HEADER_SIZE},
		{.iov_base = (void *)piece->bytes, .iov_len = piece->len},
	};

	return ustd_sink_write(stream->fd, iov, piece->len ? 2 : 1, stream->size);
}

static int write_more(struct ustd_stream *stream, const struct ust_packet_header *header,
		      const struct ust_reader_piece *piece)
{
	struct iovec content = {.iov_base = (void *)piece->bytes, .iov_len = piece->len};
	struct iovec head = {.iov_base = (void *)header, .iov_len = HEADER_SIZE};
	int err = 0;

	if (piece->len)
		err = ustd_sink_write(stream->fd, &content, 1, stream->size);
	if (!err)
		err = ustd_sink_write(stream->fd, &head, 1, stream->packet_at);
	return err;
}

/* A new packet at the end of the file. */
static int append(struct ustd_stream *stream, const struct ust_reader_piece *piece)
{
	struct ust_packet_header header = stream->header;
	int err;

	if (stream->size)
		header.packet_seq_num++;
	header.timestamp_begin = piece->time_begin;
	if (header.timestamp_begin < header.timestamp_end)
		header.timestamp_begin = header.timestamp_end;
	set_end(&header, piece);
	set_size(&header, piece->len);
	err = write_new(stream, &header, piece);
	if (err)
		return err;
	stream->packet_at = stream->size;
	stream->size += header.content_size / 8;
	stream->number = piece->number;
	stream->header = header;
	return 0;
}

/* The last packet goes on. */
static int grow(struct ustd_stream *stream, const struct ust_reader_piece *piece)
{
	struct ust_packet_header header = stream->header;
	int err;

	set_end(&header, piece);
	set_size(&header, piece->len + content_bytes(stream));
	err = write_more(stream, &header, piece);
	if (err)
		return err;
	stream->size = stream->packet_at + header.content_size / 8;
	stream->header = header;
	return 0;
}

/*
 * Readers count losses from one packet to the next, so a stream begins with an empty packet that
 * has none.
 */
static int begin(struct ustd_stream *stream, uint64_t time)
{
	struct ust_reader_piece empty = {
		.number = UINT64_MAX,
		.time_begin = time,
		.time_end = time,
	};
	int err = stream_open(stream);

	return err || stream->size ? err : append(stream, &empty);
}

int ustd_stream_write(struct ustd_stream *stream, const struct ust_reader_piece *piece)
{
	bool more = stream->size && piece->number == stream->number &&
		    piece->position == content_bytes(stream);
	int err;

	if (!more && !piece->len)
		return 0;
	err = begin(stream, piece->time_begin);
	if (!err)
		err = more ? grow(stream, piece) : append(stream, piece);
	if (err && stream->fd >= 0)
		cut(stream);
	return err;
}

int ustd_stream_finish(struct ustd_stream *stream, uint64_t lost, uint64_t now)
{
	struct ust_reader_piece last = {
		.number = UINT64_MAX,
		.time_begin = now,
		.time_end = now,
		.lost = lost,
	};
	int err;

	if (lost <= stream->header.events_discarded)
		return 0;
	err = begin(stream, now);
	if (!err)
		err = append(stream, &last);
	if (err && stream->fd >= 0)
		cut(stream);
	return err;
}

void ustd_stream_close(struct ustd_stream *stream)
{
	if (stream->fd < 0)
		return;
	close(stream->fd);
	stream->fd = -1;
	cds_list_del(&stream->open_node);
	nr_open--;
}
