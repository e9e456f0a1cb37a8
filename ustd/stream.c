/* SPDX-License-Identifier: GPL-2.0-only */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "sink-dir.h"

#define HEADER_SIZE sizeof(struct ust_packet_header)

_Static_assert(HEADER_SIZE == UST_SUBBUF_HEADER_SIZE, "a packet fits where its sub-buffer did");

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

static int stream_open(struct ustd_stream *stream)
{
	int fd;

	if (stream->fd >= 0)
		return 0;
	fd = ustd_sink_open(stream->dirfd, stream->name, stream->created ? 0 : O_CREAT | O_EXCL);
	if (fd < 0)
		return fd;
	stream->created = true;
	stream->fd = fd;
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

int ustd_stream_write(struct ustd_stream *stream, const struct ust_reader_piece *piece)
{
	struct ust_packet_header header = stream->header;
	bool more = stream->size && piece->number == stream->number &&
		    piece->position == content_bytes(stream);
	int err;

	if (!more && !piece->len)
		return 0;
	err = stream_open(stream);
	if (err)
		return err;
	if (!more) {
		if (stream->size) {
			stream->last_end = header.timestamp_end;
			header.packet_seq_num++;
		}
		header.timestamp_begin = piece->time_begin;
		if (header.timestamp_begin < stream->last_end)
			header.timestamp_begin = stream->last_end;
	}
	header.timestamp_end = piece->time_end;
	if (header.timestamp_end < header.timestamp_begin)
		header.timestamp_end = header.timestamp_begin;
	if (header.events_discarded < piece->lost)
		header.events_discarded = piece->lost;
	set_size(&header, piece->len + (more ? content_bytes(stream) : 0));
	err = more ? write_more(stream, &header, piece) : write_new(stream, &header, piece);
	if (err) {
		cut(stream);
		return err;
	}
	if (!more)
		stream->packet_at = stream->size;
	stream->size = stream->packet_at + header.content_size / 8;
	stream->number = piece->number;
	stream->header = header;
	return 0;
}

int ustd_stream_finish(struct ustd_stream *stream, uint64_t lost, uint64_t now)
{
	struct ust_packet_header header = stream->header;
	struct ust_reader_piece piece = {.number = stream->number};
	int err;

	if (lost <= header.events_discarded)
		return 0;
	err = stream_open(stream);
	if (err)
		return err;
	header.events_discarded = lost;
	if (header.timestamp_end < now)
		header.timestamp_end = now;
	if (!stream->size) {
		header.timestamp_begin = header.timestamp_end;
		set_size(&header, 0);
		err = write_new(stream, &header, &piece);
	} else {
		err = write_more(stream, &header, &piece);
	}
	if (err) {
		cut(stream);
		return err;
	}
	if (!stream->size)
		stream->size = HEADER_SIZE;
	stream->header = header;
	return 0;
}

void ustd_stream_close(struct ustd_stream *stream)
{
	if (stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
}
