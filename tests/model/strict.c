/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strictly ordered times with a clock that stands still: a writer is interrupted before each of its
 * steps by a second one, that one before each of its steps by a third, around the end of a
 * sub-buffer and elsewhere. Each record must be later than the one in front of it, and a record that
 * interrupted another must not be earlier in the ring.
 */
#include <stdio.h>
#include <stdlib.h>

#include <ust/ring/write.h>

#include "libust/ring/read.h"

#define SUBBUF 4096
#define NR_SUBBUFS 2
#define PAYLOAD 8
#define DEPTH_MAX 3

static struct {
	struct ust_ring_shm shm;
	unsigned char data[SUBBUF * NR_SUBBUFS];
} memory __attribute__((aligned(4096)));

static const struct ust_ring ring = {
	.shm = &memory.shm,
	.data = (unsigned char *)&memory + UST_RING_PAGE_SIZE,
	.mask = SUBBUF * NR_SUBBUFS - 1,
	.subbuf_mask = SUBBUF - 1,
	.subbuf_shift = 12,
	.nr_subbufs = NR_SUBBUFS,
};

/* Before which of its steps the writer at a depth is interrupted, and how many it took. */
static int at[DEPTH_MAX], steps[DEPTH_MAX], depth = -1;

static void record(void)
{
	struct ust_reservation res;

	if (depth + 1 == DEPTH_MAX)
		return;
	depth++;
	steps[depth] = 0;
	if (!ust_ring_reserve(&ring, UST_EVENT_HEADER_EXTENDED + PAYLOAD, &res)) {
		ust_ring_write_header(&ring, &res, 1);
		ust_ring_commit(&ring, res.begin, res.end);
	} else {
		printf("no room\n");
		exit(1);
	}
	depth--;
}

void strict_step(void)
{
	if (depth >= 0 && depth + 1 < DEPTH_MAX && steps[depth]++ == at[depth])
		record();
}

/* All records from a sub-buffer's begin to its end. Result: their number. */
static int check(__u64 begin, __u64 end, __u64 *last)
{
	int nr = 0;

	for (begin += UST_SUBBUF_HEADER_SIZE; begin < end;
	     begin += UST_EVENT_HEADER_EXTENDED + PAYLOAD) {
		__u64 time;

		memcpy(&time, ring.data + (begin & ring.mask) + 8, sizeof(time));
		if (time <= *last) {
			printf("interrupted at %d and %d: time %llu after %llu\n", at[0], at[1],
			       (unsigned long long)time, (unsigned long long)*last);
			exit(1);
		}
		*last = time;
		nr++;
	}
	return nr;
}

/* Some records, then one with two nested ones, then one more. Result: whether there was a step to
 * interrupt. */
static int run_at(int before, int first_at, int second_at)
{
	__u64 last = 0, offset, end;
	int i, nr, interrupted;

	memset(&memory, 0, sizeof(memory));
	at[0] = at[1] = -1;
	for (i = 0; i < before; i++)
		record();
	at[0] = first_at;
	at[1] = second_at;
	record();
	interrupted = steps[0] > first_at;
	at[0] = at[1] = -1;
	record();
	offset = memory.shm.offset;
	end = offset > SUBBUF ? ((struct ust_subbuf_shm *)ring.data)->content_end : offset;
	nr = check(0, end, &last);
	if (offset > SUBBUF)
		nr += check(SUBBUF, offset, &last);
	if (nr < before + 2 || nr > before + 4) {
		printf("%d records instead of %d to %d\n", nr, before + 2, before + 4);
		exit(1);
	}
	return interrupted;
}

int main(void)
{
	/* What is left of the first sub-buffer: much, three records, two, one, none. */
	static const int before[] = {0, 1, 5, 162, 163, 164, 165, 166};
	unsigned int i, nr = 0;
	int first_at, second_at;

	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		for (first_at = 0;; first_at++) {
			int more = 0;

			for (second_at = 0; second_at < 60; second_at++) {
				more |= run_at(before[i], first_at, second_at);
				nr++;
			}
			if (!more)
				break;
		}
	}
	printf("%u orders, all times strictly rise\n", nr);
	return 0;
}
