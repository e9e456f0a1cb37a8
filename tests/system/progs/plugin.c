/* SPDX-License-Identifier: GPL-2.0-only */
/* A shared object with sites, for plugins.c. */
#include "shapes.h"

void plugin_record(uint32_t thr, volatile uint64_t *count, uint64_t nr);

__attribute__((visibility("default"))) void plugin_record(uint32_t thr, volatile uint64_t *count,
							  uint64_t nr)
{
	shapes_init();
	while (nr--) {
		shapes_record(thr, *count);
		*count = *count + 1;
	}
}
