// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <ust/abi/packet.h>

#include "walk.h"

#define RELEASE_SIZE (UINT64_C(8) << 20) /* at least a page, a power of two */

#define TIME_MASK ((UINT64_C(1) << UST_EVENT_TIME_BITS) - 1)

/* Puts the text together once, at the first failure; returns -EBADMSG for the caller to return. */
__attribute__((format(printf, 3, 4))) static int corrupt(struct ust_walk *s, const void *at,
							 const char *fmt, ...)
{
	struct ust_count *count = s->count;
	va_list args;
	int len;

	len = snprintf(count->error, sizeof(count->error), "%s: at byte %llu: ", s->path,
		       (unsigned long long)((const unsigned char *)at - s->start));
	if (len < 0 || (size_t)len >= sizeof(count->error))
		return -EBADMSG;
	va_start(args, fmt);
	vsnprintf(count->error + len, sizeof(count->error) - len, fmt, args);
	va_end(args);
	return -EBADMSG;
}

static uint32_t load_u32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t load_u64(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The same for what stands where a packet should begin: a ustd that was killed leaves such a tail. */
#define cut(s, at, ...) ((s)->count->is_cut = 1, corrupt(s, at, __VA_ARGS__))

/*
 * An event that the loop below cannot step over by its table: an extended or wide header, or fields
 * of variable size. Advances *@pp. Result: 0, -EBADMSG, or -ENOENT for an id without definition.
 */
static int walk_one(struct ust_walk *s, const unsigned char **pp, const unsigned char *end,
		    uint64_t *time)
{
	const unsigned char *p = *pp;
	uint64_t left = end - p, len = 0, header = UST_EVENT_HEADER_COMPACT, now;
	uint32_t word = load_u32(p), id = word & ((1 << UST_EVENT_ID_BITS) - 1);
	int64_t body;

	now = *time + (((word >> UST_EVENT_ID_BITS) - *time) & TIME_MASK);
	if (id == UST_EVENT_ID_WIDE) {
		header = UST_EVENT_HEADER_WIDE;
		if (left < header)
			return corrupt(s, p, "the packet ends inside an event's header");
		id = p[4] | p[5] << 8;
	} else if (id == UST_EVENT_ID_EXTENDED) {
		header = UST_EVENT_HEADER_EXTENDED;
		if (left < header)
			return corrupt(s, p, "the packet ends inside an event's header");
		len = word >> UST_EVENT_ID_BITS;
		id = load_u32(p + 4);
		now = load_u64(p + 8);
		if (now < *time)
			return corrupt(s, p, "the time of event %u goes back by %llu ticks", id,
				       (unsigned long long)(*time - now));
	}
	if (id > UST_EVENT_ID_MAX)
		return corrupt(s, p, "event id %u is impossible", id);
	if (!ust_shapes_known(s->shapes, id)) {
		corrupt(s, p, "event id %u has no definition", id);
		return -ENOENT;
	}
	body = ust_shapes_size(s->shapes, id, p + header, left - header);
	if (body < 0)
		return corrupt(s, p, "event %u reaches beyond the end of its packet", id);
	if (len && len != header + body)
		return corrupt(s, p, "event %u says it has %llu bytes, its fields have %llu", id,
			       (unsigned long long)len, (unsigned long long)(header + body));
	s->per_id[id]++;
	*time = now;
	*pp = p + header + body;
	if (s->kind == UST_STREAM_LOSS && id == UST_LOSS_LOST)
		s->count->reported += load_u64(*pp - sizeof(uint64_t));
	return 0;
}

/*
 * The events between @p and @end. An event of fixed size and compact header, which is nearly every
 * one, costs one load from the trace and one from the table.
 */
static int walk_events(struct ust_walk *s, const unsigned char *p, const unsigned char *end,
		       uint64_t begin, uint64_t last)
{
	const uint32_t *sizes = ust_shapes_compact(s->shapes);
	uint64_t time = begin, *per_id = s->per_id, events = 0;
	int r;

	while (p < end) {
		uint32_t word, id, size;

		if (end - p < UST_EVENT_HEADER_COMPACT)
			return corrupt(s, p, "%d bytes behind the packet's last event",
				       (int)(end - p));
		word = load_u32(p);
		id = word & ((1 << UST_EVENT_ID_BITS) - 1);
		size = sizes[id];
		if (__builtin_expect(size && size <= (uint64_t)(end - p), 1)) {
			time += ((word >> UST_EVENT_ID_BITS) - time) & TIME_MASK;
			per_id[id]++;
			p += size;
		} else {
			r = walk_one(s, &p, end, &time);
			if (r < 0)
				return r;
		}
		events++;
		/* A compact time that goes back looks like one that wrapped: it is then too late.
		 */
		if (__builtin_expect(time > last, 0))
			return corrupt(
				s, p,
				"the event before is %llu ticks later than its packet's end: "
				"a time went back",
				(unsigned long long)(time - last));
	}
	s->events += events;
	return 0;
}

static int check_header(struct ust_walk *s, const unsigned char *p,
			const struct ust_packet_header *h)
{
	if (h->magic != UST_CTF_MAGIC)
		return cut(s, p, "no packet begins here (magic number is %#x)", h->magic);
	if (h->stream_id != UST_STREAM_RING && h->stream_id != UST_STREAM_LOSS)
		return corrupt(s, p, "stream class %u is unknown", h->stream_id);
	if (p != s->start && h->stream_id != s->kind)
		return corrupt(s, p, "the stream class changes inside the file");
	if (h->content_size % 8 || h->packet_size % 8 || h->content_size < 8 * sizeof(*h) ||
	    h->packet_size < h->content_size)
		return corrupt(s, p, "the packet's sizes, %llu and %llu bits, are impossible",
			       (unsigned long long)h->content_size,
			       (unsigned long long)h->packet_size);
	if (h->packet_size / 8 > s->size - (uint64_t)(p - s->start))
		return cut(s, p, "the packet reaches beyond the end of the file");
	if (h->timestamp_end < h->timestamp_begin)
		return corrupt(s, p, "the packet ends before it begins");
	if (h->timestamp_begin < s->time)
		return corrupt(s, p, "the packet begins %llu ticks before the end of the last one",
			       (unsigned long long)(s->time - h->timestamp_begin));
	if (h->packet_seq_num < s->seq)
		return corrupt(s, p, "packet number %llu comes after %llu",
			       (unsigned long long)h->packet_seq_num,
			       (unsigned long long)s->seq - 1);
	if (h->events_discarded < s->lost)
		return corrupt(s, p, "the number of discarded events goes back");
	return 0;
}

/* What was walked over is not needed again: memory does not grow with the trace. */
static void release(struct ust_walk *s, const unsigned char *p)
{
	uint64_t done = (uint64_t)(p - s->start) / RELEASE_SIZE * RELEASE_SIZE;

	if (done > s->released)
		madvise((void *)(s->start + s->released), done - s->released, MADV_DONTNEED);
	s->released = done;
}

int ust_walk_stream(struct ust_walk *s)
{
	const unsigned char *p = s->start, *end = s->start + s->size;
	struct ust_packet_header h;
	int r;

	while (p < end) {
		if ((uint64_t)(end - p) < sizeof(h))
			return cut(s, p, "the file ends inside a packet's header");
		memcpy(&h, p, sizeof(h));
		r = check_header(s, p, &h);
		if (r < 0)
			return r;
		s->kind = h.stream_id;
		s->shapes = s->sizes->by_kind[s->kind];
		s->per_id = s->kind == UST_STREAM_LOSS ? s->loss_ids : s->count->per_id;
		if (s->shapes) {
			r = walk_events(s, p + sizeof(h), p + h.content_size / 8, h.timestamp_begin,
					h.timestamp_end);
			if (r < 0)
				return r;
		}
		s->time = h.timestamp_end;
		s->seq = h.packet_seq_num + 1;
		s->lost = h.events_discarded;
		s->count->packets++;
		p += h.packet_size / 8;
		release(s, p);
	}
	return 0;
}
