/* SPDX-License-Identifier: GPL-2.0-only */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ust/abi/control.h>
#include <ust/abi/packet.h>

#include "libust/channel/internal.h"
#include "libust/os/thread.h"
#include "libust/probe/dispatch.h"
#include "shapes.h"

static void __attribute__((noreturn)) die(const char *what)
{
	perror(what);
	exit(2);
}

void stress_rig_init(struct stress_rig *rig, uint64_t subbuf_size, uint32_t nr_subbufs,
		     int overwrite)
{
	uint64_t size;

	*rig = (struct stress_rig){
		.geo =
			{
				.subbuf_size = subbuf_size,
				.nr_subbufs = nr_subbufs,
				.nr_rings = (uint32_t)sysconf(_SC_NPROCESSORS_CONF),
				.overwrite = overwrite != 0,
			},
	};
	if (ust_ring_geometry_fix(&rig->geo)) {
		fprintf(stderr, "geometry refused\n");
		exit(2);
	}
	size = ust_ring_channel_size(&rig->geo);
	rig->channel_fd = memfd_create("stress", MFD_CLOEXEC);
	rig->bell_fd = memfd_create("bell", MFD_CLOEXEC);
	if (rig->channel_fd < 0 || rig->bell_fd < 0 || ftruncate(rig->bell_fd, 4096) ||
	    ftruncate(rig->channel_fd, (off_t)size))
		die("memfd");
	rig->map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, rig->channel_fd, 0);
	if (rig->map == MAP_FAILED)
		die("mmap");
}

void stress_rig_fini(struct stress_rig *rig)
{
	if (rig->channel)
		ust_channel_destroy(rig->channel);
	munmap(rig->map, ust_ring_channel_size(&rig->geo));
	close(rig->channel_fd);
	close(rig->bell_fd);
}

void stress_rig_open(struct stress_rig *rig)
{
	struct ust_channel_opts opts = {
		.subbuf_size = rig->geo.subbuf_size,
		.nr_subbufs = rig->geo.nr_subbufs,
		.nr_rings = rig->geo.nr_rings,
		.ring_shift = rig->geo.ring_shift,
		.overwrite = rig->geo.overwrite,
		.contexts = UST_CONTEXT_TID,
		.clock = UST_CLOCK_TSC,
		.memfd = rig->channel_fd,
		.doorbell = rig->bell_fd,
	};
	unsigned int id;

	if (ust_channel_create(&opts, &rig->channel))
		die("ust_channel_create");
#ifdef __SANITIZE_THREAD__
	/* The sanitizer follows addresses: writers and readers must use the same ones. */
	munmap(rig->map, ust_ring_channel_size(&rig->geo));
	if (mmap(rig->map, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
		die("mmap");
	rig->map = rig->channel->map;
#endif
	for (id = 0; id < STRESS_NR; id++) {
		struct ust_site_state *state = &stress_states[id];
		struct ust_event_inst *inst;

		if (!stress_id_exists(id))
			continue;
		if (ust_channel_event(rig->channel, id, &inst))
			die("ust_channel_event");
		state->ops = &ust_site_ops;
		state->rseq_offset = ust_rseq_offset();
		state->thread_offset = ust_thread_offset();
		__atomic_store_n(&state->inst, inst, __ATOMIC_RELEASE);
	}
}

int stress_rig_close(struct stress_rig *rig)
{
	unsigned int id;

	for (id = 0; id < STRESS_NR; id++)
		__atomic_store_n(&stress_states[id].inst, NULL, __ATOMIC_RELAXED);
	ust_grace_wait();
	if (ust_grace_gave_up())
		return -1;
	ust_channel_destroy(rig->channel);
	rig->channel = NULL;
	return 0;
}

void stress_rig_clear(const struct stress_rig *rig)
{
	if (ftruncate(rig->channel_fd, 0) ||
	    ftruncate(rig->channel_fd, (off_t)ust_ring_channel_size(&rig->geo)))
		die("ftruncate");
}

static const struct ust_ledger_shm *ledger(const struct stress_rig *rig)
{
	return (const struct ust_ledger_shm *)(rig->map + UST_LEDGER_OFFSET);
}

uint64_t stress_rig_ledger(const struct stress_rig *rig, uint32_t id, enum ust_lost_reason reason)
{
	return ledger(rig)[id].lost[reason];
}

uint64_t stress_rig_ledger_all(const struct stress_rig *rig)
{
	uint64_t sum = 0;
	unsigned int id, reason;

	for (id = 0; id < STRESS_NR; id++) {
		for (reason = 0; reason < UST_LOST_NR; reason++)
			sum += stress_rig_ledger(rig, id, (enum ust_lost_reason)reason);
	}
	return sum;
}

uint64_t stress_rig_lost(const struct stress_rig *rig)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < 2 * rig->geo.nr_rings; i++) {
		const struct ust_ring_shm *shm =
			(const void *)(rig->map + UST_RINGS_OFFSET +
				       ((uint64_t)i << rig->geo.ring_shift));

		sum += shm->lost;
	}
	return sum;
}

uint32_t stress_rig_max_sized(const struct stress_rig *rig)
{
	uint64_t room = rig->geo.subbuf_size - 1 - UST_SUBBUF_HEADER_SIZE;

	return (uint32_t)(room - UST_EVENT_HEADER_EXTENDED - 4 - STRESS_SIZED_PAYLOAD(0));
}
