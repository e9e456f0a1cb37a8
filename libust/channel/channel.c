/* SPDX-License-Identifier: LGPL-2.1-only */
#include "channel.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/abi/control.h>
#include <ust/abi/packet.h>
#include <ust/ring/fused.h>

#include "../ring/read.h"
#include "internal.h"

#define EVENTS_SIZE ((UST_EVENT_ID_MAX + 1ull) * sizeof(struct ust_event_inst))

static uint32_t log2_of(uint64_t power_of_two)
{
	return 63 - (uint32_t)__builtin_clzll(power_of_two);
}

static int map_shared(int fd, uint64_t size, void **ret_map)
{
	struct stat st;
	void *map;

	/* A descriptor that is smaller than agreed would raise SIGBUS in the traced program. */
	if (fstat(fd, &st))
		return -errno;
	if ((uint64_t)st.st_size < size)
		return -EINVAL;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	/* A core file of the program should hold the program. */
	madvise(map, size, MADV_DONTDUMP);
	*ret_map = map;
	return 0;
}

/* Instances live where fork leaves zeroes: a child that records before it was told anything finds
 * instances without rings, and records nothing into its parent's buffers. */
static int map_events(struct ust_channel *channel)
{
	void *map = mmap(NULL, EVENTS_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (map == MAP_FAILED)
		return -errno;
	if (madvise(map, EVENTS_SIZE, MADV_WIPEONFORK)) {
		int ret = -errno;

		munmap(map, EVENTS_SIZE);
		return ret;
	}
	channel->events = map;
	return 0;
}

/* Without this barrier there is no grace period for fused records. */
static int fused_works(void)
{
	long commands = UST_FUSED ? syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0) : -1;

	return commands >= 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ) != 0;
}

static void fill_set(struct ust_channel *channel, const struct ust_channel_opts *opts)
{
	uint64_t size = opts->subbuf_size * opts->nr_subbufs;

	channel->contexts = opts->contexts;
	channel->set = (struct ust_ring_set){
		.base = channel->map + UST_RINGS_OFFSET,
		.ledger = (struct ust_ledger_shm *)(channel->map + UST_LEDGER_OFFSET),
		.geometry =
			{
				.mask = size - 1,
				.subbuf_mask = opts->subbuf_size - 1,
				.subbuf_shift = log2_of(opts->subbuf_size),
				.nr_subbufs = opts->nr_subbufs,
				.overwrite = opts->overwrite,
				.clock = opts->clock,
				.bell = channel->bell,
			},
		.nr_rings = opts->nr_rings,
		.ring_shift = opts->ring_shift,
		.fused = fused_works(),
	};
}

int ust_channel_create(const struct ust_channel_opts *opts, struct ust_channel **ret_channel)
{
	struct ust_ring_geometry geo = {
		.subbuf_size = opts->subbuf_size,
		.nr_subbufs = opts->nr_subbufs,
		.nr_rings = opts->nr_rings,
	};
	struct ust_channel *channel;
	int ret;

	if (ust_ring_geometry_fix(&geo) || geo.ring_shift != opts->ring_shift)
		return -EINVAL;
	channel = calloc(1, sizeof(*channel));
	if (!channel)
		return -ENOMEM;
	channel->map_size = ust_ring_channel_size(&geo);
	ret = map_shared(opts->memfd, channel->map_size, (void **)&channel->map);
	if (ret)
		goto free_channel;
	ret = map_shared(opts->doorbell, sizeof(*channel->bell), (void **)&channel->bell);
	if (ret)
		goto unmap;
	ret = map_events(channel);
	if (ret)
		goto unmap_bell;
	fill_set(channel, opts);
	*ret_channel = channel;
	return 0;

unmap_bell:
	munmap(channel->bell, sizeof(*channel->bell));
unmap:
	munmap(channel->map, channel->map_size);
free_channel:
	free(channel);
	return ret;
}

void ust_channel_destroy(struct ust_channel *channel)
{
	if (ust_grace_gave_up())
		return;
	munmap(channel->events, EVENTS_SIZE);
	munmap(channel->bell, sizeof(*channel->bell));
	munmap(channel->map, channel->map_size);
	free(channel);
}

void ust_channel_forked(struct ust_channel *channel)
{
	/* Nothing of the child can be using the buffers: only this thread exists, and it is here.
	 */
	ust_channel_destroy(channel);
}

int ust_channel_event(struct ust_channel *channel, uint32_t event_id,
		      struct ust_event_inst **ret_inst)
{
	const struct ust_ring_set *set = &channel->set;
	struct ust_event_inst *inst;
	int direct = set->fused && !(channel->contexts & ~UST_CONTEXT_TID) &&
		     set->geometry.clock != UST_CLOCK_MONOTONIC;
	int wide = event_id >= UST_EVENT_ID_WIDE;

	if (event_id > UST_EVENT_ID_MAX)
		return -EINVAL;
	inst = &channel->events[event_id];
	inst->base = (uint64_t)(uintptr_t)set->base;
	inst->mask = set->geometry.mask;
	inst->shift = set->ring_shift;
	if (set->geometry.clock == UST_CLOCK_TSC_STRICT)
		inst->shift |= UST_INST_STRICT;
	inst->header = wide ? UST_EVENT_ID_WIDE | (uint64_t)event_id << 32 : event_id;
	/* Without the context the payload overwrites the thread id. */
	inst->tid_at = wide ? UST_EVENT_HEADER_WIDE : UST_EVENT_HEADER_COMPACT;
	inst->prefix = inst->tid_at + (channel->contexts & UST_CONTEXT_TID ? 4u : 0u);
	inst->event_id = event_id;
	inst->channel = channel;
	/* Last: 0 rings sends a record that came too early to the slow path. */
	__atomic_store_n(&inst->nr_rings, direct ? set->nr_rings : 0, __ATOMIC_RELEASE);
	*ret_inst = inst;
	return 0;
}
