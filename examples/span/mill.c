/* SPDX-License-Identifier: GPL-2.0-only */
/* What a mill does takes time, one thing inside of another. */
#include <stdio.h>
#include <stdlib.h>

#include "mill.h"

static const char *const grains[] = {"rye", "oats", NULL};

/* However the function returns, the span ends. */
static int grind(int number)
{
	const char *grain = grains[number % 3];

	UST_SPAN(mill, grind, number);
	if (!grain) {
		UST_CLASS_EVENT(sack, mill, rejected, number, "sand");
		return 0;
	}
	UST_CLASS_EVENT(sack, mill, ground, number, grain);
	return 1;
}

int main(int argc, char **argv)
{
	int sacks = argc > 1 ? atoi(argv[1]) : 3, number, good = 0;

	UST_SPAN(mill, day, sacks);
	for (number = 0; number < sacks; number++)
		good += grind(number);
	printf("%d of %d sacks are ground\n", good, sacks);
	return 0;
}
