/* SPDX-License-Identifier: LGPL-2.1-only */
/* Sizes and places inside a channel's memory. */
#include <errno.h>

#include "read.h"

static int is_power_of_two(uint64_t n)
{
	return n && !(n & (n - 1));
}

int ust_ring_geometry_fix(struct ust_ring_geometry *geo)
{
	uint32_t shift = 12;

	if (!is_power_of_two(geo->subbuf_size) || geo->subbuf_size < UST_SUBBUF_MIN_SIZE ||
	    geo->subbuf_size > UST_SUBBUF_MAX_SIZE)
		return -EINVAL;
	if (!is_power_of_two(geo->nr_subbufs) || geo->nr_subbufs < UST_RING_MIN_SUBBUFS ||
	    geo->nr_subbufs > UST_RING_MAX_SUBBUFS)
		return -EINVAL;
	if (!geo->nr_rings || geo->nr_rings > UST_RING_MAX_RINGS)
		return -EINVAL;
	while ((1ull << shift) < UST_RING_PAGE_SIZE + geo->subbuf_size * geo->nr_subbufs)
		shift++;
	geo->ring_shift = shift;
	return 0;
}

uint64_t ust_ring_channel_size(const struct ust_ring_geometry *geo)
{
	return UST_RINGS_OFFSET + 2ull * geo->nr_rings * (1ull << geo->ring_shift);
}
