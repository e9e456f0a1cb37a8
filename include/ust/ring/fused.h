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
 *	ring = inst->base + (cpu << inst->shift)
 *	now = rdtsc                           after lfence if inst->strict
 *	off = ring->offset                    if now >= ring->deadline: slow
 *	end = off + 4 + inst->prefix + len    if end > ring->limit: slow
 *	p = ring + UST_RING_PAGE_SIZE + (off & inst->mask)
 *	p[0..3] = now << 5 | inst->id
 *	p[4..5] = inst->id_wide
 *	p[4 + inst->wide_size ..] = tid
 *	p[4 + inst->prefix ..] = payload      (each store may overwrite what the one before overshot)
 *	ring->offset = end                    [publish-fused -> take-fused in libust/ring/read.c]
 *
 * "slow" is a call through state->ops into libust, with the payload in memory: the sub-buffer is
 * full, the 27-bit time is about to wrap, the thread is new or has no rseq, or inst wants it.
 * An abort also goes there, so a debugger that steps through makes progress.
 *
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

/* Longest string that is copied inside a sequence, its NUL included. */
#define UST_FUSED_STRING_MAX 1024

#if UST_FUSED

#define UST_FUSED_NUM_(x) #x
#define UST_FUSED_NUM(x)  UST_FUSED_NUM_(x)

/* "ud1 0x53053053(%rip),%edi": the signature glibc registers, in front of the abort address. */
#define UST_RSEQ_ABORT \
	".pushsection .text.unlikely,\"ax?\",@progbits\n\t" \
	".byte 0x0f, 0xb9, 0x3d\n\t" \
	".long 0x53053053\n" \
	"4:\tjmp %l[slow]\n\t" \
	".popsection\n\t"

#define UST_RSEQ_DESCRIPTOR \
	".pushsection __rseq_cs,\"aw?\",@progbits\n\t" \
	".balign 32\n" \
	"3:\t.long 0, 0\n\t" \
	".quad 1f, 2f - 1f, 4f\n\t" \
	".popsection\n\t"

#define UST_FUSED_DATA UST_FUSED_NUM(UST_RING_PAGE_SIZE)

/*
 * Registers: r8 rseq (relative to fs), then tid; r9 inst; rcx ring; r10 offset, then position;
 * r11 end; rax, rdx the clock, then scratch. rdtsc stands between the ring's address and the load
 * of its offset: the place where most of the rest hides behind it.
 */
#define UST_FUSED_HEAD \
	UST_RSEQ_DESCRIPTOR \
	"movslq 8(%[st]), %%r8\n\t" \
	"leaq 3b(%%rip), %%rax\n\t" \
	"movq %%rax, %%fs:8(%%r8)\n" \
	"1:\t" UST_INJECT_ASM(0) "movq (%[st]), %%r9\n\t" \
	"testq %%r9, %%r9\n\t" \
	"jz %l[out]\n\t" \
	"movl %%fs:4(%%r8), %%r10d\n\t" \
	"movslq 12(%[st]), %%r8\n\t" \
	"movl %%fs:(%%r8), %%r8d\n\t" \
	"testl %%r8d, %%r8d\n\t" \
	"jz %l[slow]\n\t" \
	"cmpl " UST_FUSED_NUM(UST_INST_NR_RINGS) "(%%r9), %%r10d\n\t" \
	"jae %l[slow]\n\t" \
	"movl " UST_FUSED_NUM(UST_INST_SHIFT) "(%%r9), %%ecx\n\t" \
	"shlq %%cl, %%r10\n\t" \
	"addq " UST_FUSED_NUM(UST_INST_BASE) "(%%r9), %%r10\n\t" \
	"movq %%r10, %%rcx\n\t" \
	UST_INJECT_ASM(1) \
	"cmpb $0, " UST_FUSED_NUM(UST_INST_STRICT) "(%%r9)\n\t" \
	"je 7f\n\t" \
	"lfence\n" \
	"7:\trdtsc\n\t" \
	UST_INJECT_ASM(2) \
	"movq (%%rcx), %%r10\n\t" \
	"shlq $32, %%rdx\n\t" \
	"orq %%rdx, %%rax\n\t" \
	"cmpq 16(%%rcx), %%rax\n\t" \
	"jae %l[slow]\n\t" \
	"movl " UST_FUSED_NUM(UST_INST_PREFIX) "(%%r9), %%edx\n\t" \
	"leaq 4(%%r10, %[len]), %%r11\n\t" \
	"addq %%rdx, %%r11\n\t" \
	"cmpq 8(%%rcx), %%r11\n\t" \
	"ja %l[slow]\n\t" \
	UST_INJECT_ASM(3) \
	"andq " UST_FUSED_NUM(UST_INST_MASK) "(%%r9), %%r10\n\t" \
	"addq %%rcx, %%r10\n\t" \
	"shll $5, %%eax\n\t" \
	"orl " UST_FUSED_NUM(UST_INST_ID) "(%%r9), %%eax\n\t" \
	"movl %%eax, " UST_FUSED_DATA "(%%r10)\n\t" \
	"movzwl " UST_FUSED_NUM(UST_INST_ID_WIDE) "(%%r9), %%eax\n\t" \
	"movw %%ax, " UST_FUSED_DATA "+4(%%r10)\n\t" \
	"movzwl " UST_FUSED_NUM(UST_INST_WIDE_SIZE) "(%%r9), %%eax\n\t" \
	"movl %%r8d, " UST_FUSED_DATA "+4(%%r10, %%rax)\n\t" \
	"addq %%rdx, %%r10\n\t"

