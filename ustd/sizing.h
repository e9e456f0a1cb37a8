/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef USTD_SIZING_H
#define USTD_SIZING_H

#include <stdint.h>

#include "libust/ring/read.h"

/* Number of possible CPUs, from the text of /sys/devices/system/cpu/possible ("0-3,8"); 0: bad. */
uint32_t ustd_sizing_parse_cpus(const char *text);
/* The geometry of a session's rings; 0 as a size or count means the default. 0 or -EINVAL. */
int ustd_sizing_make(uint64_t subbuf_size, uint32_t nr_subbufs, uint32_t overwrite,
		     struct ust_ring_geometry *ret_geo);

#endif /* USTD_SIZING_H */
