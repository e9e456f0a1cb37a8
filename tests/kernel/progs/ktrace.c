/* SPDX-License-Identifier: GPL-2.0-only */
#include "ktrace.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

_Noreturn void ktrace_die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

void ktrace_ioctl(int fd, unsigned long cmd, void *arg, const char *what)
{
	if (ioctl(fd, cmd, arg) < 0)
		ktrace_die(what);
}

void ktrace_open(struct ktrace *trace, const char *dir, const struct ktrace_opts *opts)
{
	struct ust_kernel_session session = {
		.size = sizeof(session), .contexts = opts->contexts, .clock = opts->clock};
	struct ust_kernel_channel channel = {.size = sizeof(channel),
					     .flags = opts->flags,
					     .subbuf_size = opts->subbuf_size,
					     .nr_subbufs = opts->nr_subbufs,
					     .wake_us = opts->wake_us};
	char path[4096];

	memset(trace, 0, sizeof(*trace));
	trace->dir = dir;
	trace->device = open(UST_KERNEL_DEVICE, O_RDWR | O_CLOEXEC);
	if (trace->device < 0)
		ktrace_die(UST_KERNEL_DEVICE);
	if (getrandom(trace->uuid, sizeof(trace->uuid), 0) != sizeof(trace->uuid))
		ktrace_die("getrandom");
	memcpy(session.uuid, trace->uuid, sizeof(session.uuid));
	trace->session = ioctl(trace->device, UST_KERNEL_SESSION, &session);
	if (trace->session < 0)
		ktrace_die("session");
	trace->clock = session.ret_clock;
	ktrace_ioctl(trace->session, UST_KSESSION_CHANNEL, &channel, "channel");
	if (pipe2(trace->pipe, O_CLOEXEC))
		ktrace_die("pipe");
	mkdir(dir, 0755);
	snprintf(path, sizeof(path), "%s/metadata", dir);
	trace->metadata = fopen(path, "we");
	if (!trace->metadata)
		ktrace_die(path);
	ktrace_metadata_begin(trace);
}

int ktrace_enable(struct ktrace *trace, const char *pattern)
{
	struct ust_kernel_enable enable = {.size = sizeof(enable)};
	int ret;

	snprintf(enable.pattern, sizeof(enable.pattern), "%s", pattern);
	ret = ioctl(trace->session, UST_KSESSION_ENABLE, &enable);
	if (ret < 0)
		ktrace_die(pattern);
	return ret;
}

void ktrace_streams(struct ktrace *trace)
{
	char path[4096];
	uint32_t cpu;

	for (cpu = 0; cpu < KTRACE_CPUS; cpu++) {
		struct ust_kernel_stream args = {.size = sizeof(args), .cpu = cpu};
		struct ktrace_stream *stream = &trace->streams[cpu];

		if (stream->info.size)
			continue;
		stream->fd = ioctl(trace->session, UST_KSESSION_STREAM, &args);
		if (stream->fd < 0 && errno == ENODEV)
			continue;
		if (stream->fd < 0)
			ktrace_die("stream");
		stream->info.size = sizeof(stream->info);
		ktrace_ioctl(stream->fd, UST_KSTREAM_INFO, &stream->info, "stream info");
		stream->map =
			mmap(NULL, stream->info.map_size, PROT_READ, MAP_SHARED, stream->fd, 0);
		if (stream->map == MAP_FAILED)
			ktrace_die("mmap");
		snprintf(path, sizeof(path), "%s/kernel_%u", trace->dir, cpu);
		stream->file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (stream->file < 0)
			ktrace_die(path);
	}
}

static void write_at(struct ktrace_stream *stream, const void *bytes, uint64_t len, uint64_t at)
{
	while (len) {
		ssize_t n = pwrite(stream->file, bytes, len, (off_t)at);

		if (n <= 0)
			ktrace_die("write");
		bytes = (const char *)bytes + n;
		len -= (uint64_t)n;
		at += (uint64_t)n;
	}
	if (at > stream->end)
		stream->end = at;
}

