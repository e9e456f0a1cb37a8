// SPDX-License-Identifier: GPL-2.0-only
/* Draws as many buckets as the argument says. */
#include <stdio.h>
#include <stdlib.h>

#include "well.h"

int main(int argc, char **argv)
{
	int i, n = argc > 1 ? atoi(argv[1]) : 3;
	double sum = 0;

	well_dig(1, 42);
	for (i = 0; i < n; i++)
		sum += well_draw(1, 10);
	printf("%g litres\n", sum);
	return 0;
}
