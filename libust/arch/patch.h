/* SPDX-License-Identifier: LGPL-2.1-only */
/* Switching sites by writing one byte of text. */
#ifndef UST_ARCH_PATCH_H
#define UST_ARCH_PATCH_H

#include <stddef.h>
#include <stdint.h>

struct ust_patch {
	unsigned char *addr; /* of the opcode */
	uint8_t opcode;      /* UST_SITE_OPCODE_ON or _OFF: what it is to be */
	uint8_t prot;        /* protection of the text, PROT_*, as it was loaded */
	int16_t result;      /* 0, or a negative errno: -EBADMSG neither opcode was there */
	void *data;          /* the caller's */
};

/*
 * Writes a batch and makes every CPU see it. The array comes back sorted by address, with a result
 * for each. Text is made writable for as long as it takes; where that is refused it is written
 * through /proc/self/mem. Result: number of patches that failed.
 */
size_t ust_patch_apply(struct ust_patch *patches, size_t nr);

/* Writes @size bytes of text at @addr, the first byte last; 0 or a negative errno. */
int ust_patch_write(void *addr, const void *bytes, size_t size, int prot);

/* Makes every CPU see text written before. */
void ust_patch_sync(void);

#endif /* UST_ARCH_PATCH_H */
