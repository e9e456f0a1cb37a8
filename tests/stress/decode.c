/* SPDX-License-Identifier: GPL-2.0-only */
#include "decode.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/packet.h>

#define MAX_EXPLAINED 20

void stress_fail(struct stress_decoder *decoder, const char *fmt, ...)
{
	va_list ap;

	if (decoder->errors++ >= MAX_EXPLAINED)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

void stress_decoder_init(struct stress_decoder *decoder, const struct stress_rig *rig)
{
	uint32_t i, nr = 2 * rig->geo.nr_rings;

	memset(decoder, 0, sizeof(*decoder));
	decoder->rig = rig;
	decoder->lazy_order = STRESS_MAX_TAGS;
	decoder->streams = calloc(nr, sizeof(*decoder->streams));
	decoder->copy = malloc(rig->geo.subbuf_size);
	if (!decoder->streams || !decoder->copy)
		abort();
	for (i = 0; i < nr; i++)
		ust_reader_init(&decoder->streams[i].reader, rig->map, &rig->geo, i);
}

void stress_decoder_fini(struct stress_decoder *decoder)
{
	free(decoder->streams);
	free(decoder->copy);
}

static void check_event(struct stress_decoder *decoder, struct stress_stream *stream,
			const struct stress_who *who, uint64_t time, uint32_t tid)
{
	const struct ust_reader *reader = &stream->reader;

	if (time < stream->clock)
		stress_fail(decoder, "ring %u: time goes back by %" PRIu64, reader->index,
			    stream->clock - time);
	stream->clock = time;
	decoder->events++;
	if (who->tag == STRESS_MAX_TAGS) {
		decoder->empty++;
	} else {
		/* A nested writer of a reserve/commit ring may come before its elder. */
		if (who->seq < stream->last_seq[who->tag] && reader->fused &&
		    who->tag < decoder->lazy_order)
			stress_fail(decoder,
				    "ring %u: tag %u seq %" PRIu64 " where %" PRIu64 " was next",
				    reader->index, who->tag, who->seq, stream->last_seq[who->tag]);
		stream->last_seq[who->tag] = who->seq + 1;
		decoder->got[who->tag]++;
	}
	if (decoder->on_event)
		decoder->on_event(decoder->data, who, tid);
}

/* Decodes the event at p. Result: its length, or 0. */
static uint64_t take_event(struct stress_decoder *decoder, struct stress_stream *stream,
			   const unsigned char *p, uint64_t room)
{
	const uint64_t mask = (1u << UST_EVENT_TIME_BITS) - 1;
	uint32_t word, id, tid, size = UST_EVENT_HEADER_COMPACT;
	uint64_t time, claimed = 0;
	struct stress_who who;
	const char *error;
	uint16_t wide;
	int64_t len;

	if (room < UST_EVENT_HEADER_COMPACT + 4)
		return 0;
	memcpy(&word, p, 4);
	id = word & 31;
	time = (stream->clock & ~mask) | word >> UST_EVENT_ID_BITS;
	if (time < stream->clock)
		time += mask + 1;
	if (id == UST_EVENT_ID_EXTENDED) {
		if (room < UST_EVENT_HEADER_EXTENDED + 4)
			return 0;
		claimed = word >> UST_EVENT_ID_BITS;
		memcpy(&id, p + 4, 4);
		memcpy(&time, p + 8, 8);
		size = UST_EVENT_HEADER_EXTENDED;
	} else if (id == UST_EVENT_ID_WIDE) {
		if (room < UST_EVENT_HEADER_WIDE + 4)
			return 0;
		memcpy(&wide, p + 4, 2);
		id = wide;
		size = UST_EVENT_HEADER_WIDE;
	}
	memcpy(&tid, p + size, 4);
	size += 4;
	len = stress_check(p + size, room - size, id, &who, &error);
	if (len < 0) {
		stress_fail(decoder, "ring %u: event %u: %s", stream->reader.index, id, error);
		return 0;
	}
	size += (uint32_t)len;
	if (claimed && claimed != size)
		stress_fail(decoder, "ring %u: event %u says that it has %" PRIu64 " bytes, not %u",
			    stream->reader.index, id, claimed, size);
	check_event(decoder, stream, &who, time, tid);
	return size;
}

static void check_order(struct stress_decoder *decoder, struct stress_stream *stream,
			const struct ust_reader_piece *piece)
{
	uint32_t index = stream->reader.index;

	if (piece->position) {
		if (piece->number != stream->number)
			stress_fail(decoder, "ring %u: packet %" PRIu64 " continues %" PRIu64,
				    index, piece->number, stream->number);
		return;
	}
	if (stream->begun && piece->number <= stream->number)
		stress_fail(decoder, "ring %u: packet %" PRIu64 " after %" PRIu64, index,
			    piece->number, stream->number);
	if (!decoder->rig->geo.overwrite && piece->number != stream->number + (stream->begun != 0))
		stress_fail(decoder, "ring %u: packet %" PRIu64 " follows %" PRIu64, index,
			    piece->number, stream->number);
	if (piece->time_begin < stream->clock)
		stress_fail(decoder, "ring %u: packet begins before the last event", index);
	stream->clock = piece->time_begin;
	decoder->packets++;
}

static void check_piece(struct stress_decoder *decoder, struct stress_stream *stream,
			const struct ust_reader_piece *piece)
{
	const unsigned char *p = piece->bytes, *end = p + piece->len;

	check_order(decoder, stream, piece);
	stream->number = piece->number;
	stream->begun = 1;
	decoder->bytes += piece->len;
	while (p < end) {
		uint64_t len = take_event(decoder, stream, p, (uint64_t)(end - p));

		if (!len) {
			stress_fail(decoder,
				    "ring %u: packet %" PRIu64 ": no event at %ld of %" PRIu64
				    " bytes (position %" PRIu64 ", closed %d)",
				    stream->reader.index, piece->number, (long)(p - piece->bytes),
				    piece->len, piece->position, piece->closed);
			break;
		}
		p += len;
	}
	if (stream->clock > piece->time_end)
		stress_fail(decoder,
			    "ring %u: packet %" PRIu64 " ends %" PRIu64 " before its last event "
			    "(closed %d)",
			    stream->reader.index, piece->number, stream->clock - piece->time_end,
			    piece->closed);
}

void stress_decoder_drain(struct stress_decoder *decoder)
{
	struct ust_reader_piece piece;
	uint32_t i, left;
	int ret = 0;

	for (i = 0; i < 2 * decoder->rig->geo.nr_rings; i++) {
		struct stress_stream *stream = &decoder->streams[i];

		/* Writers may be faster for ever: what a full ring holds is enough for once. */
		for (left = decoder->rig->geo.nr_subbufs + 1; left; left--) {
			ret = ust_reader_next(&stream->reader, 0, &piece);
			if (ret <= 0)
				break;
			check_piece(decoder, stream, &piece);
			ust_reader_release(&stream->reader, &piece);
			if (!piece.closed)
				break;
		}
		if (ret < 0)
			stress_fail(decoder, "ring %u is broken", i);
	}
}

void stress_decoder_salvage(struct stress_decoder *decoder, int fresh)
{
	uint32_t i;

	for (i = 0; i < 2 * decoder->rig->geo.nr_rings; i++) {
		struct stress_stream *stream = &decoder->streams[i];
		struct ust_reader_piece piece;
		uint64_t cursor = 0;
		int ret;

		if (fresh) {
			memset(stream, 0, sizeof(*stream));
			ust_reader_init(&stream->reader, decoder->rig->map, &decoder->rig->geo, i);
		}
		while ((ret = ust_reader_salvage(&stream->reader, 0, decoder->copy, &cursor,
						 &piece)) > 0)
			check_piece(decoder, stream, &piece);
		if (ret < 0)
			stress_fail(decoder, "ring %u is broken", i);
	}
}
