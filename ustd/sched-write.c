/* SPDX-License-Identifier: GPL-2.0-only */
#include "sched-write.h"

#include <stdio.h>
#include <string.h>

#include <ust/abi/packet.h>
#include <ust/detail/clock-time.h>

#include "session.h"

#define SCRATCH (64u << 10)
#define EVENT_MAX 64

/* Events on their way to a file. Every ring's turn begins and ends with none. */
static unsigned char scratch[SCRATCH];
static size_t scratch_len;

static struct ustd_sched *of(struct ustd_perf *perf)
{
	return caa_container_of(perf, struct ustd_sched, perf);
}

void ustd_sched_take_moment(const struct ustd_sched *sched, struct ustd_sched_moment *ret)
{
	uint32_t mode = sched->session->clock.mode;

	if (ust_ticks_are(mode))
		ust_clock_pair(mode, 0, UST_CLOCK_ID_RAW, &ret->ticks, &ret->ns);
	else
		ret->ticks = ret->ns = ustd_clock_read(mode);
}

/*
 * CLOCK_MONOTONIC_RAW is the counter times a constant, so what lies between two moments at which
 * both were read is as exact as these.
 */
static uint64_t to_ticks(const struct ustd_sched *sched, uint64_t ns)
{
	const struct ustd_sched_moment *begin = &sched->begin, *now = &sched->now;
	__int128 ticks = (__int128)(now->ticks - begin->ticks);

	if (now->ns == begin->ns || !ust_ticks_are(sched->session->clock.mode))
		return ns - begin->ns + begin->ticks;
	ticks = ticks * ((__int128)ns - begin->ns) / (__int128)(now->ns - begin->ns);
	return begin->ticks + (uint64_t)ticks;
}

static void flush(struct ustd_sched *sched, struct ustd_sched_cpu *cpu, uint64_t lost)
{
	struct ustd_session *session = sched->session;
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
	cpu->piece.lost = lost;
	err = ustd_stream_write(&cpu->stream, &cpu->piece);
	session->bytes += cpu->stream.size - before;
	cpu->content += scratch_len;
	scratch_len = 0;
	if (err) {
		ustd_session_fail(session, err, cpu->stream.name);
		return;
	}
	if (cpu->content >= session->geo.subbuf_size) {
		cpu->piece.number++;
		cpu->content = 0;
	}
}

static void put(const void *data, size_t len)
{
	memcpy(scratch + scratch_len, data, len);
	scratch_len += len;
}

/* The shortest header that readers can complete to the full time. */
static void put_header(const struct ustd_sched_cpu *cpu, uint32_t id, uint64_t time, size_t body)
{
	uint32_t word = (uint32_t)time << UST_EVENT_ID_BITS;
	uint16_t wide = (uint16_t)id;

	if (time - cpu->last_time >= 1ull << UST_EVENT_TIME_BITS) {
		word = (uint32_t)(UST_EVENT_HEADER_EXTENDED + body) << UST_EVENT_ID_BITS |
		       UST_EVENT_ID_EXTENDED;
		put(&word, sizeof(word));
		put(&id, sizeof(id));
		put(&time, sizeof(time));
	} else if (id < UST_EVENT_ID_WIDE) {
		word |= id;
		put(&word, sizeof(word));
	} else {
		word |= UST_EVENT_ID_WIDE;
		put(&word, sizeof(word));
		put(&wide, sizeof(wide));
	}
}

static struct ustd_sched_name *name_of(struct ustd_sched *sched, int32_t tid)
{
	return &sched->names[(uint32_t)tid % USTD_SCHED_NAMES];
}

static bool read_comm(int32_t tid, char comm[16])
{
	char path[64], line[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)tid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	snprintf(comm, 16, "%.15s", line);
	return true;
}

