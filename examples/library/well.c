// SPDX-License-Identifier: GPL-2.0-only
#include "well.h"

#include <ust/state.h>
#include <ust/tracepoint.h>

#define NR_WELLS 4

static double levels[NR_WELLS];

static void set_level(int number, double litres)
{
	levels[number] = litres;
	/* The key is the well's number. */
	UST_STATE(well, level, number, UST_UNIT(litres, "l"));
}

void well_dig(int number, double litres)
{
	set_level(number % NR_WELLS, litres);
}

double well_draw(int number, double litres)
{
	double left = levels[number % NR_WELLS];
	double drawn = litres < left ? litres : left;

	UST_EVENT(well, drawn, number, UST_F(wanted, litres), drawn);
	set_level(number % NR_WELLS, left - drawn);
	return drawn;
}