/* Where payload byte n goes once the head has run; with an index register. */
#define UST_FUSED_AT(n)	       UST_FUSED_DATA "+4+" #n "(%%r10)\n\t"
#define UST_FUSED_AT_IDX(n, r) UST_FUSED_DATA "+4+" #n "(%%r10, " r ")\n\t"

/* The store that publishes: take-fused in libust/ring/read.c is its partner. */
#define UST_FUSED_PUBLISH \
	UST_INJECT_ASM(4) \
	"movq %%r11, (%%rcx)\n" \
	"2:\n\t" \
	UST_RSEQ_ABORT

#define UST_FUSED_CLOBBERS "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc"

static inline __attribute__((always_inline, unused)) void ust_fused_disarm(struct ust_site_state *st)
{
#if defined(__PIC__) && !defined(__PIE__)
	__asm__ __volatile__("movq $0, %%fs:8(%0)" : : "r"((__s64)st->rseq_offset) : "memory");
#else
	(void)st;
#endif
}

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
UST_FUSED_NOINLINE void ust_fused_copy(struct ust_site_state *st, const __u64 *words, __u64 len)
{
	__asm__ goto(UST_FUSED_HEAD
		"xorl %%edx, %%edx\n"
		"5:\tmovq (%[w], %%rdx), %%rax\n\t"
		"movq %%rax, " UST_FUSED_AT_IDX(0, "%%rdx")
		"addq $8, %%rdx\n\t"
		"cmpq %[len], %%rdx\n\t"
		"jb 5b\n\t"
		UST_FUSED_PUBLISH
		: : [st] "r"(st), [len] "r"(len), [w] "r"(words)
		: UST_FUSED_CLOBBERS : slow, out);
out:
	ust_fused_disarm(st);
	return;
slow:
	ust_fused_disarm(st);
	st->ops->record_words(st, words, len, __builtin_return_address(0));
}

typedef char ust_fused_v16 __attribute__((vector_size(16)));

/*
 * Loads 16 bytes of a string when they lie in one page. Result: the string's size with its NUL, 0 if
 * it is longer or near the end of a page. Size and bytes come from one load, so a string that changes
 * meanwhile stays well-formed. In assembly, because reading behind the NUL is deliberate.
 */
static inline __attribute__((always_inline, unused)) __u64 ust_fused_short(const char *s,
									   ust_fused_v16 *ret_bytes)
{
	ust_fused_v16 bytes, zero;
	unsigned int mask;

	if (((__u64)s & 4095) > 4096 - 16)
		return 0;
	__asm__ __volatile__("movdqu (%[s]), %[b]\n\t"
			     "pxor %[z], %[z]\n\t"
			     "pcmpeqb %[b], %[z]\n\t"
			     "pmovmskb %[z], %[m]"
			     : [b] "=&x"(bytes), [z] "=&x"(zero), [m] "=r"(mask)
			     : [s] "r"(s)
			     : "memory");
	if (!mask)
		return 0;
	*ret_bytes = bytes;
	return (__u64)__builtin_ctz(mask) + 1;
}

/*
 * Copies the n bytes (16 or more) of the string at s behind the payload's first fixlen bytes, 32 or 16 at
 * a time, the last 16 overlapping. A NUL before the end means that the string has changed since it
 * was measured: slow.
 */
#define UST_FUSED_STRING_COPY \
	"addq %[fix], %%r10\n\t" \
	"leaq -16(%[n]), %%rdx\n\t" \
	"leaq -17(%%rdx), %%r8\n\t" \
	"xorl %%eax, %%eax\n\t" \
	"pxor %%xmm2, %%xmm2\n" \
	"8:\tcmpq %%r8, %%rax\n\t" \
	"jg 9f\n\t" \
	"movdqu (%[s], %%rax), %%xmm0\n\t" \
	"movdqu 16(%[s], %%rax), %%xmm1\n\t" \
	"movdqa %%xmm0, %%xmm3\n\t" \
	"pminub %%xmm1, %%xmm3\n\t" \
	"pcmpeqb %%xmm2, %%xmm3\n\t" \
	"pmovmskb %%xmm3, %%r9d\n\t" \
	"testl %%r9d, %%r9d\n\t" \
	"jnz %l[slow]\n\t" \
	"movups %%xmm0, " UST_FUSED_AT_IDX(0, "%%rax") \
	"movups %%xmm1, " UST_FUSED_AT_IDX(16, "%%rax") \
	"addq $32, %%rax\n\t" \
	"jmp 8b\n" \
	"9:\tcmpq %%rdx, %%rax\n\t" \
	"cmovaq %%rdx, %%rax\n\t" \
	"movdqu (%[s], %%rax), %%xmm0\n\t" \
	"movdqa %%xmm0, %%xmm1\n\t" \
	"pcmpeqb %%xmm2, %%xmm1\n\t" \
	"pmovmskb %%xmm1, %%r9d\n\t" \
	"cmpq %%rdx, %%rax\n\t" \
	"jae 6f\n\t" \
	"testl %%r9d, %%r9d\n\t" \
	"jnz %l[slow]\n\t" \
	"movups %%xmm0, " UST_FUSED_AT_IDX(0, "%%rax") \
	"addq $16, %%rax\n\t" \
	"jmp 9b\n" \
	"6:\tcmpl $0x8000, %%r9d\n\t" \
	"jne %l[slow]\n\t" \
	"movups %%xmm0, " UST_FUSED_AT_IDX(0, "%%rax")

