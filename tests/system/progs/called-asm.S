/* SPDX-License-Identifier: GPL-2.0-only */
/* long assembled(long a, long b): twice a and b. Debug information has its name, and no parameters. */
	.text
	.globl assembled
	.type assembled, @function
assembled:
#ifdef __x86_64__
	leaq (%rsi,%rdi,2), %rax
#else
	add x0, x1, x0, lsl #1
#endif
	ret
	.size assembled, . - assembled
	.section .note.GNU-stack, "", @progbits