/* A packet without content. */
static void write_empty(struct ktrace_stream *stream, struct ust_packet_header header,
			uint64_t time, uint64_t seq, uint64_t lost)
{
	header.timestamp_begin = header.timestamp_end = time;
	header.content_size = header.packet_size = sizeof(header) * 8;
	header.packet_seq_num = seq;
	header.events_discarded = lost;
	write_at(stream, &header, sizeof(header), stream->end);
}

/* The header, if the piece begins a packet, and the content. */
static void splice_piece(struct ktrace *trace, struct ktrace_stream *stream)
{
	loff_t at = (loff_t)stream->end;

	for (;;) {
		ssize_t n = splice(stream->fd, NULL, trace->pipe[1], NULL, 1 << 20, 0), m;

		if (n < 0)
			ktrace_die("splice from the stream");
		if (!n)
			break;
		for (; n; n -= m) {
			m = splice(trace->pipe[0], NULL, stream->file, &at, (size_t)n, 0);
			if (m <= 0)
				ktrace_die("splice to the file");
		}
	}
	stream->end = (uint64_t)at;
	stream->spliced++;
}

static void write_piece(struct ktrace *trace, struct ktrace_stream *stream,
			const struct ust_kernel_piece *piece)
{
	if (!stream->pieces++)
		write_empty(stream, piece->header, piece->header.timestamp_begin, 0, 0);
	if (!piece->position)
		stream->packet = stream->end;
	if (stream->pieces & 1) {
		splice_piece(trace, stream);
	} else {
		if (!piece->position)
			stream->end += sizeof(piece->header);
		write_at(stream, stream->map + piece->offset, piece->len, stream->end);
	}
	write_at(stream, &piece->header, sizeof(piece->header), stream->packet);
	stream->told = piece->header.events_discarded;
}

static void read_definitions(struct ktrace *trace)
{
	static char buf[UST_KERNEL_EVENT_MAX] __attribute__((aligned(8)));
	struct pollfd fd = {.fd = trace->session, .events = POLLIN};

	while (poll(&fd, 1, 0) == 1) {
		ssize_t n = read(trace->session, buf, sizeof(buf)), at = 0;

		if (n <= 0)
			ktrace_die("read definitions");
		while (at < n) {
			const struct ust_kernel_event *event = (const void *)(buf + at);

			ktrace_metadata_record(trace, event);
			at += event->size;
		}
	}
}

int ktrace_drain(struct ktrace *trace, uint32_t flags)
{
	int nr = 0;
	uint32_t cpu;

	for (cpu = 0; cpu < KTRACE_CPUS; cpu++) {
		struct ust_kernel_piece piece = {.size = sizeof(piece), .flags = flags};
		struct ktrace_stream *stream = &trace->streams[cpu];

		if (!stream->info.size)
			continue;
		for (;;) {
			int ret = ioctl(stream->fd, UST_KSTREAM_NEXT, &piece);

			if (ret < 0)
				ktrace_die("next");
			if (!ret)
				break;
			/* What the piece has in it was defined before. */
			read_definitions(trace);
			write_piece(trace, stream, &piece);
			ktrace_ioctl(stream->fd, UST_KSTREAM_RELEASE, NULL, "release");
			nr++;
		}
	}
	return nr;
}

uint64_t ktrace_close(struct ktrace *trace)
{
	uint64_t lost = 0;
	uint32_t cpu;

	read_definitions(trace);
	for (cpu = 0; cpu < KTRACE_CPUS; cpu++) {
		struct ktrace_stream *stream = &trace->streams[cpu];
		struct ust_packet_header header;

		if (!stream->info.size)
			continue;
		ktrace_ioctl(stream->fd, UST_KSTREAM_INFO, &stream->info, "stream info");
		lost += stream->info.lost;
		if (stream->pieces && stream->told != stream->info.lost) {
			if (pread(stream->file, &header, sizeof(header), (off_t)stream->packet) !=
			    sizeof(header))
				ktrace_die("read back");
			write_empty(stream, header, header.timestamp_end, header.packet_seq_num + 1,
				    stream->info.lost);
		}
		close(stream->file);
		close(stream->fd);
		munmap((void *)stream->map, stream->info.map_size);
	}
	fclose(trace->metadata);
	close(trace->session);
	close(trace->device);
	return lost;
}
