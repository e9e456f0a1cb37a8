/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * alloc: calls each allocation function a known number of times and prints nothing, so that another
 * tool can count the same run.
 */
#include <malloc.h>
#include <stdlib.h>

static void *volatile keep;

int main(void)
{
	unsigned int i;
	void *p;

	for (i = 0; i < 300; i++) {
		keep = malloc(i + 1);
		keep = realloc(keep, 2 * i + 10);
		free(keep);
		keep = calloc(i + 1, 3);
		keep = reallocarray(keep, i + 1, 5);
		free(keep);
		if (i % 3 == 0) {
			if (posix_memalign(&p, 64, i + 1))
				return 1;
			keep = p;
			free(keep);
			keep = aligned_alloc(64, 128);
			free(keep);
			keep = memalign(32, i + 1);
			free(keep);
		}
	}
	return 0;
}
