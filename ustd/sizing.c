/* SPDX-License-Identifier: GPL-2.0-only */
#include "sizing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bounds.h"

#define POSSIBLE "/sys/devices/system/cpu/possible"
#define DEFAULT_SIZE (1u << 20)
#define DEFAULT_NR 64
#define SMALLEST_NR 4
#define SMALLEST_SIZE (64u << 10)

uint32_t ustd_sizing_parse_cpus(const char *text)
{
	uint32_t last = 0;
	const char *p = text;

	/* Rings are found by CPU number, so holes count. */
	while (*p >= '0' && *p <= '9') {
		char *end;
		unsigned long cpu = strtoul(p, &end, 10);

		if (cpu >= UST_RING_MAX_RINGS)
			return 0;
		if (cpu > last)
			last = (uint32_t)cpu;
		p = end;
		if (*p == '-' || *p == ',')
			p++;
		else
			return last + 1;
	}
	return 0;
}

static uint32_t nr_cpus(void)
{
	char text[256] = "";
	FILE *file = fopen(POSSIBLE, "re");
	uint32_t nr = 0;

	if (file) {
		if (fgets(text, sizeof(text), file))
			nr = ustd_sizing_parse_cpus(text);
		fclose(file);
	}
	if (!nr) {
		long conf = sysconf(_SC_NPROCESSORS_CONF);

		nr = conf > 0 && conf <= UST_RING_MAX_RINGS ? (uint32_t)conf : 1;
	}
	return nr;
}

int ustd_sizing_make(uint64_t subbuf_size, uint32_t nr_subbufs, uint32_t overwrite,
		     struct ust_ring_geometry *ret_geo)
{
	struct ust_ring_geometry geo = {
		.subbuf_size = subbuf_size ? subbuf_size : DEFAULT_SIZE,
		.nr_subbufs = nr_subbufs ? nr_subbufs : DEFAULT_NR,
		.nr_rings = nr_cpus(),
		.overwrite = overwrite,
	};

	/* Only what the user left open shrinks; the counts first, as large sub-buffers are cheaper.
	 */
	while (!nr_subbufs && geo.nr_subbufs > SMALLEST_NR &&
	       geo.nr_rings * geo.nr_subbufs * geo.subbuf_size > USTD_MAX_BUFFERS)
		geo.nr_subbufs /= 2;
	while (!subbuf_size && geo.subbuf_size > SMALLEST_SIZE &&
	       geo.nr_rings * geo.nr_subbufs * geo.subbuf_size > USTD_MAX_BUFFERS)
		geo.subbuf_size /= 2;
	*ret_geo = geo;
	return ust_ring_geometry_fix(ret_geo);
}