#define UST_FUSED_STRING_CLOBBERS "xmm0", "xmm1", "xmm2", "xmm3"

/* fixlen (at most 8) bytes of w0, then a string, not NULL, which ends the payload. */
UST_FUSED_NOINLINE void ust_fused_string1(struct ust_site_state *st, __u64 w0, __u64 fixlen,
					  const char *s)
{
	ust_fused_v16 bytes;
	__u64 n = ust_fused_short(s, &bytes);

	if (__builtin_expect(n != 0, 1)) {
		__asm__ goto(UST_FUSED_HEAD
			"movq %[w0], " UST_FUSED_AT(0)
			"movups %[x], " UST_FUSED_AT_IDX(0, "%[fix]")
			UST_FUSED_PUBLISH
			: : [st] "r"(st), [len] "r"(fixlen + n), [w0] "r"(w0), [fix] "r"(fixlen),
			    [x] "x"(bytes)
			: UST_FUSED_CLOBBERS : slow, out);
	} else {
		n = __builtin_strlen(s) + 1;
		if (n < 16 || n > UST_FUSED_STRING_MAX)
			goto slow;
		__asm__ goto(UST_FUSED_HEAD
			"movq %[w0], " UST_FUSED_AT(0)
			UST_FUSED_STRING_COPY
			UST_FUSED_PUBLISH
			: : [st] "r"(st), [len] "r"(fixlen + n), [w0] "r"(w0), [fix] "r"(fixlen),
			    [s] "r"(s), [n] "r"(n)
			: UST_FUSED_CLOBBERS, UST_FUSED_STRING_CLOBBERS : slow, out);
	}
out:
	ust_fused_disarm(st);
	return;
slow:
	ust_fused_disarm(st);
	st->ops->record_string(st, &w0, fixlen, s, __builtin_return_address(0));
}

/* fixlen (at most 32) bytes of w0 to w3, then a string, not NULL, which ends the payload. */
UST_FUSED_NOINLINE void ust_fused_string4(struct ust_site_state *st, __u64 w0, __u64 w1, __u64 w2,
					  __u64 w3, __u64 fixlen, const char *s)
{
	const __u64 words[4] = {w0, w1, w2, w3};
	ust_fused_v16 bytes;
	__u64 n = ust_fused_short(s, &bytes);

#define UST_FUSED_WORDS4_MEM \
	"movq (%[w]), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_AT(0) \
	"movq 8(%[w]), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_AT(8) \
	"movq 16(%[w]), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_AT(16) \
	"movq 24(%[w]), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_AT(24)

	if (__builtin_expect(n != 0, 1)) {
		__asm__ goto(UST_FUSED_HEAD
			UST_FUSED_WORDS4_MEM
			"movups %[x], " UST_FUSED_AT_IDX(0, "%[fix]")
			UST_FUSED_PUBLISH
			: : [st] "r"(st), [len] "r"(fixlen + n), [w] "r"(words), [fix] "r"(fixlen),
			    [x] "x"(bytes)
			: UST_FUSED_CLOBBERS : slow, out);
	} else {
		n = __builtin_strlen(s) + 1;
		if (n < 16 || n > UST_FUSED_STRING_MAX)
			goto slow;
		__asm__ goto(UST_FUSED_HEAD
			UST_FUSED_WORDS4_MEM
			UST_FUSED_STRING_COPY
			UST_FUSED_PUBLISH
			: : [st] "r"(st), [len] "r"(fixlen + n), [w] "r"(words), [fix] "r"(fixlen),
			    [s] "r"(s), [n] "r"(n)
			: UST_FUSED_CLOBBERS, UST_FUSED_STRING_CLOBBERS : slow, out);
	}
#undef UST_FUSED_WORDS4_MEM
out:
	ust_fused_disarm(st);
	return;
slow:
	ust_fused_disarm(st);
	st->ops->record_string(st, words, fixlen, s, __builtin_return_address(0));
}

#endif /* UST_FUSED */

#endif /* UST_RING_FUSED_H */
