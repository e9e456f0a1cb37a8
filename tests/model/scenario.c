// SPDX-License-Identifier: GPL-2.0-only
/* What the threads of a scenario do, and the ring they find. */
#include "scenario.h"

#include <string.h>

#include <ust/abi/packet.h>

#include "check.h"
#include "fused.h"
#include "host-model.h"
#include "libust/ring/record.h"
#include "model.h"

#define SUBBUF_SHIFT 8
#define SUBBUF_SIZE (1u << SUBBUF_SHIFT)

uint64_t model_subbuf_size = SUBBUF_SIZE;

static const struct scenario *now;
static struct ust_ring_set set;
static struct ust_event_inst insts[MAX_THREADS];
static struct ust_doorbell_shm bell;

static const unsigned char large[84];

static int reader_thread(void)
{
	int nr = 0;

	while (nr < 3 && now->writers[nr].kind)
		nr++;
	return nr;
}

static uint32_t watched_ring(void)
{
	return set.fused ? 0 : set.nr_rings;
}

static void record(enum writer_kind kind, uint32_t tag)
{
	uint32_t tid = check_tid(tag), id = 1 + tag / 4;
	unsigned char stage[UST_EVENT_HEADER_EXTENDED + 8];
	/* A large one leaves no room for another in its sub-buffer. */
	struct ust_chunk chunks[3] = {
		{.p = &tid, .len = 4}, {.p = &tag, .len = 4}, {.p = large, .len = sizeof(large)}};
	__u64 words[1] = {tag | 0xABCDABCDull << 32};

	model_begin();
	M.events[tag].started = 1;
	M.events[tag].begin = (uint32_t)M.clock;
	if (kind == W_LOCKED || kind == W_LARGE) {
		ust_record_locked(&set, id, chunks, kind == W_LARGE ? 3 : 2);
	} else if (kind == W_STAGED || !fused_record(&insts[tag / 4], tid, words, 4)) {
		memcpy(stage + UST_EVENT_HEADER_EXTENDED, &tid, 4);
		memcpy(stage + UST_EVENT_HEADER_EXTENDED + 4, &tag, 4);
		ust_record_staged(&set, id, stage, 8, 0);
	}
	M.events[tag].finished = 1;
	M.events[tag].end = (uint32_t)M.clock;
}

static void run_writer(int t)
{
	int i;

	for (i = 0; i < now->writers[t].count; i++) {
		record(now->writers[t].kind, (uint32_t)(4 * t + i));
		model_forget((uint64_t)i + 1);
	}
}

static void handler(int t)
{
	record(now->writers[t].handler, (uint32_t)(4 * t + 3));
}

static void forget_reader(const struct ust_reader *reader, int round)
{
	model_forget(mix(mix(mix((uint64_t)round, reader->taken), reader->last_time),
			 reader->asleep_at));
}

static void snapshot(void)
{
	struct decoder decoder = {0};
	unsigned char copy[SUBBUF_SIZE];
	struct ust_reader_piece piece;
	struct ust_reader reader;
	uint64_t cursor = 0, number = 0;
	int ret;

	ust_reader_init(&reader, model_channel, &check.geometry, watched_ring());
	for (;;) {
		memset(copy, 0, sizeof(copy));
		ret = ust_reader_salvage(&reader, 0, copy, &cursor, &piece);
		if (ret < 0)
			sched_fail("salvage says that the ring is broken");
		if (!ret)
			return;
		if (piece.position || (number && piece.number < number))
			sched_fail("a snapshot is out of order");
		number = piece.number + 1;
		check_decode(&decoder, &piece, copy);
	}
}

static void run_reader(void)
{
	struct ust_reader reader;
	int round;

	check_reader_init(&reader, watched_ring());
	for (round = 0; round < now->rounds; round++) {
		forget_reader(&reader, round);
		if (self->generation)
			self->hash++;
		self->bells = M.bells;
		if (now->reader == R_SNAPSHOT) {
			snapshot();
			continue;
		}
		if (check_read(&reader, watched_ring()) || now->reader == R_DRAIN)
			continue;
		if (!ust_reader_sleep(&reader, check.wish))
			model_yield(OP_BELL, NULL);
		else
			model_yield(OP_SETTLE, NULL);
	}
}

static void run(int t)
{
	if (t == reader_thread())
		run_reader();
	else
		run_writer(t);
}

static void fill(uint64_t len)
{
	static unsigned char stage[UST_EVENT_HEADER_EXTENDED + SUBBUF_SIZE];
	uint32_t len32 = (uint32_t)len;
	struct ust_chunk chunk = {.p = stage + UST_EVENT_HEADER_EXTENDED, .len = len};

	memset(stage, FILLER_BYTE, sizeof(stage));
	memcpy(stage + UST_EVENT_HEADER_EXTENDED, &len32, 4);
	if (set.fused)
		ust_record_staged(&set, FILLER_ID, stage, len, 0);
	else
		ust_record_locked(&set, FILLER_ID, &chunk, 1);
}

