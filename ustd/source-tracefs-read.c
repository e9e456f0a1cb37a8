/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages of the kernel's ring buffer become packets. A page is
 *
 *   u64 time | long commit: bytes of data, and flags | data: records with the time since the last
 *
 * and a record is what a "format" file of tracefs describes. Records are copied field by field, and
 * nothing in one is believed: a record that is shorter than its format says is left out and counted
 * as lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <traceevent/kbuffer.h>
#include <ust/abi/packet.h>

#include "log.h"
#include "session.h"
#include "source-tracefs.h"
#include "tracefs.h"

#define SCRATCH (1u << 20)
#define CONTEXT_SIZE 6 /* tid, flags, preempt_count */

/* Events on their way to a file. Every CPU's turn begins and ends with none. */
static unsigned char scratch[SCRATCH];
static size_t scratch_len;

static uint32_t load_u32(const void *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static uint16_t load_u16(const void *p)
{
	uint16_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/* Writes what has come together. */
static void flush(struct ustd_tracefs_cpu *cpu)
{
	struct ustd_source *source = &cpu->source->base;
	struct ustd_session *session = source->session;
	uint64_t before = cpu->stream.size;
	int err;

	if (!scratch_len || session->state == UST_SESSION_FAILED) {
		scratch_len = 0;
		return;
	}
	cpu->piece.bytes = scratch;
	cpu->piece.len = scratch_len;
	cpu->piece.position = cpu->content;
	cpu->piece.time_end = cpu->last_time;
	cpu->piece.lost = cpu->lost;
	err = ustd_stream_write(&cpu->stream, &cpu->piece);
	source->bytes += cpu->stream.size - before;
	cpu->content += scratch_len;
	scratch_len = 0;
	if (err) {
		ustd_session_fail_at(session, err, "kernel", cpu->stream.name);
		return;
	}
	if (cpu->content >= session->geo.subbuf_size) {
		cpu->piece.number++;
		cpu->content = 0;
	}
}

/* A string in the record, cut where the record ends. */
static size_t put_string(unsigned char *to, const unsigned char *from, size_t size)
{
	size_t len = strnlen((const char *)from, size);

	memcpy(to, from, len);
	to[len] = '\0';
	return len + 1;
}

/* What is at a place of the record. A place beyond its end holds nothing. */
static const unsigned char *find_placed(const struct ustd_copy *copy, const unsigned char *record,
					size_t len, size_t *ret_size)
{
	uint32_t place = load_u32(record + copy->offset);
	size_t offset = place & 0xffff, size = place >> 16;

	if (copy->relative)
		offset += copy->offset + 4u;
	if (offset > len)
		offset = len;
	*ret_size = size < len - offset ? size : len - offset;
	return record + offset;
}

static size_t put_placed(unsigned char *to, const struct ustd_copy *copy,
			 const unsigned char *record, size_t len)
{
	size_t size;
	const unsigned char *from = find_placed(copy, record, len, &size);
	uint32_t nr;

	if (copy->kind == USTD_COPY_STRING)
		return put_string(to, from, size);
	nr = (uint32_t)(size / copy->size);
	memcpy(to, &nr, sizeof(nr));
	memcpy(to + sizeof(nr), from, nr * copy->size);
	return sizeof(nr) + nr * copy->size;
}

static size_t put_fields(unsigned char *to, const struct ustd_copies *copies,
			 const unsigned char *record, size_t len)
{
	unsigned char *p = to;
	uint32_t i;

	/* The context: see UST_CONTEXT_TID and UST_CONTEXT_KERNEL. */
	memcpy(p, record + USTD_TRACEFS_PID, 4);
	memcpy(p + 4, record + USTD_TRACEFS_FLAGS, 2);
	p += CONTEXT_SIZE;
	for (i = 0; i < copies->nr; i++) {
		const struct ustd_copy *copy = &copies->copy[i];

		if (copy->kind == USTD_COPY_BYTES) {
			memcpy(p, record + copy->offset, copy->size);
			p += copy->size;
		} else if (copy->kind == USTD_COPY_CHARS) {
			p += put_string(p, record + copy->offset, copy->size);
		} else {
			p += put_placed(p, copy, record, len);
		}
	}
	return (size_t)(p - to);
}

/* The shortest header that readers can complete to the full time. */
static size_t header_size(const struct ustd_tracefs_cpu *cpu, uint32_t id, uint64_t time)
{
	if (time - cpu->last_time >= 1ull << UST_EVENT_TIME_BITS)
		return UST_EVENT_HEADER_EXTENDED;
	return id < UST_EVENT_ID_WIDE ? UST_EVENT_HEADER_COMPACT : UST_EVENT_HEADER_WIDE;
}

static void put_header(unsigned char *to, size_t size, uint32_t id, uint64_t time, size_t len)
{
	uint32_t word = (uint32_t)time << UST_EVENT_ID_BITS;
	uint16_t wide = (uint16_t)id;

	if (size == UST_EVENT_HEADER_COMPACT) {
		word |= id;
	} else if (size == UST_EVENT_HEADER_WIDE) {
		word |= UST_EVENT_ID_WIDE;
		memcpy(to + 4, &wide, sizeof(wide));
	} else {
		word = (uint32_t)len << UST_EVENT_ID_BITS | UST_EVENT_ID_EXTENDED;
		memcpy(to + 4, &id, sizeof(id));
		memcpy(to + 8, &time, sizeof(time));
	}
	memcpy(to, &word, sizeof(word));
}

static void put_event(struct ustd_tracefs_cpu *cpu, const struct ustd_copies *copies, uint64_t time,
		      const unsigned char *record, size_t len)
{
	size_t most =
		UST_EVENT_HEADER_EXTENDED + CONTEXT_SIZE + copies->fixed + (size_t)copies->nr * len;
	size_t header, body;

	if (most > SCRATCH - scratch_len)
		flush(cpu);
	if (most > SCRATCH) {
		cpu->source->nr_unknown++;
		return;
	}
	/* Two records of one CPU may carry the same time, but no time goes back. */
	if (time < cpu->last_time)
		time = cpu->last_time;
	if (!cpu->content && !scratch_len) {
		cpu->piece.time_begin = time;
		cpu->last_time = time;
	}
	header = header_size(cpu, copies->id, time);
	body = put_fields(scratch + scratch_len + header, copies, record, len);
	put_header(scratch + scratch_len, header, copies->id, time, header + body);
	scratch_len += header + body;
	cpu->last_time = time;
	cpu->source->base.nr_recorded++;
}

static void take_record(struct ustd_tracefs_cpu *cpu, uint64_t time, const unsigned char *record,
			size_t len)
{
	struct ustd_tracefs_source *source = cpu->source;
	const struct ustd_copies *copies = NULL;
	uint32_t type;

	if (len >= USTD_TRACEFS_COMMON) {
		type = load_u16(record + USTD_TRACEFS_TYPE);
		copies = type < source->nr_types ? source->by_type[type] : NULL;
	}
	if (!copies || len < copies->need)
		source->nr_unknown++;
	else
		put_event(cpu, copies, time, record, len);
}

/* Bytes of data in the page, or 0. */
static size_t take_page(struct ustd_tracefs_cpu *cpu)
{
	struct kbuffer *kbuf = cpu->source->kbuf;
	unsigned long long time;
	const void *record;

	if (kbuffer_load_subbuffer(kbuf, cpu->source->page))
		return 0;
	for (record = kbuffer_read_event(kbuf, &time); record;
	     record = kbuffer_next_event(kbuf, &time)) {
		int len = kbuffer_event_size(kbuf);

		take_record(cpu, time, record, len < 0 ? 0 : (size_t)len);
	}
	return (size_t)kbuffer_subbuffer_size(kbuf);
}

/* The number behind a name in per_cpu/cpuN/stats. */
static uint64_t stat_of(const char *text, const char *name)
{
	const char *p = strstr(text, name);

	return p ? strtoull(p + strlen(name), NULL, 10) : 0;
}

/* What the kernel had no room for. In overwrite mode the oldest events make room: no loss. */
static void count_lost(struct ustd_tracefs_cpu *cpu)
{
	struct ustd_source *source = &cpu->source->base;
	char text[1024];
	ssize_t len = pread(cpu->stats_fd, text, sizeof(text) - 1, 0);
	uint64_t lost;

	if (len <= 0)
		return;
	text[len] = '\0';
	lost = stat_of(text, "\ncommit overrun: ") + stat_of(text, "\ndropped events: ");
	if (!source->session->geo.overwrite)
		lost += stat_of(text, "\noverrun: ");
	if (lost <= cpu->lost)
		return;
	ustd_source_lost(source, cpu->cpu, lost - cpu->lost);
	cpu->lost = lost;
}

uint64_t ustd_tracefs_read_cpu(struct ustd_tracefs_cpu *cpu, uint64_t budget)
{
	struct ustd_tracefs_source *source = cpu->source;
	uint64_t done = 0;
	ssize_t len = 0;

	count_lost(cpu);
	while (done < budget) {
		len = read(cpu->watch.fd, source->page, source->page_size);
		if (len <= 0)
			break;
		done += (uint64_t)len;
		/* A page that is not full is the last one, unless all is asked for. */
		if (take_page(cpu) < source->page_size / 2 && !cpu->to_end)
			break;
	}
	if (len < 0 && errno == EINTR)
		len = 1;
	if (done < budget && (len <= 0 || !cpu->to_end)) {
		cpu->ready = false;
		cpu->to_end = false;
		count_lost(cpu);
	}
	flush(cpu);
	return done;
}

static void cpu_ready(struct ustd_watch *watch, uint32_t events USTD_UNUSED)
{
	struct ustd_tracefs_cpu *cpu = caa_container_of(watch, struct ustd_tracefs_cpu, watch);

	cpu->ready = true;
	ustd_source_wake(&cpu->source->base);
}

static int open_cpu(struct ustd_tracefs_cpu *cpu, uint32_t number)
{
	struct ustd_tracefs_source *source = cpu->source;
	struct ustd_source *base = &source->base;
	char path[64], name[32];
	int err = 0;

	cpu->cpu = number;
	cpu->watch.ready = cpu_ready;
	cpu->stats_fd = -1;
	snprintf(path, sizeof(path), "per_cpu/cpu%u/trace_pipe_raw", number);
	cpu->watch.fd = openat(source->dir, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (cpu->watch.fd < 0)
		return -errno;
	snprintf(path, sizeof(path), "per_cpu/cpu%u/stats", number);
	cpu->stats_fd = openat(source->dir, path, O_RDONLY | O_CLOEXEC);
	/* In overwrite mode nothing is read before the stop. */
	if (!base->session->geo.overwrite)
		err = ustd_loop_watch(&cpu->watch, EPOLLIN);
	snprintf(name, sizeof(name), "cpu_%u", number);
	ustd_stream_init(&cpu->stream, base->dirfd, name, base->trace.uuid, UST_STREAM_RING, number,
			 0, "");
	return err;
}

int ustd_tracefs_open_cpus(struct ustd_tracefs_source *source)
{
	uint32_t nr = source->base.session->geo.nr_rings, i;
	char path[64];
	int err = 0;

	source->cpus = calloc(nr, sizeof(*source->cpus));
	if (!source->cpus)
		return -ENOMEM;
	for (i = 0; i < nr && !err; i++) {
		snprintf(path, sizeof(path), "per_cpu/cpu%u", i);
		if (faccessat(source->dir, path, F_OK, 0))
			continue;
		source->cpus[source->nr_cpus].source = source;
		err = open_cpu(&source->cpus[source->nr_cpus++], i);
	}
	return err;
}

void ustd_tracefs_close_cpus(struct ustd_tracefs_source *source)
{
	uint32_t i;

	for (i = 0; i < source->nr_cpus; i++) {
		struct ustd_tracefs_cpu *cpu = &source->cpus[i];

		ustd_stream_close(&cpu->stream);
		if (cpu->watch.fd >= 0) {
			ustd_loop_unwatch(&cpu->watch);
			close(cpu->watch.fd);
		}
		if (cpu->stats_fd >= 0)
			close(cpu->stats_fd);
	}
	free(source->cpus);
	source->cpus = NULL;
	source->nr_cpus = 0;
}
