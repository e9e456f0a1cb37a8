/* SPDX-License-Identifier: LGPL-2.1-only */
#include "read.h"

#include <errno.h>
#include <string.h>

#include <ust/abi/packet.h>
#include <ust/ring/host.h>
#include <ust/ring/inject.h>

void ust_reader_init(struct ust_reader *reader, void *channel, const struct ust_ring_geometry *geo,
		     uint32_t index)
{
	unsigned char *ring =
		(unsigned char *)channel + UST_RINGS_OFFSET + ((uint64_t)index << geo->ring_shift);

	ust_reader_init_ring(reader, ring, geo);
	reader->index = index;
	reader->fused = index < geo->nr_rings;
	reader->cpu = reader->fused ? index : index - geo->nr_rings;
}

void ust_reader_init_ring(struct ust_reader *reader, void *ring,
			  const struct ust_ring_geometry *geo)
{
	memset(reader, 0, sizeof(*reader));
	reader->shm = (struct ust_ring_shm *)ring;
	reader->data = (unsigned char *)ring + UST_RING_PAGE_SIZE;
	reader->subbuf_size = geo->subbuf_size;
	reader->size = geo->subbuf_size * geo->nr_subbufs;
	reader->overwrite = geo->overwrite != 0;
	reader->clock = UST_CLOCK_TSC;
	reader->asleep_at = UINT64_MAX;
}

static int broken(struct ust_reader *reader)
{
	reader->broken = 1;
	return -EIO;
}

/* The writer's view of a sub-buffer, loaded once. */
static struct ust_subbuf_shm load_subbuf(const struct ust_reader *reader, uint64_t start)
{
	const struct ust_subbuf_shm *shm =
		(const struct ust_subbuf_shm *)(reader->data + (start & (reader->size - 1)));
	struct ust_subbuf_shm copy = {
		.number = ust_host_load(&shm->number),
		.time_begin = ust_host_load(&shm->time_begin),
		.lost_begin = ust_host_load(&shm->lost_begin),
		.time_end = ust_host_load(&shm->time_end),
		.content_end = ust_host_load(&shm->content_end),
		.lost_end = ust_host_load(&shm->lost_end),
	};

	return copy;
}

/* What the slot's commit counter stands at when all bytes below @end, in the sub-buffer at @start,
 * are committed and none above. */
static uint64_t committed_at(const struct ust_reader *reader, uint64_t start, uint64_t end)
{
	return start / reader->size * reader->subbuf_size + (end - start);
}

static uint64_t load_committed(const struct ust_reader *reader, uint64_t start)
{
	uint64_t slot = (start & (reader->size - 1)) / reader->subbuf_size;

	return ust_host_load_acquire(&reader->shm->commit[slot]);
}

/*
 * How far the sub-buffer at @start may be read: loads offset, and in a reserve/commit ring makes
 * sure that nothing below it is still being written. Result: 1 and *@ret_off, or 0: not now.
 *
 * [take-fused <- publish-fused: the store of offset in include/ust/ring/fused.h and section.h]
 * [take-committed <- commit-add: in include/ust/ring/commit.h]
 */
static int readable(const struct ust_reader *reader, uint64_t start, uint64_t *ret_off)
{
	uint64_t off = ust_host_load_acquire(&reader->shm->offset);
	uint64_t end = start + reader->subbuf_size, committed;

	*ret_off = off;
	UST_INJECT(15);
	if (reader->fused || off <= start)
		return 1;
	committed = load_committed(reader, start);
	if (off >= end)
		return committed == committed_at(reader, start, end);
	/* The counter can only equal the reserved bytes of an offset that did not move meanwhile.
	 */
	return committed == committed_at(reader, start, off) &&
	       ust_host_load_acquire(&reader->shm->offset) == off;
}

