/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The text of the fused record for x86-64, in pieces: <ust/ring/fused.h> has the specification and puts
 * them together. Each piece is a string of an asm statement; operands are named [st] the site's state,
 * [len] the payload's length, and what a shape adds.
 */
#ifndef UST_RING_FUSED_ASM_H
#define UST_RING_FUSED_ASM_H

#include <ust/abi/ring.h>
#include <ust/abi/site.h>

#if defined(__x86_64__) && !defined(__ILP32__) && !defined(UST_NO_FUSED)

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

/* tests/bench puts a constant here, to see what the rest costs. */
#ifndef UST_FUSED_CLOCK
#define UST_FUSED_CLOCK "rdtsc\n\t"
#endif

/*
 * Registers: r8 rseq (relative to fs), then tid; r9 inst; r10 ring; rcx shift, then offset, then
 * position; rax, rdx the clock, then scratch and the end. rdtsc stands between the ring's address and
 * the load of its offset: the place where most of the rest hides behind it. One register less than a
 * function may change is left for an argument: none has to be saved for up to 8 bytes.
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
	UST_INJECT_ASM(1) \
	"testl %%ecx, %%ecx\n\t" \
	"jns 7f\n\t" \
	"lfence\n" \
	"7:\t" UST_FUSED_CLOCK \
	UST_INJECT_ASM(2) \
	"movq (%%r10), %%rcx\n\t" \
	"shlq $32, %%rdx\n\t" \
	"orq %%rdx, %%rax\n\t" \
	"cmpq 16(%%r10), %%rax\n\t" \
	"jae %l[slow]\n\t" \
	"movq " UST_FUSED_NUM(UST_INST_PREFIX) "(%%r9), %%rdx\n\t" \
	"addq %[len], %%rdx\n\t" \
	"addq %%rcx, %%rdx\n\t" \
	"cmpq 8(%%r10), %%rdx\n\t" \
	"ja %l[slow]\n\t" \
	UST_INJECT_ASM(3) \
	"andq " UST_FUSED_NUM(UST_INST_MASK) "(%%r9), %%rcx\n\t" \
	"addq %%r10, %%rcx\n\t" \
	"shll $5, %%eax\n\t" \
	"orq " UST_FUSED_NUM(UST_INST_HEADER) "(%%r9), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_DATA "(%%rcx)\n\t" \
	"movl " UST_FUSED_NUM(UST_INST_TID_AT) "(%%r9), %%eax\n\t" \
	"movl %%r8d, " UST_FUSED_DATA "(%%rcx, %%rax)\n\t" \
	"addq " UST_FUSED_NUM(UST_INST_PREFIX) "(%%r9), %%rcx\n\t"

/* Where payload byte n goes once the head has run; with an index register. */
#define UST_FUSED_AT(n)	       UST_FUSED_DATA "+" #n "(%%rcx)\n\t"
#define UST_FUSED_AT_IDX(n, r) UST_FUSED_DATA "+" #n "(%%rcx, " r ")\n\t"

/* Copies words until len bytes are there; at least one. */
#define UST_FUSED_COPY_WORDS \
	"xorl %%r8d, %%r8d\n" \
	"5:\tmovq (%[w], %%r8), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_AT_IDX(0, "%%r8") \
	"addq $8, %%r8\n\t" \
	"cmpq %[len], %%r8\n\t" \
	"jb 5b\n\t"

/* The store that publishes. [publish-fused -> take-fused in libust/ring/read.c] */
#define UST_FUSED_PUBLISH \
	UST_INJECT_ASM(4) \
	"movq %%rdx, (%%r10)\n" \
	"2:\n\t" \
	UST_RSEQ_ABORT

#define UST_FUSED_CLOBBERS "rax", "rcx", "rdx", "r8", "r9", "r10", "memory", "cc"

static inline __attribute__((always_inline, unused)) void ust_fused_disarm(struct ust_site_state *st)
{
#if defined(__PIC__) && !defined(__PIE__)
	__asm__ __volatile__("movq $0, %%fs:8(%0)" : : "r"((__s64)st->rseq_offset) : "memory");
#else
	(void)st;
#endif
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
	"addq %[fix], %%rcx\n\t" \
	"leaq -16(%[n]), %%r11\n\t" \
	"leaq -17(%%r11), %%r8\n\t" \
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
	"9:\tcmpq %%r11, %%rax\n\t" \
	"cmovaq %%r11, %%rax\n\t" \
	"movdqu (%[s], %%rax), %%xmm0\n\t" \
	"movdqa %%xmm0, %%xmm1\n\t" \
	"pcmpeqb %%xmm2, %%xmm1\n\t" \
	"pmovmskb %%xmm1, %%r9d\n\t" \
	"cmpq %%r11, %%rax\n\t" \
	"jae 6f\n\t" \
	"testl %%r9d, %%r9d\n\t" \
	"jnz %l[slow]\n\t" \
	"movups %%xmm0, " UST_FUSED_AT_IDX(0, "%%rax") \
	"addq $16, %%rax\n\t" \
	"jmp 9b\n" \
	"6:\tcmpl $0x8000, %%r9d\n\t" \
	"jne %l[slow]\n\t" \
	"movups %%xmm0, " UST_FUSED_AT_IDX(0, "%%rax")

#define UST_FUSED_STRING_CLOBBERS "r11", "xmm0", "xmm1", "xmm2", "xmm3"

#endif /* x86-64 */

#endif /* UST_RING_FUSED_ASM_H */
