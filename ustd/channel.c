/* SPDX-License-Identifier: GPL-2.0-only */
#include "channel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app.h"
#include "clock.h"
#include "log.h"
#include "memfd.h"
#include "session.h"
#include "sink-dir.h"

static void init_rings(struct ustd_channel *channel)
{
	struct ustd_session *session = channel->session;
	char comm[16], name[80];
	uint32_t i;

	ustd_sink_dir_name(channel->comm, comm, sizeof(comm));
	for (i = 0; i < channel->nr_rings; i++) {
		struct ustd_ring *ring = &channel->rings[i];

		ust_reader_init(&ring->reader, channel->map, &session->geo, i);
		ring->reader.clock = session->clock.mode;
		snprintf(name, sizeof(name), "%s-%d-%u_%u%s", comm, (int)channel->pid,
			 session->channel_seq, ring->reader.cpu, ring->reader.fused ? "" : "f");
		ustd_stream_init(&ring->stream, session->dirfd, name, session->trace.uuid,
				 UST_STREAM_RING, ring->reader.cpu, channel->pid, channel->comm);
		ring->state = session->geo.overwrite ? USTD_RING_EVENT : USTD_RING_LOOK;
	}
}

int ustd_channel_create(struct ustd_session *session, struct ustd_app *app,
			struct ustd_channel **ret_channel, int *ret_fd)
{
	uint32_t nr_rings = 2 * session->geo.nr_rings;
	struct ustd_channel *channel =
		calloc(1, sizeof(*channel) + nr_rings * sizeof(channel->rings[0]));
	int fd;

	if (!channel)
		return -ENOMEM;
	channel->map_size = ust_ring_channel_size(&session->geo);
	fd = ustd_memfd_create("ust-channel", channel->map_size, &channel->map);
	if (fd < 0) {
		free(channel);
		return fd;
	}
	channel->app = app;
	channel->session = session;
	channel->pid = app->pid;
	channel->nr_rings = nr_rings;
	snprintf(channel->comm, sizeof(channel->comm), "%s", app->comm);
	init_rings(channel);
	session->channel_seq++;
	session->nr_channels++;
	cds_list_add_tail(&channel->session_node, &session->channels);
	cds_list_add_tail(&channel->app_node, &app->channels);
	*ret_channel = channel;
	*ret_fd = fd;
	return 0;
}

void ustd_channel_destroy(struct ustd_channel *channel)
{
	uint32_t i;

	for (i = 0; i < channel->nr_rings; i++)
		ustd_stream_close(&channel->rings[i].stream);
	if (channel->working)
		cds_list_del(&channel->work_node);
	if (channel->app)
		cds_list_del(&channel->app_node);
	cds_list_del(&channel->session_node);
	channel->session->nr_channels--;
	munmap(channel->map, channel->map_size);
	free(channel->losses);
	free(channel);
}

bool ustd_channel_write(struct ustd_channel *channel, struct ustd_ring *ring,
			const struct ust_reader_piece *piece)
{
	struct ustd_session *session = channel->session;
	uint64_t before = ring->stream.size;
	int err;

	if (session->state == UST_SESSION_FAILED) {
		ring->state = USTD_RING_DEAD;
		return false;
	}
	err = ustd_stream_write(&ring->stream, piece);
	session->bytes += ring->stream.size - before;
	if (!err) {
		ustd_session_go_on(session);
		return true;
	}
	if (ustd_session_await_room(session, err, ring->stream.name)) {
		ring->state = USTD_RING_FULL;
		return false;
	}
	ring->state = USTD_RING_DEAD;
	ustd_session_fail(session, err, ring->stream.name);
	return false;
}

void ustd_channel_drop(struct ustd_channel *channel, struct ustd_ring *ring)
{
	if (ring->state != USTD_RING_DEAD)
		ustd_warn("session %s: the buffer of process %d (%s) is corrupt: stream %s ends "
			  "here, the others go on",
			  channel->session->name, (int)channel->pid, channel->comm,
			  ring->stream.name);
	ring->state = USTD_RING_DEAD;
	ustd_stream_close(&ring->stream);
}

void ustd_channel_finish(struct ustd_channel *channel, struct ustd_ring *ring)
{
	struct ustd_session *session = channel->session;
	uint64_t lost = __atomic_load_n(&ring->reader.shm->lost, __ATOMIC_RELAXED);
	uint64_t before = ring->stream.size;
	int err = 0;

	if (session->state != UST_SESSION_FAILED && !ring->reader.broken)
		err = ustd_stream_finish(&ring->stream, lost, ustd_session_now(session));
	session->bytes += ring->stream.size - before;
	if (err)
		ustd_session_fail(session, err, ring->stream.name);
	ring->state = USTD_RING_DEAD;
	ustd_stream_close(&ring->stream);
}

const struct ust_ledger_shm *ustd_channel_ledger(const struct ustd_channel *channel)
{
	return (const struct ust_ledger_shm *)((const char *)channel->map + UST_LEDGER_OFFSET);
}

uint64_t ustd_channel_lost(const struct ustd_channel *channel)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < channel->nr_rings; i++)
		sum += __atomic_load_n(&channel->rings[i].reader.shm->lost, __ATOMIC_RELAXED);
	return sum;
}
