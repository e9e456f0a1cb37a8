// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fused record and the slow path's sequences, as their specifications say (include/ust/ring/
 * fused.h, libust/ring/section.h): the model's counterpart of the x86-64 text, one access a step.
 *
 * A sequence that is preempted, interrupted by a signal or migrated between two steps goes on at
 * its abort. x86-64 does not reorder stores or loads: each is a release or an acquire here.
 */
#include "model.h"

#include <stdio.h>

#include "fused.h"
#include "host-model.h"

static void arm(void)
{
	if (self) {
		self->in_sequence = 1;
		self->aborted = 0;
	}
}

/* Behind a step's wait: 1 if the kernel has sent the thread to the abort. */
static int aborted(void)
{
	if (!self || !self->aborted)
		return 0;
	self->hash = mix(self->hash, 0xab0);
	self->in_sequence = self->aborted = 0;
	return 1;
}

static void disarm(void)
{
	if (self)
		self->in_sequence = 0;
}

/* Each returns 1 if the sequence was aborted. */
static int seq_load(const __u64 *p, __u64 *ret_v)
{
	if (!self) {
		*ret_v = memory_peek(p);
		return 0;
	}
	model_yield(OP_LOAD, p);
	if (aborted())
		return 1;
	*ret_v = model_loaded(p);
	return 0;
}

static int seq_store(void *p, const void *src, __u64 len)
{
	if (self) {
		model_yield(OP_STORE, p);
		if (aborted())
			return 1;
	}
	memory_store_bytes(p, src, len, 1);
	return 0;
}

static int seq_clock(__u64 *ret_now)
{
	if (self) {
		model_yield(OP_CLOCK, NULL);
		if (aborted())
			return 1;
	}
	*ret_now = model_ticks();
	return 0;
}

__u32 model_cpu(void)
{
	if (!self)
		return 0;
	self->hash = mix(self->hash, self->cpu);
	return self->cpu;
}

/* The specification in fused.h. Result: 1 recorded, 0 slow. */
int fused_record(const struct ust_event_inst *inst, __u32 tid, const __u64 *words, __u64 len)
{
	__u64 off, now, end, limit, deadline, at;
	struct ust_ring_shm *ring;
	unsigned char *p;
	__u64 header;
	__u32 cpu;

	arm();
	cpu = model_cpu();
	if (cpu >= inst->nr_rings)
		goto slow;
	ring = (struct ust_ring_shm *)(inst->base + ((__u64)cpu << inst->shift));
	if (seq_clock(&now) || seq_load(&ring->offset, &off))
		goto slow;
	if (seq_load(&ring->deadline, &deadline) || now >= deadline)
		goto slow;
	end = off + inst->prefix + len;
	if (seq_load(&ring->limit, &limit) || end > limit)
		goto slow;
	p = (unsigned char *)ring + UST_RING_PAGE_SIZE + (off & inst->mask);
	header = (__u32)now << 5 | inst->header;
	if (seq_store(p, &header, 8) || seq_store(p + inst->tid_at, &tid, 4))
		goto slow;
	/* Whole words: the last one may overshoot the event. */
	for (at = 0; at < len; at += 8) {
		if (seq_store(p + inst->prefix + at, &words[at / 8], 8))
			goto slow;
	}
	if (seq_store(&ring->offset, &end, 8))
		goto slow;
	disarm();
	M.fast++;
	return 1;
slow:
	disarm();
	return 0;
}

__u32 ust_section_cpu(__s64 rseq)
{
	(void)rseq;
	if (self) {
		/* All that record_fused() carries from one try to the next. */
		self->tries++;
		self->hash = mix(mix(self->base, self->tries), self->switched);
		model_yield(OP_STEP, NULL);
	}
	return model_cpu();
}

/* UST_SECTION_HEAD. Result: 1 if the sequence ends here. */
static int section_head(const struct ust_section *section)
{
	__u64 off;

	arm();
	if (model_cpu() != section->cpu)
		return 1;
	return seq_load(section->offset, &off) || off != section->expected;
}

int ust_section_publish(const struct ust_section *section, void *dst, const void *src, __u64 len)
{
	__u64 at, n;

	if (section_head(section))
		goto slow;
	for (at = 0; at < len; at += n) {
		n = len - at >= 8 ? 8 : len - at;
		if (seq_store((unsigned char *)dst + at, (const unsigned char *)src + at, n))
			goto slow;
	}
	if (seq_store(section->offset, &section->next, 8))
		goto slow;
	disarm();
	return 1;
slow:
	disarm();
	return 0;
}

int ust_section_switch(const struct ust_section *section)
{
	if (section_head(section))
		goto slow;
	if (section->leave) {
		if (seq_store(&section->leave->time_end, &section->now, 8) ||
		    seq_store(&section->leave->content_end, &section->expected, 8) ||
		    seq_store(&section->leave->lost_end, &section->lost, 8))
			goto slow;
	}
	if (seq_store(&section->enter->number, &section->number, 8) ||
	    seq_store(&section->enter->time_begin, &section->now, 8) ||
	    seq_store(&section->enter->lost_begin, &section->lost, 8) ||
	    seq_store(section->offset, &section->next, 8))
		goto slow;
	disarm();
	if (self)
		self->switched += section->leave != NULL;
	return 1;
slow:
	disarm();
	return 0;
}

int ust_section_store(const struct ust_section *section, __u64 *p, __u64 v)
{
	if (section_head(section) || seq_store(p, &v, 8)) {
		disarm();
		return 0;
	}
	disarm();
	return 1;
}
