/* SPDX-License-Identifier: LGPL-2.1-only */
#include "record.h"

#include <string.h>

#include <ust/ring/write.h>

#include "section.h"

/*
 * A sequence that is aborted this often in a row is being single-stepped, or signalled faster than
 * it runs: the reserve/commit ring makes progress in any case.
 */
#define MAX_ABORTS 16

void ust_ring_set_get(const struct ust_ring_set *set, __u32 index, struct ust_ring *ret_ring)
{
	*ret_ring = set->geometry;
	ret_ring->shm = (struct ust_ring_shm *)(set->base + ((__u64)index << set->ring_shift));
	ret_ring->data = (unsigned char *)ret_ring->shm + UST_RING_PAGE_SIZE;
}

void ust_ring_lost(const struct ust_ring_set *set, const struct ust_ring *ring, __u32 id,
		   enum ust_lost_reason reason)
{
	ust_host_add(&ring->shm->lost, 1);
	ust_host_add(&set->ledger[id < UST_LEDGER_ENTRIES ? id : 0].lost[reason], 1);
}

#if UST_SECTIONS

/*
 * 1 if the event cannot be recorded whatever its header is. Without the clock: a program that fills
 * its buffers faster than they are read comes here for each event.
 */
static int no_room(const struct ust_ring *ring, __u64 off, __u64 len)
{
	__u64 sub_end = ust_ring_subbuf_end(ring, off);

	return off + UST_EVENT_HEADER_COMPACT + len >= sub_end && ust_ring_full(ring, sub_end);
}

/* One try. Result: 0 recorded, UST_LOST(), or -1: look again. */
static int record_once(const struct ust_ring *ring, struct ust_section *section, __u32 id,
		       unsigned char *stage, __u64 len, int *ret_closed)
{
	struct ust_ring_shm *shm = ring->shm;
	__u64 off = ust_host_load_acquire(&shm->offset), now, sub_end, end;
	__u32 header_size;

	if (off && no_room(ring, off, len))
		return UST_LOST(UST_LOST_FULL);
	now = ust_host_clock(ring->clock);
	sub_end = ust_ring_subbuf_end(ring, off);
	header_size = ust_event_header_size(id, now, ust_host_load(&shm->deadline));
	end = off + header_size + len;
	UST_INJECT(8);
	section->offset = &shm->offset;
	section->expected = off;
	if (!off || end >= sub_end) {
		__u64 next = off ? sub_end : 0;

		if (ust_ring_full(ring, next))
			return UST_LOST(UST_LOST_FULL);
		section->next = next + UST_SUBBUF_HEADER_SIZE;
		section->now = now;
		section->lost = ust_host_load(&shm->lost);
		section->leave = off ? ust_ring_subbuf(ring, off) : NULL;
		section->enter = ust_ring_subbuf(ring, next);
		section->number = next >> ring->subbuf_shift;
		if (ust_section_switch(section)) {
			UST_INJECT(9);
			/* A late store here is an older deadline: only ever too early. */
			ust_host_store(&shm->deadline, now + (1u << UST_EVENT_TIME_BITS));
			*ret_closed |= off != 0;
		}
		return -1;
	}
	/* limit belongs to the sub-buffer of off; any stale value is lower, which is safe. */
	if (ust_host_load(&shm->limit) != sub_end - UST_RING_SLACK)
		ust_section_store(section, &shm->limit, sub_end - UST_RING_SLACK);
	UST_INJECT(10);
	stage += UST_EVENT_HEADER_EXTENDED - header_size;
	ust_event_header_put(stage, header_size, id, now, header_size + len);
	section->next = end;
	if (!ust_section_publish(section, ust_ring_at(ring, off), stage, header_size + len))
		return -1;
	UST_INJECT(11);
	if (header_size == UST_EVENT_HEADER_EXTENDED)
		ust_host_store(&shm->deadline, now + (1u << UST_EVENT_TIME_BITS));
	return 0;
}