static uint64_t clamp(uint64_t v, uint64_t lo, uint64_t hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* No event whose commit was seen is later than this. */
static uint64_t horizon(const struct ust_reader *reader, uint64_t now)
{
	now = later(now, ust_host_clock(reader->clock));
#ifdef UST_HOST_STRICT_TIME
	/* Such times may run ahead of the clock. */
	now = later(now, ust_host_load(&reader->shm->last_time));
#endif
	return now;
}

int ust_reader_next(struct ust_reader *reader, uint64_t now, struct ust_reader_piece *ret_piece)
{
	uint64_t start = reader->taken & ~(reader->subbuf_size - 1);
	uint64_t first = start + UST_SUBBUF_HEADER_SIZE, off, begin, end;
	struct ust_subbuf_shm head;
	int closed;

	if (reader->broken)
		return -EIO;
	if (!readable(reader, start, &off))
		return 0;
	if (off < reader->taken || off - start > reader->size)
		return broken(reader);
	if (off == start || off < first)
		return off == start ? 0 : broken(reader);
	now = horizon(reader, now);
	UST_INJECT(16);
	head = load_subbuf(reader, start);
	if (head.number != start / reader->subbuf_size)
		return broken(reader);
	closed = off >= start + reader->subbuf_size;
	begin = later(reader->taken, first);
	end = closed ? head.content_end : off;
	if (end < begin || end >= start + reader->subbuf_size)
		return broken(reader);
	if (begin == end && !closed)
		return 0;
	ret_piece->number = head.number;
	ret_piece->position = begin - first;
	ret_piece->bytes = reader->data + (begin & (reader->size - 1));
	ret_piece->len = end - begin;
	ret_piece->closed = closed;
	ret_piece->time_begin = clamp(head.time_begin, reader->last_time, now);
	ret_piece->time_end = closed ? clamp(head.time_end, ret_piece->time_begin, now) : now;
	ret_piece->lost = closed ? head.lost_end : ust_host_load(&reader->shm->lost);
	return 1;
}

void ust_reader_release(struct ust_reader *reader, const struct ust_reader_piece *piece)
{
	uint64_t start = piece->number * reader->subbuf_size;

	if (piece->closed) {
		reader->taken = start + reader->subbuf_size;
		reader->last_time = piece->time_end;
	} else {
		reader->taken = start + UST_SUBBUF_HEADER_SIZE + piece->position + piece->len;
	}
	UST_INJECT(17);
	/* [release-subbuf -> free-subbuf in include/ust/ring/ring.h] */
	ust_host_store_release(&reader->shm->consumed, reader->taken);
}

/* Length of the event at p if there is one: an extended header whose parts make sense. 0 if not. */
static uint64_t event_at(const unsigned char *p, uint64_t room, uint64_t time_begin, uint64_t now)
{
	uint32_t word, id;
	uint64_t time, len;

	if (room < UST_EVENT_HEADER_EXTENDED)
		return 0;
	memcpy(&word, p, sizeof(word));
	memcpy(&id, p + 4, sizeof(id));
	memcpy(&time, p + 8, sizeof(time));
	len = word >> UST_EVENT_ID_BITS;
	if ((word & ((1u << UST_EVENT_ID_BITS) - 1)) != UST_EVENT_ID_EXTENDED ||
	    id > UST_EVENT_ID_MAX || len < UST_EVENT_HEADER_EXTENDED || len > room)
		return 0;
	/* What is left from an earlier lap of the ring is older than the sub-buffer. The first lap's
	 * memory is 0, which a sub-buffer that nobody has filled in takes for its begin. */
	return time && time >= time_begin && time <= now ? len : 0;
}

/*
 * Copies the event of @size bytes at @from once more to @to, where its header is already. Result: 1 if
 * it is whole: the time that was found before was stored behind everything else, and the rest of the
 * header was not one of an earlier lap. [find-event <- time-last in include/ust/ring/write.h]
 */
static int take_event(unsigned char *to, const unsigned char *from, uint64_t size)
{
	unsigned char found[UST_EVENT_HEADER_EXTENDED];

	memcpy(found, to, sizeof(found));
	ust_host_copy(to, from, size);
	ust_host_fence();
	return memcmp(found, to, sizeof(found)) == 0;
}

/*
 * Copies the events of [from, from + len), together over the holes that dead writers left and where
 * living ones are not done. *@time is a time that all of them have reached and none of an earlier lap
 * has, and the last event's time afterwards. Result: bytes kept.
 */
static uint64_t close_holes(unsigned char *bytes, const unsigned char *from, uint64_t len,
			    uint64_t *time, uint64_t now)
{
	uint64_t in = 0, out = 0;

	ust_host_copy(bytes, from, len);
	ust_host_fence();
	while (in < len) {
		uint64_t size = event_at(bytes + in, len - in, *time, now);

		if (!size || !take_event(bytes + in, from + in, size)) {
			in++;
			continue;
		}
		memmove(bytes + out, bytes + in, size);
		memcpy(time, bytes + out + 8, sizeof(*time));
		in += size;
		out += size;
	}
	return out;
}

/*
 * The time of the last event of [from, to), which was handed out before and is still there: what
 * follows is not earlier. @time if there is none.
 */
static uint64_t time_of_taken(const struct ust_reader *reader, uint64_t from, uint64_t to,
			      uint64_t time, uint64_t now)
{
	unsigned char header[UST_EVENT_HEADER_EXTENDED];

	while (to - from >= sizeof(header)) {
		uint64_t size;

		ust_host_copy(header, reader->data + (from & (reader->size - 1)), sizeof(header));
		size = event_at(header, to - from, time, now);
		if (!size)
			break;
		memcpy(&time, header + 8, sizeof(time));
		from += size;
	}
	return time;
}

/* 1 if all that was reserved in the sub-buffer at @start is committed, and offset still is @off if that
 * lies in it. */
static int is_whole(const struct ust_reader *reader, uint64_t start, uint64_t off)
{
	uint64_t end = start + reader->subbuf_size;

	if (reader->fused)
		return 1;
	if (off >= end)
		return load_committed(reader, start) == committed_at(reader, start, end);
	return load_committed(reader, start) == committed_at(reader, start, off) &&
	       ust_host_load_acquire(&reader->shm->offset) == off;
}

#ifdef UST_HOST_WRITERS_FINISH
/* Writers do not die here and are not preempted, and write their headers first: what is not whole will
 * be so in a moment, and must not be searched for events. Result: as is_whole(). */
static int become_whole(const struct ust_reader *reader, uint64_t start, uint64_t *off,
			uint64_t *now)
{
	int looks = UST_HOST_WRITERS_FINISH;

	while (!is_whole(reader, start, *off)) {
		if (!--looks)
			return 0;
		*off = later(*off, ust_host_load_acquire(&reader->shm->offset));
	}
	*now = horizon(reader, *now);
	return 1;
}
#else
static int become_whole(const struct ust_reader *reader, uint64_t start, const uint64_t *off,
			const uint64_t *now)
{
	(void)reader;
	(void)start;
	(void)off;
	(void)now;
	return 1;
}
#endif

/* One sub-buffer of salvage: 1 and the piece, 0 it is gone or empty. */
static int salvage_one(struct ust_reader *reader, uint64_t start, uint64_t off, uint64_t now,
		       unsigned char *copy, struct ust_reader_piece *ret_piece)
{
	uint64_t first = start + UST_SUBBUF_HEADER_SIZE, end, begin, number, newest, again;
	int closed = off >= start + reader->subbuf_size, whole;
	struct ust_subbuf_shm head;
	const unsigned char *bytes;

	number = start / reader->subbuf_size;
	end = closed ? start + reader->subbuf_size : off;
	whole = is_whole(reader, start, off);
	/* Behind the counter: if that says whole, both halves of the head are. [take-committed <- commit-add] */
	head = load_subbuf(reader, start);
	/* A closed sub-buffer that is not whole may lack its end half. */
	if (closed && head.content_end >= first && head.content_end < end)
		end = head.content_end;
	else if (closed && whole)
		return 0;
	begin = later(reader->taken, first);
	/* A writer that died between its exchange of offset and ust_ring_switch() left the head of
	 * an earlier lap above the events of others: those are found by their own headers, and are
	 * later than what the sub-buffer before this one had (last_time). */
	if (end < begin || (head.number != number && whole))
		return 0;
	bytes = reader->data + (begin & (reader->size - 1));
	ret_piece->time_begin = clamp(head.time_begin, reader->last_time, now);
	ret_piece->time_end = ret_piece->time_begin;
	ret_piece->len = end - begin;
	if (whole) {
		ust_host_copy(copy, bytes, end - begin);
	} else {
		ret_piece->time_end = time_of_taken(reader, first, begin, ret_piece->time_end, now);
		ret_piece->len = close_holes(copy, bytes, end - begin, &ret_piece->time_end, now);
	}
	UST_INJECT(18);
	/* The copy is good if the slot is still the same afterwards.
	 * [number-again <- number-first in section.h] */
	ust_host_fence();
	newest = ust_host_load_acquire(&reader->shm->offset) / reader->subbuf_size;
	again = load_subbuf(reader, start).number;
	if (newest >= number + reader->size / reader->subbuf_size ||
	    (again != number && again != head.number))
		return 0;
	ret_piece->number = number;
	ret_piece->position = begin - first;
	ret_piece->bytes = copy;
	if (whole)
		ret_piece->time_end =
			closed ? clamp(head.time_end, ret_piece->time_begin, now) : now;
	ret_piece->lost = closed && whole ? head.lost_end : ust_host_load(&reader->shm->lost);
	ret_piece->closed = 1;
	return 1;
}

int ust_reader_salvage(struct ust_reader *reader, uint64_t now, unsigned char *copy,
		       uint64_t *cursor, struct ust_reader_piece *ret_piece)
{
	uint64_t off = ust_host_load_acquire(&reader->shm->offset), number, newest, nr;

	if (reader->broken)
		return -EIO;
	if (!off || *cursor == UINT64_MAX)
		return 0;
	now = horizon(reader, now);
	nr = reader->size / reader->subbuf_size;
	newest = off / reader->subbuf_size;
	number = later(*cursor, reader->taken / reader->subbuf_size);
	if (newest >= nr)
		number = later(number, newest + 1 - nr);
	for (; number <= newest; number++) {
		uint64_t start = number * reader->subbuf_size, end = start + reader->subbuf_size;
		int ret = become_whole(reader, start, &off, &now) &&
			  salvage_one(reader, start, off, now, copy, ret_piece);

		/* The sub-buffer that is open ends it, so that what is handed out ends at one time.
		 */
		*cursor = number == newest ? UINT64_MAX : number + 1;
		if (!ret)
			continue;
		reader->taken = off < end ? off : end;
		reader->last_time = ret_piece->time_end;
		return 1;
	}
	return 0;
}

int ust_reader_sleep(struct ust_reader *reader, enum ust_reader_state state)
{
	uint64_t off = ust_host_load(&reader->shm->offset);
	int settled = reader->asleep_at == off;

	if (reader->broken)
		return 0;
	UST_INJECT(19);
	/* [wish-set <-> wish-check in include/ust/ring/ring.h] */
	ust_host_store32(&reader->shm->reader, state);
	/* [kick-limit <-> kick-look in record.c] 0 sends the next fast event to the slow path, which
	 * checks the wish after its own fence, whichever of the two stores to limit came last. */
	if (state == UST_READER_EVENT && reader->fused)
		ust_host_store_release(&reader->shm->limit, 0);
	UST_INJECT(20);
	ust_host_fence();
	off = ust_host_load_acquire(&reader->shm->offset);
	if (off != reader->taken && off != (reader->taken & ~(reader->subbuf_size - 1))) {
		ust_reader_wake(reader);
		return 1;
	}
	if (state != UST_READER_EVENT)
		return 0;
	reader->asleep_at = off;
	return !(settled && off == reader->asleep_at);
}

void ust_reader_wake(struct ust_reader *reader)
{
	ust_host_store32(&reader->shm->reader, UST_READER_ACTIVE);
}
