/* SPDX-License-Identifier: GPL-2.0-only */
/* The rings of ust-trace.ko: the module hands out pieces of packets, as libust's reader does. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "log.h"
#include "session.h"
#include "source-kmod.h"

static void cpu_ready(struct ustd_watch *watch, uint32_t events)
{
	struct ustd_kmod_cpu *cpu = caa_container_of(watch, struct ustd_kmod_cpu, watch);

	/* Nothing more will come: it would be reported for ever. */
	if ((events & EPOLLHUP) && !(events & EPOLLIN))
		ustd_loop_unwatch(watch);
	cpu->ready = true;
	ustd_source_wake(&cpu->source->base);
}

static int open_cpu(struct ustd_kmod_cpu *cpu)
{
	struct ust_kernel_stream args = {.size = sizeof(args), .cpu = cpu->cpu};
	struct ust_kernel_stream_info info = {.size = sizeof(info)};
	struct ustd_source *base = &cpu->source->base;
	int fd = ioctl(cpu->source->session_fd, UST_KSESSION_STREAM, &args), err = 0;
	char name[32];
	void *map;

	if (fd < 0)
		return errno == ENODEV ? 0 : -errno;
	if (ioctl(fd, UST_KSTREAM_INFO, &info) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	map = mmap(NULL, info.map_size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		err = -errno;
		close(fd);
		return err;
	}
	cpu->map = map;
	cpu->map_size = info.map_size;
	cpu->watch.fd = fd;
	cpu->watch.ready = cpu_ready;
	snprintf(name, sizeof(name), "cpu_%u", cpu->cpu);
	ustd_stream_init(&cpu->stream, base->dirfd, name, base->trace.uuid, UST_STREAM_RING,
			 cpu->cpu, 0, "kernel");
	/* In overwrite mode nothing is read before the stop. */
	return base->session->geo.overwrite ? 0 : ustd_loop_watch(&cpu->watch, EPOLLIN);
}

int ustd_kmod_open_cpus(struct ustd_kmod_source *source)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < source->nr_cpus && !err; i++)
		if (source->cpus[i].watch.fd < 0)
			err = open_cpu(&source->cpus[i]);
	return err;
}

static uint64_t lost_of(const struct ustd_kmod_cpu *cpu)
{
	struct ust_kernel_stream_info info = {.size = sizeof(info)};

	return ioctl(cpu->watch.fd, UST_KSTREAM_INFO, &info) < 0 ? cpu->lost : info.lost;
}

void ustd_kmod_close_cpus(struct ustd_kmod_source *source)
{
	struct ustd_session *session = source->base.session;
	uint32_t i;

	for (i = 0; i < source->nr_cpus; i++) {
		struct ustd_kmod_cpu *cpu = &source->cpus[i];

		if (cpu->watch.fd < 0)
			continue;
		if (session->state != UST_SESSION_FAILED)
			ustd_stream_finish(&cpu->stream, lost_of(cpu), ustd_session_now(session));
		ustd_stream_close(&cpu->stream);
		ustd_loop_unwatch(&cpu->watch);
		munmap((void *)cpu->map, cpu->map_size);
		close(cpu->watch.fd);
		cpu->watch.fd = -1;
	}
}

/* Writes one piece. False: the session has failed. */
static bool write_piece(struct ustd_kmod_cpu *cpu, const struct ust_kernel_piece *from)
{
	struct ustd_source *base = &cpu->source->base;
	struct ust_reader_piece piece = {
		.number = from->number,
		.position = from->position,
		.bytes = cpu->map + from->offset,
		.len = from->len,
		.time_begin = from->header.timestamp_begin,
		.time_end = from->header.timestamp_end,
		.lost = from->header.events_discarded,
		.closed = from->closed != 0,
	};
	uint64_t before = cpu->stream.size;
	int err = 0;

	if (from->offset > cpu->map_size || from->len > cpu->map_size - from->offset)
		err = -EPROTO;
	/* What the piece has in it was defined before. */
	if (!err)
		err = ustd_kmod_definitions(cpu->source);
	if (!err)
		err = ustd_stream_write(&cpu->stream, &piece);
	base->bytes += cpu->stream.size - before;
	if (err)
		ustd_session_fail_at(base->session, err, "kernel", cpu->stream.name);
	return !err;
}

uint64_t ustd_kmod_read_cpu(struct ustd_kmod_cpu *cpu, uint64_t budget)
{
	struct ustd_session *session = cpu->source->base.session;
	struct ust_kernel_piece piece = {.size = sizeof(piece)};
	uint64_t done = 0;
	int ret = 0;

	while (done < budget && session->state != UST_SESSION_FAILED) {
		ret = ioctl(cpu->watch.fd, UST_KSTREAM_NEXT, &piece);
		if (ret <= 0 || !write_piece(cpu, &piece))
			break;
		ioctl(cpu->watch.fd, UST_KSTREAM_RELEASE, NULL);
		done += piece.len + sizeof(piece);
		/* The writer is in it still: its next part would be small. */
		if (!piece.closed && !cpu->source->base.draining)
			break;
	}
	if (done < budget)
		cpu->ready = false;
	return done;
}

static void report(struct ustd_kmod_source *source, const struct ust_kernel_loss *loss)
{
	struct ustd_kmod_event *event = loss->id < source->nr_ids ? &source->by_id[loss->id] : NULL;
	unsigned int reason;

	for (reason = 0; event && event->name && reason < UST_LOST_NR && reason < 8; reason++) {
		uint64_t more = loss->lost[reason] - event->lost[reason];

		if (loss->lost[reason] <= event->lost[reason])
			continue;
		event->lost[reason] = loss->lost[reason];
		source->base.nr_lost += more;
		ustd_losses_report(source->base.session, &source->base.losses, event->name, reason,
				   more);
	}
}

void ustd_kmod_losses(struct ustd_kmod_source *source)
{
	struct ust_kernel_loss loss = {.size = sizeof(loss)};

	/* The module looks for the next one that has lost something. */
	while (ioctl(source->session_fd, UST_KSESSION_LOSS, &loss) >= 0) {
		uint32_t next = loss.id + 1;

		report(source, &loss);
		memset(&loss, 0, sizeof(loss));
		loss.size = sizeof(loss);
		loss.id = next;
	}
}
