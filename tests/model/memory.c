// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory as C11 hardware may show it. Each location keeps the history of the values stored there;
 * a load may see any of them that is not older than what its thread has to know of (its view). A
 * release store hands the thread's view on to the acquire loads that see it; a full barrier joins
 * its thread's view with that of all earlier full barriers. So a missing release, acquire or fence
 * shows as a load of an old value.
 *
 * Loads do not see values that are stored later, with one exception: a copy out of shared memory
 * (ust_host_copy) is done at any time up to the thread's next release store, read-modify-write or
 * barrier.
 */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "fused.h"

#define CHANNEL_SIZE (UST_RINGS_OFFSET + (MAX_RINGS << MODEL_RING_SHIFT))
#define MAX_MESSAGES 4096

unsigned char *model_channel;
int model_tso, model_fine, model_torn, model_exploring;

static struct message pool[MAX_MESSAGES];
static uint8_t loc_of[CHANNEL_SIZE / 4];
static int nr_locs;

void memory_setup(void)
{
	if (!model_channel)
		model_channel = aligned_alloc(4096, CHANNEL_SIZE);
	memset(model_channel, 0, CHANNEL_SIZE);
	memset(loc_of, 0, sizeof(loc_of));
	nr_locs = 1;
}

int memory_is_shared(const void *p)
{
	return (const unsigned char *)p >= model_channel &&
	       (const unsigned char *)p < model_channel + CHANNEL_SIZE;
}

uint64_t memory_ring_part(const void *p)
{
	return (uint64_t)((const unsigned char *)p - model_channel - UST_RINGS_OFFSET) &
	       ((1u << MODEL_RING_SHIFT) - 1);
}

/* Bytes of the object at p: words in control pages and sub-buffer headers, else halves of words,
 * because events are packed and this model's are multiples of 4. */
static unsigned int granule(const void *p)
{
	uint64_t at;

	if ((const unsigned char *)p < model_channel + UST_RINGS_OFFSET)
		return 8;
	at = memory_ring_part(p);
	if (at < UST_RING_PAGE_SIZE)
		return at == __builtin_offsetof(struct ust_ring_shm, reader) ? 4 : 8;
	return (at & (model_subbuf_size - 1)) < UST_SUBBUF_HEADER_SIZE ? 8 : 4;
}

/* Locations get numbers when they are stored to; 0 is one that never was. */
static int find_loc(const void *p)
{
	uint64_t i = (uint64_t)((const unsigned char *)p - model_channel) / 4;

	if (!loc_of[i]) {
		if (nr_locs == MAX_LOCS)
			sched_fail("more than %d locations", MAX_LOCS);
		loc_of[i] = (uint8_t)nr_locs++;
	}
	return loc_of[i];
}

static int known_loc(const void *p)
{
	return loc_of[(uint64_t)((const unsigned char *)p - model_channel) / 4];
}

static uint64_t initial(const void *p)
{
	uint64_t v = 0;

	memcpy(&v, p, granule(p));
	return v;
}

void memory_join(struct view *dst, const struct view *src)
{
	int i;

	for (i = 0; i < MAX_LOCS; i++)
		dst->ts[i] = dst->ts[i] > src->ts[i] ? dst->ts[i] : src->ts[i];
}

/* @t knows all that @with did: the same CPU ran both, or time went by. */
void memory_meet(struct thread *t, const struct thread *with)
{
	memory_join(&t->cur, &with->cur);
	memory_join(&t->acq, &t->cur);
}

/* What a view means: how far behind the newest value it stays, as far as any thread cares. */
static uint64_t hash_view(uint64_t h, const struct view *view, const struct view *least)
{
	struct view behind;
	uint8_t any = 0;
	uint64_t w;
	int i;

	for (i = 0; i < MAX_LOCS; i++) {
		uint8_t ts = view->ts[i] > least->ts[i] ? view->ts[i] : least->ts[i];

		behind.ts[i] = (uint8_t)(M.newest.ts[i] - ts);
		any |= behind.ts[i];
	}
	if (!any)
		return h;
	for (i = 0; i < nr_locs; i += 8) {
		memcpy(&w, behind.ts + i, 8);
		if (w)
			h = mix(h, w + (uint64_t)i);
	}
	return h;
}

/* What the future can depend on: the newest values, the older ones that some thread may still see,
 * and who knows of what. */
