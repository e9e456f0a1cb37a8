/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Restartable sequences of the fused ring's slow path. Each succeeds only if the thread was on @cpu
 * and the ring's offset was @expected from its first to its last instruction; otherwise nothing has
 * happened that a reader or writer could see, and the caller looks again.
 */
#ifndef UST_RING_SECTION_H
#define UST_RING_SECTION_H

#include <ust/ring/fused.h>
#include <ust/ring/ring.h>

/* What the sequences read, through one register. The offsets are in their text. */
struct ust_section {
	__u64 *offset;	/*  0: the ring's */
	__u64 expected; /*  8 */
	__u64 next;	/* 16: published when all else is done */
	__u64 now;	/* 24 */
	__u64 lost;	/* 32 */
	struct ust_subbuf_shm *leave; /* 40: may be NULL */
	struct ust_subbuf_shm *enter; /* 48 */
	__u64 number;	/* 56: of the sub-buffer entered */
	__s64 rseq;	/* 64: thread pointer to struct rseq */
	__u32 cpu;	/* 72 */
};

#ifdef UST_HOST_SECTIONS

/* The host's own; it does what the text below does. */
#define UST_SECTIONS 1
__u32 ust_section_cpu(__s64 rseq);
int ust_section_publish(const struct ust_section *section, void *dst, const void *src, __u64 len);
int ust_section_switch(const struct ust_section *section);
int ust_section_store(const struct ust_section *section, __u64 *p, __u64 v);

#elif UST_FUSED

#define UST_SECTIONS 1

/* Arms and checks. In: rdi the section. Out: r8 rseq, rdx the offset's address, r9 expected. */
#define UST_SECTION_HEAD \
	UST_RSEQ_DESCRIPTOR \
	"movq 64(%%rdi), %%r8\n\t" \
	"leaq 3b(%%rip), %%rax\n\t" \
	"movq %%rax, %%fs:8(%%r8)\n" \
	"1:\tmovl 72(%%rdi), %%eax\n\t" \
	"cmpl %%eax, %%fs:4(%%r8)\n\t" \
	"jne %l[slow]\n\t" \
	"movq (%%rdi), %%rdx\n\t" \
	"movq 8(%%rdi), %%r9\n\t" \
	"cmpq (%%rdx), %%r9\n\t" \
	"jne %l[slow]\n\t"

#define UST_SECTION_TAIL \
	"2:\n\t" \
	UST_RSEQ_ABORT

/* The CPU the thread is on, or what the thread has instead of one when rseq does not work for it. */
static inline __u32 ust_section_cpu(__s64 rseq)
{
	__u32 cpu;

	__asm__ __volatile__("movl %%fs:4(%1), %0" : "=r"(cpu) : "r"(rseq));
	return cpu;
}

/* Copies len bytes to dst and publishes section->next [publish-fused -> take-fused]. Result: 1 done, 0
 * look again. */
static inline int ust_section_publish(const struct ust_section *section, void *dst,
				      const void *src, __u64 len)
{
	__asm__ goto(UST_SECTION_HEAD
		"xorl %%eax, %%eax\n\t"
		"movq %[len], %%r10\n\t"
		"andq $-8, %%r10\n"
		"5:\tcmpq %%r10, %%rax\n\t"
		"jae 6f\n\t"
		"movq (%[src], %%rax), %%r11\n\t"
		"movq %%r11, (%[dst], %%rax)\n\t"
		"addq $8, %%rax\n\t"
		"jmp 5b\n"
		"6:\tcmpq %[len], %%rax\n\t"
		"jae 7f\n\t"
		"movzbl (%[src], %%rax), %%r11d\n\t"
		"movb %%r11b, (%[dst], %%rax)\n\t"
		"incq %%rax\n\t"
		"jmp 6b\n"
		"7:\tmovq 16(%%rdi), %%r10\n\t"
		"movq %%r10, (%%rdx)\n"
		UST_SECTION_TAIL
		: : "D"(section), [dst] "r"(dst), [src] "r"(src), [len] "r"(len)
		: "rax", "rdx", "r8", "r9", "r10", "r11", "memory", "cc" : slow);
	return 1;
slow:
	return 0;
}

/* Fills in the end of section->leave and the begin of section->enter, publishes section->next. The
 * number comes first. [number-first -> number-again in read.c] */
static inline int ust_section_switch(const struct ust_section *section)
{
	__asm__ goto(UST_SECTION_HEAD
		"movq 24(%%rdi), %%rax\n\t"
		"movq 32(%%rdi), %%r10\n\t"
		"movq 40(%%rdi), %%r11\n\t"
		"testq %%r11, %%r11\n\t"
		"jz 5f\n\t"
		"movq %%rax, 32(%%r11)\n\t"
		"movq %%r9, 40(%%r11)\n\t"
		"movq %%r10, 48(%%r11)\n"
		"5:\tmovq 48(%%rdi), %%r11\n\t"
		"movq 56(%%rdi), %%r9\n\t"
		"movq %%r9, (%%r11)\n\t"
		"movq %%rax, 8(%%r11)\n\t"
		"movq %%r10, 16(%%r11)\n\t"
		"movq 16(%%rdi), %%r10\n\t"
		"movq %%r10, (%%rdx)\n"
		UST_SECTION_TAIL
		: : "D"(section)
		: "rax", "rdx", "r8", "r9", "r10", "r11", "memory", "cc" : slow);
	return 1;
slow:
	return 0;
}

/* Stores v to *p. */
static inline int ust_section_store(const struct ust_section *section, __u64 *p, __u64 v)
{
	__asm__ goto(UST_SECTION_HEAD
		"movq %[v], (%[p])\n"
		UST_SECTION_TAIL
		: : "D"(section), [p] "r"(p), [v] "r"(v)
		: "rax", "rdx", "r8", "r9", "memory", "cc" : slow);
	return 1;
slow:
	return 0;
}

#else
#define UST_SECTIONS 0
#endif

#endif /* UST_RING_SECTION_H */