/* Records and reads until the ring's offset is @target. */
static void fill_to(uint64_t target)
{
	uint64_t header = set.fused ? UST_EVENT_HEADER_COMPACT : UST_EVENT_HEADER_EXTENDED;
	struct ust_reader reader;
	struct ust_ring ring;

	if (!target)
		return;
	ust_ring_set_get(&set, watched_ring(), &ring);
	check_reader_init(&reader, watched_ring());
	for (;;) {
		uint64_t off = memory_peek(&ring.shm->offset), before = off, end, len;

		if (off == target)
			break;
		if (off > target)
			sched_fail("offset %llu cannot be reached", (unsigned long long)target);
		end = off ? ust_ring_subbuf_end(&ring, off) : 0;
		if (off + header + 4 >= end) {
			off = end + UST_SUBBUF_HEADER_SIZE;
			end += SUBBUF_SIZE;
		}
		len = (target < end ? target : end - 4) - off - header;
		/* One that an empty sub-buffer takes with the long header, so in two steps. The
		 * first one is shorter than what the writers put there a lap later. */
		fill(len > 128 ? (set.fused ? 8 : 4) : len);
		if (memory_peek(&ring.shm->offset) == before)
			sched_fail("the ring does not take the filling");
		while (!now->unread && !now->overwrite && check_read(&reader, watched_ring()))
			;
	}
	if (now->first_read)
		check_read(&reader, watched_ring());
}

static void make_set(int fused)
{
	unsigned int t;

	memset(&set, 0, sizeof(set));
	set.base = model_channel + UST_RINGS_OFFSET;
	set.ledger = (struct ust_ledger_shm *)(model_channel + UST_LEDGER_OFFSET);
	set.nr_rings = now->nr_rings ? (uint32_t)now->nr_rings : 1;
	set.ring_shift = MODEL_RING_SHIFT;
	set.fused = fused;
	set.geometry.mask = (uint64_t)now->nr_subbufs * SUBBUF_SIZE - 1;
	set.geometry.subbuf_mask = SUBBUF_SIZE - 1;
	set.geometry.subbuf_shift = SUBBUF_SHIFT;
	set.geometry.nr_subbufs = (uint32_t)now->nr_subbufs;
	set.geometry.overwrite = (uint32_t)now->overwrite;
	set.geometry.clock = UST_CLOCK_TSC;
	set.geometry.bell = &bell;
	for (t = 0; t < MAX_THREADS; t++) {
		memset(&insts[t], 0, sizeof(insts[t]));
		insts[t].base = (uint64_t)(uintptr_t)set.base;
		insts[t].mask = set.geometry.mask;
		insts[t].nr_rings = set.nr_rings;
		insts[t].shift = MODEL_RING_SHIFT;
		insts[t].header = (uint64_t)(1 + t);
		insts[t].tid_at = UST_EVENT_HEADER_COMPACT;
		insts[t].prefix = UST_EVENT_HEADER_COMPACT + 4;
	}
	check.geometry = (struct ust_ring_geometry){
		.subbuf_size = SUBBUF_SIZE,
		.nr_subbufs = (uint32_t)now->nr_subbufs,
		.nr_rings = set.nr_rings,
		.ring_shift = MODEL_RING_SHIFT,
		.overwrite = (uint32_t)now->overwrite,
	};
	check.set = &set;
}

void scenario_run(const struct scenario *scenario, uint32_t offset, int tso, int quiet,
		  struct sched_result *ret_result)
{
	struct sched_opts opts = {.run = run, .handler = handler, .final = check_final};
	int t;

	now = scenario;
	memset(&M, 0, sizeof(M));
	model_tso = tso;
	model_exploring = 0;
	memory_setup();
	make_set(scenario->writers[0].kind != W_LOCKED);
	check.sleeper = -1;
	check.no_loss = scenario->no_loss;
	check.fast = scenario->fast;
	check.wish = scenario->reader == R_SWITCH ? UST_READER_SWITCH : UST_READER_EVENT;
	if (scenario->reader == R_EVENT || scenario->reader == R_SWITCH)
		check.sleeper = reader_thread();
	M.clock = 1000;
	fill_to(offset);
	M.clock += scenario->clock_jump;
	for (t = 0; t < reader_thread(); t++) {
		M.threads[t].cpu = (uint8_t)(set.fused ? scenario->writers[t].cpu : 2 + t);
		M.threads[t].signals = scenario->writers[t].handler != W_NONE;
	}
	M.threads[t].cpu = (uint8_t)(2 + t);
	M.threads[t].observer = 1;
	M.threads[t].restarts = (uint8_t)scenario->restart;
	M.preemptions = (uint8_t)scenario->preemptions;
	M.migrations = (uint8_t)scenario->migrations;
	model_fine = scenario->kill || scenario->fine || scenario->torn;
	model_torn = scenario->torn;
	opts.nr_threads = reader_thread() + (scenario->reader != R_NONE);
	opts.kill = scenario->kill;
	opts.quiet = quiet;
	sched_setup(&opts);
	model_exploring = 1;
	sched_explore(ret_result);
}
