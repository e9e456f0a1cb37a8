/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The fused record: a whole event inside one restartable sequence (rseq(2)). Reading the CPU number,
 * the event's instance, the clock and the ring's offset, checking for room, writing header and
 * payload all happen between start_ip and post_commit_ip; the last instruction, the store of
 * offset, reserves and commits at once. A thread that is preempted, migrated, signalled or killed
 * before it leaves nothing behind; after it the event is complete.
 *
 * Specification (the x86-64 text below follows it line by line):
 *
 *	arm rseq
 *	inst = state->inst                    if NULL: return, the event is not recorded
 *	tid = thread word                     if 0: slow
 *	cpu = rseq->cpu_id                    if cpu >= inst->nr_rings (unsigned): slow
 *	ring = inst->base + (cpu << inst->shift % 64)
 *	now = rdtsc                           after lfence if inst->shift has UST_INST_STRICT
 *	off = ring->offset                    if now >= ring->deadline: slow
 *	end = off + inst->prefix + len        if end > ring->limit: slow
 *	p = ring + UST_RING_PAGE_SIZE + (off & inst->mask)
 *	p[0..7] = (32 bits of now << 5) | inst->header
 *	p[inst->tid_at ..] = tid
 *	p[inst->prefix ..] = payload          (each store may overwrite what the one before overshot)
 *	ring->offset = end                    [publish-fused -> take-fused in libust/ring/read.c]
 *
 * "slow" is a call through state->ops into libust, with the payload in memory: the sub-buffer is
 * full, the 27-bit time is about to wrap, the thread is new or has no rseq, or inst wants it.
 * An abort also goes there, so a debugger that steps through makes progress.
 *
 * [inst-load <- inst-clear in libust/channel/grace.c] [inst-load <- inst-publish in libust/site/switch.c]
 * inst is loaded inside the sequence: membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ) after
 * state->inst was cleared is a grace period, without any read-side lock.
 *
 * The functions are static and not inlined: one copy of each for a translation unit, called
 * directly from the cold blocks. Code that may be unloaded disarms rseq at the end, because the
 * kernel would otherwise read a descriptor that is gone.
 */
#ifndef UST_RING_FUSED_H
#define UST_RING_FUSED_H

#include <ust/abi/ring.h>
#include <ust/abi/site.h>
#include <ust/ring/inject.h>

#if defined(__x86_64__) && !defined(__ILP32__) && !defined(UST_NO_FUSED)
#define UST_FUSED 1
#else
#define UST_FUSED 0
#endif

#define UST_FUSED_NOINLINE static __attribute__((noinline, unused))
/* Is told the address of the event; the others tell their caller's. */
#define UST_FUSED_SHARED static inline __attribute__((always_inline, unused))

/* Longest string that is copied inside a sequence, its NUL included. */
#define UST_FUSED_STRING_MAX 1024

#if UST_FUSED

#include <ust/ring/fused-asm.h>

/* Payload of up to 8 bytes. */
UST_FUSED_NOINLINE void ust_fused_words1(struct ust_site_state *st, __u64 w0, __u64 len)
{
	__u64 words[1];

	__asm__ goto(UST_FUSED_HEAD
		"movq %[w0], " UST_FUSED_AT(0)
		UST_FUSED_PUBLISH
		: : [st] "r"(st), [len] "r"(len), [w0] "r"(w0)
		: UST_FUSED_CLOBBERS : slow, out);
out:
	ust_fused_disarm(st);
	return;
slow:
	ust_fused_disarm(st);
	words[0] = w0;
	st->ops->record_words(st, words, len, __builtin_return_address(0));
}

/* Payload of up to 16 bytes. */
UST_FUSED_NOINLINE void ust_fused_words2(struct ust_site_state *st, __u64 w0, __u64 w1, __u64 len)
{
	__u64 words[2];

	__asm__ goto(UST_FUSED_HEAD
		"movq %[w0], " UST_FUSED_AT(0)
		"movq %[w1], " UST_FUSED_AT(8)
		UST_FUSED_PUBLISH
		: : [st] "r"(st), [len] "r"(len), [w0] "r"(w0), [w1] "r"(w1)
		: UST_FUSED_CLOBBERS : slow, out);
out:
	ust_fused_disarm(st);
	return;
slow:
	ust_fused_disarm(st);
	words[0] = w0;
	words[1] = w1;
	st->ops->record_words(st, words, len, __builtin_return_address(0));
}

/* Payload of up to 32 bytes. */
UST_FUSED_NOINLINE void ust_fused_words4(struct ust_site_state *st, __u64 w0, __u64 w1, __u64 w2,
					 __u64 w3, __u64 len)
{
	__u64 words[4];

	__asm__ goto(UST_FUSED_HEAD
		"movq %[w0], " UST_FUSED_AT(0)
		"movq %[w1], " UST_FUSED_AT(8)
		"movq %[w2], " UST_FUSED_AT(16)
		"movq %[w3], " UST_FUSED_AT(24)
		UST_FUSED_PUBLISH
		: : [st] "r"(st), [len] "r"(len), [w0] "r"(w0), [w1] "r"(w1), [w2] "r"(w2),
		    [w3] "r"(w3)
		: UST_FUSED_CLOBBERS : slow, out);
out:
	ust_fused_disarm(st);
	return;
slow:
	ust_fused_disarm(st);
	words[0] = w0;
	words[1] = w1;
	words[2] = w2;
	words[3] = w3;
	st->ops->record_words(st, words, len, __builtin_return_address(0));
}

/*
 * Payload of any fixed size in whole words in memory, at least one. They are loaded as they were
 * stored, 8 bytes at a time: a wider load would wait for the stores to leave the store buffer.
 */
UST_FUSED_SHARED void ust_fused_copy_at(struct ust_site_state *st, const __u64 *words, __u64 len,
					void *ip)
{
	__asm__ goto(UST_FUSED_HEAD
		UST_FUSED_COPY_WORDS
		UST_FUSED_PUBLISH
		: : [st] "r"(st), [len] "r"(len), [w] "r"(words)
		: UST_FUSED_CLOBBERS : slow, out);
out:
	ust_fused_disarm(st);
	return;
slow:
	ust_fused_disarm(st);
	st->ops->record_words(st, words, len, ip);
}

UST_FUSED_NOINLINE void ust_fused_copy(struct ust_site_state *st, const __u64 *words, __u64 len)
{
	ust_fused_copy_at(st, words, len, __builtin_return_address(0));
}

#include <ust/ring/fused-string.h>

#endif /* UST_FUSED */

#endif /* UST_RING_FUSED_H */
