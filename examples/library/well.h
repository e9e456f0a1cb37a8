/* SPDX-License-Identifier: GPL-2.0-only */
/* A library's header: who uses the library needs nothing of UST. */
#ifndef EXAMPLES_LIBRARY_WELL_H
#define EXAMPLES_LIBRARY_WELL_H

void well_dig(int number, double litres);
/* Result: what came up. */
double well_draw(int number, double litres);

#endif /* EXAMPLES_LIBRARY_WELL_H */