uint64_t memory_hash(int nr_threads)
{
	uint64_t h = M.values_hash;
	struct view least = M.newest;
	int i, t;

	for (t = 0; t < nr_threads; t++) {
		if (M.threads[t].op == OP_DONE)
			continue;
		for (i = 0; i < MAX_LOCS; i++)
			least.ts[i] = least.ts[i] < M.threads[t].cur.ts[i] ? least.ts[i]
									   : M.threads[t].cur.ts[i];
	}
	for (i = 1; i < nr_locs; i++) {
		unsigned int msg = M.last[i];

		for (; msg && pool[msg].ts >= least.ts[i]; msg = pool[msg].prev) {
			uint64_t view = hash_view(0, &pool[msg].view, &least);

			if (view || msg != M.last[i])
				h = mix(mix(mix(h, (uint64_t)i), pool[msg].value), view);
		}
	}
	h = hash_view(h, &M.sc, &least);
	for (t = 0; t < nr_threads; t++) {
		h = hash_view(mix(h, 1), &M.threads[t].cur, &least);
		h = hash_view(mix(h, 2), &M.threads[t].acq, &least);
		h = hash_view(mix(h, 3), &M.threads[t].rel, &least);
	}
	return h;
}

int memory_nr_choices(const struct thread *t)
{
	int loc;

	if (t->op != OP_LOAD)
		return 1;
	loc = known_loc(t->addr);
	return (int)(M.newest.ts[loc] - t->cur.ts[loc]) + 1;
}

static uint64_t load(struct thread *t, const void *p, unsigned int back, int acquire)
{
	int loc = known_loc(p);
	unsigned int msg = M.last[loc];
	uint64_t v;

	for (; back && msg; back--)
		msg = pool[msg].prev;
	v = msg ? pool[msg].value : initial(p);
	if (!t || !msg)
		return v;
	t->cur.ts[loc] = pool[msg].ts > t->cur.ts[loc] ? pool[msg].ts : t->cur.ts[loc];
	memory_join(&t->acq, &pool[msg].view);
	if (acquire || model_tso)
		memory_join(&t->cur, &pool[msg].view);
	return v;
}

/* @view: what a reader that acquires it gets to know. */
static void append(struct thread *t, int loc, uint64_t v, const struct view *view)
{
	struct message *msg;

	if (++M.nr_messages == MAX_MESSAGES || M.newest.ts[loc] == 255)
		sched_fail("history is full");
	msg = &pool[M.nr_messages];
	msg->value = v;
	msg->prev = M.last[loc];
	msg->loc = (uint8_t)loc;
	msg->ts = (uint8_t)(M.newest.ts[loc] + 1);
	if (view)
		msg->view = *view;
	else
		memset(&msg->view, 0, sizeof(msg->view));
	msg->view.ts[loc] = msg->ts;
	M.values_hash += mix((uint64_t)loc, v);
	M.values_hash -= M.last[loc] ? mix((uint64_t)loc, pool[M.last[loc]].value) : 0;
	M.last[loc] = (uint16_t)M.nr_messages;
	M.newest.ts[loc] = msg->ts;
	if (t)
		t->cur.ts[loc] = t->acq.ts[loc] = msg->ts;
}

static void store(struct thread *t, void *p, uint64_t v, int release)
{
	if (!model_exploring) {
		memcpy(p, &v, granule(p));
		return;
	}
	append(t, find_loc(p), v, !t ? NULL : release || model_tso ? &t->cur : &t->rel);
}

static void barrier(struct thread *t)
{
	if (!t)
		return;
	memory_join(&t->cur, &t->acq);
	memory_join(&t->cur, &M.sc);
	M.sc = t->acq = t->rel = t->cur;
}

static void saw(uint64_t v)
{
	if (self)
		self->hash = mix(self->hash, v);
}

uint64_t memory_peek(const void *p)
{
	return model_exploring ? load(NULL, p, 0, 0) : initial(p);
}

/* The clock goes on when a writer reads it. */
__u64 model_ticks(void)
{
	M.clock += !self || !self->observer;
	saw(M.clock);
	return M.clock;
}

__u64 model_clock(void)
{
	if (self)
		model_yield(OP_CLOCK, NULL);
	return model_ticks();
}

/* A load in a sequence. */
__u64 model_loaded(const void *p)
{
	uint64_t v = load(self, p, self->choice, 1);

	saw(v);
	return v;
}

void model_doorbell(void)
{
	M.bells++;
}

__u64 model_load(const void *p, enum model_order order)
{
	uint64_t v;

	if (!self)
		return memory_peek(p);
	model_yield(OP_LOAD, p);
	v = load(self, p, self->choice, order == MODEL_ORDERED);
	saw(v);
	return v;
}

void model_store(void *p, __u64 v, enum model_order order)
{
	if (self &&
	    (model_fine || order == MODEL_ORDERED || memory_ring_part(p) < UST_RING_PAGE_SIZE))
		model_yield(order == MODEL_ORDERED ? OP_ORDER : OP_STORE, p);
	store(self, p, v, order == MODEL_ORDERED);
}

