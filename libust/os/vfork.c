/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * vfork: the child runs in its parent's memory and thread pointer, but its restartable sequences
 * are not registered and its thread id is another. From before the call until the parent goes on,
 * the thread's word says that nothing is to be recorded.
 */
#include <stddef.h>

#include "thread.h"

#if defined(__x86_64__)

_Static_assert(offsetof(struct ust_thread, tid) == 0, "used below");
_Static_assert(offsetof(struct ust_thread, vforked) == 8, "used below");

/*
 * The return address is kept in a register, because the child returns first and overwrites the
 * stack. The kernel preserves rdi, rsi and rdx, and gives each side its own.
 */
__asm__(".pushsection .text\n"
	".balign 16\n"
	".globl vfork\n"
	".type vfork, @function\n"
	"vfork:\n\t"
	".cfi_startproc\n\t"
	"endbr64\n\t"
	"popq %rdi\n\t"
	".cfi_adjust_cfa_offset -8\n\t"
	".cfi_register %rip, %rdi\n\t"
	"movq ust_thread@gottpoff(%rip), %rdx\n\t"
	"movl %fs:8(%rdx), %esi\n\t"
	"movl $1, %fs:8(%rdx)\n\t"
	"movl $0, %fs:(%rdx)\n\t"
	"movl $58, %eax\n\t" /* SYS_vfork */
	"syscall\n\t"
	"pushq %rdi\n\t"
	".cfi_adjust_cfa_offset 8\n\t"
	".cfi_rel_offset %rip, 0\n\t"
	"testq %rax, %rax\n\t"
	"je 1f\n\t"
	"movl %esi, %fs:8(%rdx)\n\t"
	"cmpq $-4095, %rax\n\t"
	"jae 2f\n"
	"1:\tret\n"
	"2:\tnegl %eax\n\t"
	"pushq %rax\n\t"
	".cfi_adjust_cfa_offset 8\n\t"
	"call *__errno_location@GOTPCREL(%rip)\n\t"
	"popq %rdx\n\t"
	".cfi_adjust_cfa_offset -8\n\t"
	"movl %edx, (%rax)\n\t"
	"movq $-1, %rax\n\t"
	"ret\n\t"
	".cfi_endproc\n"
	".size vfork, . - vfork\n"
	".popsection\n");

#endif
