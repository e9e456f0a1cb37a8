/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Recording an event that the fused fast path does not take: the general writer.
 *
 *   call               signals   threads   errno     blocks   allocates
 *   ust_record_staged  safe      safe      kept      never    never
 *   ust_record_locked  safe      safe      kept      never    never
 */
#ifndef UST_RING_RECORD_H
#define UST_RING_RECORD_H

#include <ust/ring/ring.h>

/* The rings of one channel, as the general writer needs them; private memory. */
struct ust_ring_set {
	unsigned char *base; /* ring 0 */
	struct ust_ledger_shm *ledger;
	struct ust_ring geometry; /* shm and data are not set */
	__u32 nr_rings;
	__u32 ring_shift;
	int fused; /* 0: rseq does not work here; all threads take the reserve/commit rings */
};

/* Payloads up to this size, contexts included, are staged and copied inside one sequence. */
#define UST_STAGE_SIZE 1024

/* Bytes of an event: contexts and payload, one after the other. */
struct ust_chunk {
	const void *p;
	__u64 len;
	int is_string; /* p is a string measured as len - 1 bytes: no NUL may appear before the end
			*/
};

/*
 * Records an event whose len content bytes are at stage + UST_EVENT_HEADER_EXTENDED; the room in
 * front is for the header. A loss is counted. @rseq: from the thread pointer to struct rseq.
 */
void ust_record_staged(const struct ust_ring_set *set, __u32 id, unsigned char *stage, __u64 len,
		       __s64 rseq);

/* Records an event of any size into the reserve/commit ring of the CPU. */
void ust_record_locked(const struct ust_ring_set *set, __u32 id, const struct ust_chunk *chunks,
		       unsigned int nr_chunks);

/* The handle of ring @index (fused ones first). */
void ust_ring_set_get(const struct ust_ring_set *set, __u32 index, struct ust_ring *ret_ring);

/* Counts an event as lost. */
void ust_ring_lost(const struct ust_ring_set *set, const struct ust_ring *ring, __u32 id,
		   enum ust_lost_reason reason);

#endif /* UST_RING_RECORD_H */