/* A thread that was never seen and has ended is taken to be named as its process. */
void ustd_sched_comm(struct ustd_sched *sched, int32_t pid, int32_t tid, char ret_comm[16])
{
	struct ustd_sched_name *name = name_of(sched, tid), *process = name_of(sched, pid);

	memset(ret_comm, 0, 16);
	if (name->tid != tid && read_comm(tid, ret_comm)) {
		name->tid = tid;
		memcpy(name->comm, ret_comm, sizeof(name->comm));
	} else if (name->tid == tid) {
		memcpy(ret_comm, name->comm, sizeof(name->comm));
	} else if (process->tid == pid) {
		memcpy(ret_comm, process->comm, sizeof(process->comm));
	}
}

static void put_event(struct ustd_sched *sched, struct ustd_sched_cpu *cpu,
		      const struct ustd_perf_record *record, uint64_t time)
{
	uint32_t contexts = sched->session->contexts;
	uint8_t preempted = record->preempted;
	char comm[16];
	uint64_t ip = 0;
	size_t body = 8 + (contexts & UST_CONTEXT_COMM ? 16 : 0) +
		      (contexts & UST_CONTEXT_IP ? 8 : 0) + (record->kind == USTD_PERF_OUT);

	put_header(cpu, sched->ids[record->kind - USTD_PERF_IN], time, body);
	/* The thread: first of the contexts, or the first field. */
	if (contexts & UST_CONTEXT_TID)
		put(&record->tid, 4);
	if (contexts & UST_CONTEXT_COMM) {
		ustd_sched_comm(sched, record->pid, record->tid, comm);
		put(comm, sizeof(comm));
	}
	if (contexts & UST_CONTEXT_IP)
		put(&ip, sizeof(ip));
	if (!(contexts & UST_CONTEXT_TID))
		put(&record->tid, 4);
	put(&record->pid, 4);
	if (record->kind == USTD_PERF_OUT)
		put(&preempted, sizeof(preempted));
}

void ustd_sched_lost(struct ustd_sched *sched, const struct ustd_perf_ring *ring, uint64_t count)
{
	char name[32];

	snprintf(name, sizeof(name), "sched:cpu%u", ring->cpu);
	ustd_losses_report(sched->session, &sched->session->losses, name, UST_LOST_FULL, count);
}

void ustd_sched_record(struct ustd_perf_ring *ring, const struct ustd_perf_record *record)
{
	struct ustd_sched *sched = of(ring->perf);
	struct ustd_sched_cpu *cpu = &sched->cpus[ring - sched->perf.rings];
	uint64_t time = to_ticks(sched, record->time);

	if (record->kind == USTD_PERF_LOST) {
		ustd_sched_lost(sched, ring, record->lost);
		return;
	}
	if (record->kind == USTD_PERF_COMM) {
		if (sched->names) {
			struct ustd_sched_name *name = name_of(sched, record->tid);

			name->tid = record->tid;
			memcpy(name->comm, record->comm, sizeof(name->comm));
		}
		return;
	}
	if (scratch_len > SCRATCH - EVENT_MAX)
		flush(sched, cpu, ring->lost);
	if (time < cpu->last_time)
		time = cpu->last_time;
	if (!cpu->content && !scratch_len) {
		cpu->piece.time_begin = time;
		cpu->last_time = time;
	}
	put_event(sched, cpu, record, time);
	cpu->last_time = time;
}

/* Names first: a thread's record may be in another ring than that of its name. */
void ustd_sched_drain(struct ustd_perf *perf)
{
	struct ustd_sched *sched = of(perf);
	uint32_t i;

	for (i = 0; sched->names && i < perf->nr_rings; i++)
		ustd_perf_read_names(&perf->rings[i], ustd_perf_head(&perf->rings[i]));
	for (i = 0; i < perf->nr_rings; i++) {
		struct ustd_perf_ring *ring = &perf->rings[i];

		uint64_t head = ustd_perf_head(ring);

		/* Later than all records up to there: see to_ticks(). */
		ustd_sched_take_moment(sched, &sched->now);
		ustd_perf_read(ring, head);
		flush(sched, &sched->cpus[i], ring->lost);
	}
}