/* Full barrier, access to the newest value, full barrier. */
static uint64_t modify(void *p, int (*change)(uint64_t *v, uint64_t a, uint64_t b), uint64_t a,
		       uint64_t b)
{
	uint64_t v, old;

	if (self && (const unsigned char *)p >= model_channel + UST_RINGS_OFFSET)
		model_yield(OP_ORDER, p);
	barrier(self);
	v = old = self ? load(self, p, 0, 1) : memory_peek(p);
	if (change(&v, a, b))
		store(self, p, v, 1);
	barrier(self);
	saw(old);
	return old;
}

static int change_equal(uint64_t *v, uint64_t a, uint64_t b)
{
	if (*v != a)
		return 0;
	*v = b;
	return 1;
}

static int change_add(uint64_t *v, uint64_t a, uint64_t b)
{
	(void)b;
	*v += a;
	return 1;
}

static int change_set(uint64_t *v, uint64_t a, uint64_t b)
{
	(void)b;
	*v = a;
	return 1;
}

int model_cmpxchg(__u64 *p, __u64 old, __u64 v)
{
	return modify(p, change_equal, old, v) == old;
}

__u64 model_add(__u64 *p, __u64 n)
{
	return modify(p, change_add, n, 0);
}

__u64 model_xchg(void *p, __u64 v)
{
	return modify(p, change_set, v, 0);
}

void model_fence(void)
{
	if (self)
		model_yield(OP_ORDER, NULL);
	barrier(self);
}

/* No step of its own: it changes what later stores hand on, and nothing that is to be seen now. */
void model_fence_release(void)
{
	if (self)
		self->rel = self->cur;
}

/* Stores bytes that may begin and end inside a granule. */
void memory_store_bytes(void *p, const void *src, uint64_t len, int release)
{
	unsigned char *at = p;
	const unsigned char *from = src;

	while (len) {
		unsigned int size = granule(at), skip = (unsigned int)((uintptr_t)at % size);
		uint64_t v, n = len < size - skip ? len : size - skip;

		v = n == size ? 0 : memory_peek(at - skip);
		memcpy((unsigned char *)&v + skip, from, n);
		store(self, at - skip, v, release);
		at += n;
		from += n;
		len -= n;
	}
}

/* Copies the granule that the byte at @done lies in, of the copy that @t has under way. Result: bytes. */
static uint64_t copy_granule(struct thread *t, uint64_t done, int oldest)
{
	const unsigned char *at = (const unsigned char *)t->copy_src + done;
	unsigned int size = granule(at), skip = (unsigned int)((uintptr_t)at % size);
	uint64_t v, n = size - skip;
	int loc = known_loc(at - skip);

	n = n < t->copy_len - done ? n : t->copy_len - done;
	v = load(t, at - skip, oldest ? M.newest.ts[loc] - t->cur.ts[loc] : 0, 0);
	memcpy((unsigned char *)t->copy_dst + done, (unsigned char *)&v + skip, n);
	/* In whatever order they come. */
	t->hash += mix((uint64_t)(uintptr_t)at, v);
	return n;
}

/* The copy that @t has under way: all of it, each granule as old or as new as it may be, or a granule
 * at one of its ends as it is now. */
void memory_copy_now(struct thread *t, enum copy_choice choice)
{
	uint64_t done = 0;

	if (choice == COPY_FIRST) {
		done = copy_granule(t, 0, 0);
		t->copy_src = (const unsigned char *)t->copy_src + done;
		t->copy_dst = (unsigned char *)t->copy_dst + done;
		t->copy_len -= done;
	} else if (choice == COPY_LAST) {
		t->copy_len -= copy_granule(t, t->copy_len - MODEL_PIECE, 0);
	} else {
		while (done < t->copy_len)
			done += copy_granule(t, done, choice == COPY_OLDEST);
		t->copy_len = 0;
	}
}

void model_copy(void *dst, const void *src, __u64 len)
{
	__u64 done, n;

	if (!len)
		return;
	if (memory_is_shared(dst)) {
		for (done = 0; done < len; done += n) {
			n = granule((unsigned char *)dst + done);
			n = n < len - done ? n : len - done;
			if (self && model_fine)
				model_yield(OP_STORE, (unsigned char *)dst + done);
			memory_store_bytes((unsigned char *)dst + done,
					   (const unsigned char *)src + done, n, 0);
		}
	} else if (!memory_is_shared(src)) {
		memcpy(dst, src, len);
	} else if (self) {
		model_yield(OP_COPIED, NULL);
		self->copy_dst = dst;
		self->copy_src = src;
		self->copy_len = len;
	} else {
		for (done = 0; done < len; done++) {
			const unsigned char *p = (const unsigned char *)src + done;
			unsigned int skip = (unsigned int)((uintptr_t)p % granule(p));
			uint64_t v = memory_peek(p - skip);

			((unsigned char *)dst)[done] = (unsigned char)(v >> 8 * skip);
		}
	}
}
