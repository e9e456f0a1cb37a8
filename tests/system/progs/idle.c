/* SPDX-License-Identifier: GPL-2.0-only */
/* idle COUNTS: records 100 events, then sleeps until it is killed. */
#include "counts.h"
#include "shapes.h"

int main(int argc, char **argv)
{
	volatile uint64_t *counts;
	uint64_t seq;

	if (argc != 2)
		return 2;
	counts = counts_open(argv[1]);
	shapes_init();
	for (seq = 0; seq < 100; seq++) {
		shapes_record(0, seq);
		counts[0] = seq + 1;
	}
	for (;;)
		pause();
}
