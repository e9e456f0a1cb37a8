/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * A slot has a key and a few buffers. A writer takes a free buffer, fills it, and publishes it unless a
 * later value has been published meanwhile; then the buffer that was published before is free. So
 * nobody waits for a writer, neither another one nor one that it interrupted, and a reader that finds
 * the same buffer published before and after its copy has copied one value.
 *
 *   published = version << 3 | buffer + 1
 *
 * A slot that is being made when a signal handler comes for the same key is passed over: the handler
 * makes a second one of that key. The one with the later value counts.
 */
#include "sticky.h"

#include <string.h>

#define NR_BUFFERS 4
#define MAX_PROBES 128

enum slot_state {
	SLOT_FREE,
	SLOT_MAKING,
	SLOT_READY,
};

struct slot {
	const void *event;
	uint32_t hash;
	uint64_t published;
	uint32_t busy; /* a bit for each buffer that is published or being filled */
	uint32_t key_len;
	unsigned char key[UST_STICKY_KEY];
	struct {
		uint32_t len;
		unsigned char bytes[UST_STICKY_MAX];
	} buffers[NR_BUFFERS];
};

/* Zero pages until they are used, which the states tell without a look at them. */
static struct slot slots[UST_STICKY_SLOTS];
static uint32_t states[UST_STICKY_SLOTS]; /* enum slot_state */
static uint64_t last_version, lost;

static uint32_t hash_key(const void *event, const unsigned char *key, uint32_t len)
{
	uint32_t hash = 2166136261u ^ (uint32_t)((uintptr_t)event >> 4);

	while (len--)
		hash = (hash ^ *key++) * 16777619u;
	return hash;
}

static int is_key(const struct slot *slot, uint32_t hash, const void *event,
		  const unsigned char *key, uint32_t len)
{
	return slot->hash == hash && slot->event == event && slot->key_len == len &&
	       !memcmp(slot->key, key, len);
}

/* A slot's key is complete when its state is SLOT_READY. [sticky-make <-> sticky-make] */
static struct slot *find_slot(const void *event, const unsigned char *key, uint32_t len)
{
	uint32_t hash = hash_key(event, key, len), i;

	for (i = 0; i < MAX_PROBES; i++) {
		uint32_t number = (hash + i) % UST_STICKY_SLOTS;
		uint32_t state = __atomic_load_n(&states[number], __ATOMIC_ACQUIRE);
		struct slot *slot = &slots[number];

		if (state == SLOT_READY && is_key(slot, hash, event, key, len))
			return slot;
		if (state != SLOT_FREE ||
		    !__atomic_compare_exchange_n(&states[number], &state, SLOT_MAKING, 0,
						 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		slot->hash = hash;
		slot->event = event;
		slot->key_len = len;
		memcpy(slot->key, key, len);
		__atomic_store_n(&states[number], SLOT_READY, __ATOMIC_RELEASE);
		return slot;
	}
	return NULL;
}

/* Result: a buffer's number, or -1: all are in use by writers that were interrupted. */
static int take_buffer(struct slot *slot)
{
	uint32_t busy = __atomic_load_n(&slot->busy, __ATOMIC_RELAXED);

	for (;;) {
		int buffer = __builtin_ffs((int)~busy) - 1;

		if (buffer < 0 || buffer >= NR_BUFFERS)
			return -1;
		if (__atomic_compare_exchange_n(&slot->busy, &busy, busy | 1u << buffer, 0,
						__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return buffer;
	}
}

static void put_buffer(struct slot *slot, int buffer)
{
	__atomic_fetch_and(&slot->busy, ~(1u << buffer), __ATOMIC_RELEASE);
}

/* [sticky-publish -> sticky-read] */
static void publish(struct slot *slot, uint64_t version, int buffer)
{
	uint64_t old = __atomic_load_n(&slot->published, __ATOMIC_RELAXED);

	do {
		if (old >> 3 > version) {
			put_buffer(slot, buffer);
			return;
		}
	} while (!__atomic_compare_exchange_n(&slot->published, &old,
					      version << 3 | (uint64_t)(buffer + 1), 0,
					      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	if (old)
		put_buffer(slot, (int)(old & 7) - 1);
}

void ust_sticky_keep(const void *event, const unsigned char *payload, uint64_t len,
		     uint64_t key_end)
{
	uint64_t version = __atomic_add_fetch(&last_version, 1, __ATOMIC_RELAXED);
	struct slot *slot = NULL;
	int buffer = -1;

	if (len <= UST_STICKY_MAX && key_end <= UST_STICKY_KEY)
		slot = find_slot(event, payload, (uint32_t)key_end);
	if (slot)
		buffer = take_buffer(slot);
	if (buffer < 0) {
		__atomic_add_fetch(&lost, 1, __ATOMIC_RELAXED);
		return;
	}
	slot->buffers[buffer].len = (uint32_t)len;
	memcpy(slot->buffers[buffer].bytes, payload, len);
	publish(slot, version, buffer);
}

/* Whether a second slot of the same key has a later value. */
static int superseded(const struct slot *slot)
{
	uint64_t published = __atomic_load_n(&slot->published, __ATOMIC_RELAXED);
	uint32_t i;

	for (i = 0; i < MAX_PROBES; i++) {
		uint32_t number = (slot->hash + i) % UST_STICKY_SLOTS;
		const struct slot *other = &slots[number];

		if (__atomic_load_n(&states[number], __ATOMIC_ACQUIRE) == SLOT_READY &&
		    other != slot &&
		    is_key(other, slot->hash, slot->event, slot->key, slot->key_len) &&
		    __atomic_load_n(&other->published, __ATOMIC_RELAXED) > published)
			return 1;
	}
	return 0;
}

int ust_sticky_read(uint32_t number, struct ust_sticky *ret)
{
	struct slot *slot = &slots[number];
	uint64_t published, again;

	if (__atomic_load_n(&states[number], __ATOMIC_ACQUIRE) != SLOT_READY || superseded(slot))
		return 0;
	/* [sticky-read <- sticky-publish] */
	again = __atomic_load_n(&slot->published, __ATOMIC_ACQUIRE);
	do {
		published = again;
		if (!published)
			return 0;
		ret->len = slot->buffers[(published & 7) - 1].len;
		if (ret->len > UST_STICKY_MAX)
			ret->len = UST_STICKY_MAX;
		memcpy(ret->bytes, slot->buffers[(published & 7) - 1].bytes, ret->len);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		again = __atomic_load_n(&slot->published, __ATOMIC_RELAXED);
	} while (again != published);
	ret->event = slot->event;
	ret->version = published >> 3;
	return 1;
}

uint64_t ust_sticky_lost(void)
{
	return __atomic_load_n(&lost, __ATOMIC_RELAXED);
}

void ust_sticky_forked(void)
{
	uint32_t i;

	/* What other threads of the parent were at is not finished by anybody here. */
	for (i = 0; i < UST_STICKY_SLOTS; i++) {
		struct slot *slot = &slots[i];

		if (states[i] == SLOT_READY)
			slot->busy = slot->published ? 1u << ((slot->published & 7) - 1) : 0;
		else if (states[i] == SLOT_MAKING)
			states[i] = SLOT_FREE;
	}
}