/* Result: 1 recorded or counted as lost, 0 this thread cannot use the fused ring now. */
static int record_fused(const struct ust_ring_set *set, __u32 id, unsigned char *stage, __u64 len,
			__s64 rseq)
{
	struct ust_section section = {.rseq = rseq};
	int closed = 0, aborts = 0;

	while (aborts < MAX_ABORTS) {
		struct ust_ring ring;
		int ret;

		section.cpu = ust_section_cpu(rseq);
		if (section.cpu >= set->nr_rings)
			return 0;
		ust_ring_set_get(set, section.cpu, &ring);
		ret = record_once(&ring, &section, id, stage, len, &closed);
		if (ret < 0) {
			aborts++;
			continue;
		}
		UST_INJECT(12);
		if (ret > 0)
			ust_ring_lost(set, &ring, id, (enum ust_lost_reason)(ret - 1));
		/* A full ring also needs its reader, who may have gone to sleep meanwhile.
		 * [kick-look <-> kick-limit in read.c] */
		ust_host_fence();
		ust_ring_wake(&ring, closed || ret > 0);
		return 1;
	}
	return 0;
}

#else

static int record_fused(const struct ust_ring_set *set, __u32 id, unsigned char *stage, __u64 len,
			__s64 rseq)
{
	(void)set;
	(void)id;
	(void)stage;
	(void)len;
	(void)rseq;
	return 0;
}

#endif /* UST_SECTIONS */

void ust_record_staged(const struct ust_ring_set *set, __u32 id, unsigned char *stage, __u64 len,
		       __s64 rseq)
{
	struct ust_chunk chunk;

	if (set->fused && UST_EVENT_HEADER_EXTENDED + len <= ust_ring_max_event(&set->geometry) &&
	    record_fused(set, id, stage, len, rseq))
		return;
	chunk.p = stage + UST_EVENT_HEADER_EXTENDED;
	chunk.len = len;
	chunk.is_string = 0;
	ust_record_locked(set, id, &chunk, 1);
}

/* The string may have changed since it was measured: a NUL inside would end it early and the reader
 * would take the rest for the next event. */
static void mend_string(unsigned char *p, __u64 len)
{
	unsigned char *nul;

	while ((nul = memchr(p, 0, len - 1)))
		*nul = ' ';
	p[len - 1] = '\0';
}

static __u32 locked_ring_index(const struct ust_ring_set *set)
{
	/* Any ring of the fallback set is correct; the CPU's own is only the least contended. */
	__u32 cpu = ust_host_cpu();

	return set->nr_rings + (cpu < set->nr_rings ? cpu : cpu % set->nr_rings);
}

void ust_record_locked(const struct ust_ring_set *set, __u32 id, const struct ust_chunk *chunks,
		       unsigned int nr_chunks)
{
	__u64 len = UST_EVENT_HEADER_EXTENDED, at;
	struct ust_reservation res;
	struct ust_ring ring;
	unsigned int i;
	int ret;

	ust_ring_set_get(set, locked_ring_index(set), &ring);
	for (i = 0; i < nr_chunks; i++)
		len += chunks[i].len;
	if (len > ust_ring_max_event(&ring)) {
		ust_ring_lost(set, &ring, id, UST_LOST_TOO_LARGE);
		return;
	}
	ret = ust_ring_reserve(&ring, len, &res);
	if (ret) {
		ust_ring_lost(set, &ring, id, (enum ust_lost_reason)(ret - 1));
		ust_ring_wake(&ring, 1);
		return;
	}
	at = res.begin + UST_EVENT_HEADER_EXTENDED;
	for (i = 0; i < nr_chunks; i++) {
		__u64 begin = at;

		at = ust_ring_write(&ring, at, chunks[i].p, chunks[i].len);
		if (chunks[i].is_string)
			mend_string(ust_ring_at(&ring, begin), chunks[i].len);
	}
	ust_ring_write_header(&ring, &res, id);
	ust_ring_commit(&ring, res.begin, res.end);
	ust_ring_wake(&ring, res.closed);
}
