/* SPDX-License-Identifier: GPL-2.0-only */
/* The image's bytes. */
	.section .rodata, "a"
	.balign	16
	.globl	ust_clock_image
ust_clock_image:
	.incbin	UST_CLOCK_IMAGE
	.globl	ust_clock_image_end
ust_clock_image_end:
