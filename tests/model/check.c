// SPDX-License-Identifier: GPL-2.0-only
/* What must hold: whole events, in order, each once or counted as lost; exact accounts. */
#include "check.h"

#include <string.h>

#include <ust/abi/packet.h>

#include "host-model.h"
#include "libust/ring/record.h"
#include "model.h"

#define SUBBUF_MAX 256

struct check_opts check;

uint32_t check_tid(uint32_t tag)
{
	return (tag + 1) * 0x9E3779B1u | 1;
}

static struct ust_ring_shm *ring_shm(uint32_t ring)
{
	return (struct ust_ring_shm *)(model_channel + UST_RINGS_OFFSET +
				       ((uint64_t)ring << check.geometry.ring_shift));
}

/* As a reader that has just been started: it knows what was handed out for good. */
void check_reader_init(struct ust_reader *reader, uint32_t ring)
{
	ust_reader_init(reader, model_channel, &check.geometry, ring);
	reader->taken = M.rings[ring].taken;
	reader->last_time = M.rings[ring].last_time;
}

static uint32_t word_at(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void check_rest(const unsigned char *p, uint64_t len, unsigned char byte)
{
	for (; len; len--, p++) {
		if (*p != byte)
			sched_fail("an event is overwritten");
	}
}

static void check_event(struct decoder *decoder, const unsigned char *content, uint32_t id)
{
	uint32_t tid = word_at(content), tag = word_at(content + 4);
	const struct event *event = &M.events[tag % MAX_EVENTS];

	if (tag >= MAX_EVENTS || tid != check_tid(tag) || id != 1 + tag / 4)
		sched_fail("an event is torn: id %u, tid %x, tag %x", id, tid, tag);
	if (!event->started)
		sched_fail("event %u was read before it was recorded", tag);
	if (event->taken || (decoder->found & 1u << tag))
		sched_fail("event %u was read twice", tag);
	if (decoder->time <= event->begin || (event->finished && decoder->time > event->end))
		sched_fail("event %u has time %llu, was recorded between %u and %u", tag,
			   (unsigned long long)decoder->time, event->begin, event->end);
	decoder->found |= 1u << tag;
}

/* Length of the event at p, whose header has been taken to be good; its time and id. */
static uint64_t decode_header(const unsigned char *p, uint64_t *time, uint32_t *ret_id)
{
	const uint64_t mask = (1u << UST_EVENT_TIME_BITS) - 1;
	uint32_t word = word_at(p);

	*ret_id = word & ((1u << UST_EVENT_ID_BITS) - 1);
	if (*ret_id == UST_EVENT_ID_EXTENDED) {
		*ret_id = word_at(p + 4);
		memcpy(time, p + 8, sizeof(*time));
		return UST_EVENT_HEADER_EXTENDED;
	}
	*time += ((word >> UST_EVENT_ID_BITS) - *time) & mask;
	return UST_EVENT_HEADER_COMPACT;
}

void check_decode(struct decoder *decoder, const struct ust_reader_piece *piece,
		  const unsigned char *copy)
{
	uint64_t at = 0, len, before, header;
	uint32_t id;

	if (piece->time_begin > piece->time_end || piece->time_end > M.clock)
		sched_fail("a piece's times are wrong");
	if (!piece->position)
		decoder->time = piece->time_begin;
	while (at < piece->len) {
		uint32_t word = word_at(copy + at);

		if (piece->len - at < UST_EVENT_HEADER_COMPACT + 4)
			sched_fail("an event is cut off");
		before = decoder->time;
		header = len = decode_header(copy + at, &decoder->time, &id);
		if (decoder->time < before || decoder->time > piece->time_end)
			sched_fail("time %llu after %llu, in a piece that ends at %llu",
				   (unsigned long long)decoder->time, (unsigned long long)before,
				   (unsigned long long)piece->time_end);
		if (id == FILLER_ID)
			len += word_at(copy + at + len);
		else if ((word & 31) == UST_EVENT_ID_EXTENDED)
			len = word >> UST_EVENT_ID_BITS;
		else
			len += 8;
		if (len < 8 + UST_EVENT_HEADER_COMPACT || len > piece->len - at)
			sched_fail("an event's length makes no sense");
		if (id != FILLER_ID) {
			check_event(decoder, copy + at + header, id);
			check_rest(copy + at + header + 8, len - header - 8, 0);
		} else {
			check_rest(copy + at + header + 4, len - header - 4, FILLER_BYTE);
		}
		at += len;
	}
	/* Also those of the same packet that an earlier piece had. */
	if (decoder->time > piece->time_end)
		sched_fail("a piece ends at %llu, an event before it has %llu",
			   (unsigned long long)piece->time_end, (unsigned long long)decoder->time);
}

void check_take(uint32_t ring, const struct ust_reader *reader, const struct decoder *decoder,
		const struct ust_reader_piece *piece)
{
	uint32_t tag;

	for (tag = 0; tag < MAX_EVENTS; tag++) {
		if (decoder->found & 1u << tag)
			M.events[tag].taken = 1;
	}
	if (piece->lost < M.rings[ring].lost)
		sched_fail("the loss count went back");
	M.rings[ring].lost = piece->lost;
	M.rings[ring].taken = reader->taken;
	M.rings[ring].time = decoder->time;
	M.rings[ring].last_time = reader->last_time;
}

int check_read(struct ust_reader *reader, uint32_t ring)
{
	struct decoder decoder = {.time = M.rings[ring].time};
	unsigned char copy[SUBBUF_MAX] = {0};
	struct ust_reader_piece piece;
	int ret = ust_reader_next(reader, 0, &piece);

	if (ret < 0)
		sched_fail("the reader says that ring %u is broken", ring);
	if (!ret)
		return 0;
	ust_host_copy(copy, piece.bytes, piece.len);
	ust_reader_release(reader, &piece);
	/* With the right barrier the copy was finished in front of it. */
	if (self && self->copy_len)
		model_yield(OP_COPIED, NULL);
	check_decode(&decoder, &piece, copy);
	check_take(ring, reader, &decoder, &piece);
	return 1;
}

static void salvage(uint32_t ring, uint64_t *ret_oldest)
{
	struct decoder decoder = {.time = M.rings[ring].time};
	unsigned char copy[SUBBUF_MAX];
	struct ust_reader_piece piece;
	struct ust_reader reader;
	uint64_t cursor = 0;
	int ret;

	check_reader_init(&reader, ring);
	*ret_oldest = UINT64_MAX;
	for (;;) {
		memset(copy, 0, sizeof(copy));
		ret = ust_reader_salvage(&reader, 0, copy, &cursor, &piece);
		if (ret < 0)
			sched_fail("salvage says that ring %u is broken", ring);
		if (!ret)
			return;
		if (*ret_oldest == UINT64_MAX)
			*ret_oldest = piece.position ? 0 : piece.time_begin;
		decoder.found = 0;
		check_decode(&decoder, &piece, copy);
		check_take(ring, &reader, &decoder, &piece);
	}
}

/* Commit counters and sub-buffer headers when all writers have finished. */
static void check_accounts(uint32_t ring)
{
	const struct ust_ring *geo = &check.set->geometry;
	uint64_t size = geo->subbuf_mask + 1, nr = geo->nr_subbufs, slot, n;
	struct ust_ring_shm *shm = ring_shm(ring);
	uint64_t off = memory_peek(&shm->offset), newest = off / size;

	for (slot = 0; slot < nr; slot++) {
		uint64_t expected = 0;

		n = newest >= slot ? newest - (newest - slot) % nr : 0;
		if (off && newest >= slot && ring >= check.geometry.nr_rings)
			expected = n / nr * size + (n == newest ? off - n * size : size);
		if (memory_peek(&shm->commit[slot]) != expected)
			sched_fail("commit counter %llu of ring %u is %llu, should be %llu",
				   (unsigned long long)slot, ring,
				   (unsigned long long)memory_peek(&shm->commit[slot]),
				   (unsigned long long)expected);
	}
	for (n = newest >= nr ? newest + 1 - nr : 0; off && n <= newest; n++) {
		unsigned char *data = (unsigned char *)shm + UST_RING_PAGE_SIZE;
		struct ust_subbuf_shm *head = (void *)(data + (n * size & geo->mask));

		if (memory_peek(&head->number) != n)
			sched_fail("sub-buffer %llu has a wrong number", (unsigned long long)n);
		if (n == newest)
			continue;
		if (memory_peek(&head->time_begin) > memory_peek(&head->time_end) ||
		    memory_peek(&head->lost_begin) > memory_peek(&head->lost_end) ||
		    memory_peek(&head->lost_end) > memory_peek(&shm->lost) ||
		    memory_peek(&head->content_end) <= n * size + UST_SUBBUF_HEADER_SIZE ||
		    memory_peek(&head->content_end) >= (n + 1) * size)
			sched_fail("sub-buffer %llu has wrong ends", (unsigned long long)n);
	}
}

static void check_bell(void)
{
	const struct thread *sleeper = &M.threads[check.sleeper];
	struct ust_reader_piece piece;
	struct ust_reader reader;
	uint32_t ring;

	if (sleeper->op != OP_BELL)
		return;
	ring = check.geometry.nr_rings == 1 && check.set->fused ? 0 : check.geometry.nr_rings;
	check_reader_init(&reader, ring);
	if (ust_reader_next(&reader, 0, &piece) == 1 &&
	    (check.wish == UST_READER_EVENT ? piece.len : (uint64_t)piece.closed))
		sched_fail("a lost wake-up: the reader sleeps, ring %u is not empty", ring);
}

/* Every event was handed out or counted as lost; in overwrite mode it may also be gone. */
static void check_events(int killed, uint64_t oldest)
{
	uint64_t lost = 0, ledger = 0, missing = 0, open = 0;
	uint32_t i, ring, id;

	for (ring = 0; ring < 2 * check.geometry.nr_rings; ring++) {
		lost += memory_peek(&ring_shm(ring)->lost);
		if (!killed && M.rings[ring].lost > memory_peek(&ring_shm(ring)->lost))
			sched_fail("more losses were reported than happened");
	}
	for (id = 0; id < 32; id++) {
		for (i = 0; i < UST_LOST_NR; i++)
			ledger += memory_peek(&check.set->ledger[id].lost[i]);
	}
	for (i = 0; i < MAX_EVENTS; i++) {
		const struct event *event = &M.events[i];

		if (event->taken)
			continue;
		open += event->started && !event->finished;
		missing += event->finished && (!check.geometry.overwrite || event->begin >= oldest);
	}
	if (!killed && (ledger != lost || (!check.geometry.overwrite && missing != lost)))
		sched_fail("%llu events are missing, %llu lost, %llu in the ledger",
			   (unsigned long long)missing, (unsigned long long)lost,
			   (unsigned long long)ledger);
	if (lost && check.no_loss)
		sched_fail("%llu events were dropped although there was room",
			   (unsigned long long)lost);
	if (!killed && M.fast < check.fast)
		sched_fail("%d events took the fast path", M.fast);
	if (missing > lost || (!check.geometry.overwrite && lost > missing + open))
		sched_fail("%llu events are missing, %llu counted as lost",
			   (unsigned long long)missing, (unsigned long long)lost);
}

void check_final(int killed)
{
	uint64_t oldest = 0;
	uint32_t ring;

	if (!killed && check.sleeper >= 0)
		check_bell();
	for (ring = 0; ring < 2 * check.geometry.nr_rings; ring++) {
		if (!memory_peek(&ring_shm(ring)->offset))
			continue;
		if (!killed)
			check_accounts(ring);
		if (killed || check.geometry.overwrite) {
			uint64_t first;

			salvage(ring, &first);
			oldest = first > oldest && first != UINT64_MAX ? first : oldest;
		} else {
			struct ust_reader reader;

			check_reader_init(&reader, ring);
			while (check_read(&reader, ring))
				;
			if (M.rings[ring].lost != memory_peek(&ring_shm(ring)->lost) &&
			    M.rings[ring].taken != memory_peek(&ring_shm(ring)->offset))
				sched_fail("the reader stopped early");
		}
	}
	check_events(killed, oldest);
}
