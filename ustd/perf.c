/* SPDX-License-Identifier: GPL-2.0-only */
#include "perf.h"

#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "perf-why.h"

/* What the kernel allows everybody on each CPU is 516 KiB (kernel.perf_event_mlock_kb). */
#define RING_USER (256u << 10)
#define RING_ROOT (1u << 20)
#define RING_LEAST (16u << 10)
#define MAX_SCANS 16

#ifndef PERF_FORMAT_LOST
#define PERF_FORMAT_LOST (1u << 4)
#endif

/* What ends each record: sample_id_all with TID, TIME and CPU. */
struct sample_id {
	uint32_t pid, tid;
	uint64_t time;
	uint32_t cpu, unused;
};

static void make_attr(const struct ustd_perf *perf, struct perf_event_attr *attr)
{
	memset(attr, 0, sizeof(*attr));
	attr->size = sizeof(*attr);
	attr->type = PERF_TYPE_SOFTWARE;
	attr->config = PERF_COUNT_SW_DUMMY;
	attr->sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU;
	attr->sample_id_all = 1;
	attr->disabled = 1;
	attr->exclude_kernel = 1;
	attr->exclude_hv = 1;
	attr->use_clockid = 1;
	attr->clockid = perf->clockid;
}

static int open_event(struct perf_event_attr *attr, pid_t tid, uint32_t cpu)
{
	int fd = (int)syscall(SYS_perf_event_open, attr, tid, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static void ring_ready(struct ustd_watch *watch, uint32_t events USTD_UNUSED)
{
	struct ustd_perf_ring *ring = caa_container_of(watch, struct ustd_perf_ring, watch);

	ring->perf->ready(ring->perf);
}

static int map_ring(struct ustd_perf_ring *ring, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	/* Somebody else of this user may have a part of what is allowed. */
	for (; size >= RING_LEAST; size /= 2) {
		ring->map = mmap(NULL, page + size, PROT_READ | PROT_WRITE, MAP_SHARED,
				 ring->watch.fd, 0);
		if (ring->map != MAP_FAILED) {
			ring->size = size;
			return 0;
		}
		if (errno != EPERM && errno != ENOMEM)
			break;
	}
	ring->map = NULL;
	return -errno;
}

/* -ENODEV: a CPU that is not there. */
static int open_ring(struct ustd_perf *perf, uint32_t cpu, char *why, size_t why_size)
{
	struct ustd_perf_ring *ring = &perf->rings[perf->nr_rings];
	size_t size = geteuid() == 0 ? RING_ROOT : RING_USER;
	struct perf_event_attr attr;
	int err;

	make_attr(perf, &attr);
	attr.watermark = 1;
	attr.wakeup_watermark = (uint32_t)size / 2;
	err = open_event(&attr, 0, cpu);
	if (err < 0) {
		ustd_perf_why_open(err, 0, why, why_size);
		return err;
	}
	ring->watch.fd = err;
	ring->watch.ready = ring_ready;
	ring->perf = perf;
	ring->cpu = cpu;
	perf->nr_rings++;
	err = map_ring(ring, size);
	if (err)
		ustd_perf_why_map(err, why, why_size);
	/* A smaller ring is to wake us earlier; how early is told when an event is made. */
	if (!err && ring->size < size) {
		size_t fits = ring->size;

		munmap(ring->map, (size_t)sysconf(_SC_PAGESIZE) + fits);
		ring->map = NULL;
		close(ring->watch.fd);
		attr.wakeup_watermark = (uint32_t)fits / 2;
		ring->watch.fd = open_event(&attr, 0, cpu);
		err = ring->watch.fd < 0 ? ring->watch.fd : map_ring(ring, fits);
	}
	return err ? err : ustd_loop_watch(&ring->watch, EPOLLIN);
}

int ustd_perf_open(struct ustd_perf *perf, uint32_t nr_cpus, int clockid, char *why, size_t size)
{
	uint32_t cpu;
	int err = 0;

	perf->clockid = clockid;
	perf->rings = calloc(nr_cpus, sizeof(*perf->rings));
	if (!perf->rings)
		return -ENOMEM;
	for (cpu = 0; cpu < nr_cpus; cpu++) {
		err = open_ring(perf, cpu, why, size);
		if (err && err != -ENODEV)
			return err;
	}
	return perf->nr_rings ? 0 : err;
}

static int keep_fd(struct ustd_perf_ring *ring, int fd)
{
	if (ring->nr_fds == ring->max_fds) {
		uint32_t max = ring->max_fds ? 2 * ring->max_fds : 16;
		int *fds = realloc(ring->fds, max * sizeof(*fds));

		if (!fds)
			return -ENOMEM;
		ring->fds = fds;
		ring->max_fds = max;
	}
	ring->fds[ring->nr_fds++] = fd;
	return 0;
}

/* One thread on one CPU. */
static int add_event(struct ustd_perf_ring *ring, pid_t tid, bool children)
{
	struct perf_event_attr attr;
	int fd, err = 0;

	make_attr(ring->perf, &attr);
	attr.context_switch = 1;
	attr.task = 1;
	attr.comm = 1;
	attr.inherit = 1;
	attr.inherit_thread = !children;
	attr.read_format = PERF_FORMAT_LOST;
	fd = open_event(&attr, tid, ring->cpu);
	if (fd == -EINVAL) {
		/* Linux 6.0 has it; without, losses are told by later records only. */
		attr.read_format = 0;
		fd = open_event(&attr, tid, ring->cpu);
	}
	if (fd < 0)
		return fd;
	if (ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, ring->watch.fd))
		err = -errno;
	if (!err)
		err = keep_fd(ring, fd);
	if (err)
		close(fd);
	return err;
}

static bool is_known(const struct ustd_perf *perf, pid_t tid)
{
	uint32_t i;

	for (i = 0; i < perf->nr_tids; i++)
		if (perf->tids[i] == tid)
			return true;
	return false;
}

static int add_thread(struct ustd_perf *perf, pid_t tid, bool children)
{
	int32_t *tids = realloc(perf->tids, (perf->nr_tids + 1) * sizeof(*tids));
	uint32_t i;
	int err = 0;

	if (!tids)
		return -ENOMEM;
	perf->tids = tids;
	perf->tids[perf->nr_tids++] = tid;
	for (i = 0; i < perf->nr_rings && !err; i++)
		err = add_event(&perf->rings[i], tid, children);
	return err;
}

/* Result: number of threads that were not known, or a negative errno. */
static int scan(struct ustd_perf *perf, pid_t pid, bool children)
{
	struct dirent *entry;
	char path[64];
	int nr = 0, err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	while (!err && (entry = readdir(dir))) {
		pid_t tid = (pid_t)atoi(entry->d_name);

		if (tid <= 0 || is_known(perf, tid))
			continue;
		err = add_thread(perf, tid, children);
		/* One that has just ended. */
		if (err == -ESRCH && tid != pid)
			err = 0;
		nr++;
	}
	closedir(dir);
	return err ? err : nr;
}

/*
 * A thread that comes while we look inherits the events of the one that started it, or that one had
 * none yet. Both get events of their own; ustd_perf_read() drops what two events tell of one thread.
 */
int ustd_perf_add(struct ustd_perf *perf, pid_t pid, bool children, char *why, size_t size)
{
	int nr = 1, scans;

	for (scans = 0; nr > 0 && scans < MAX_SCANS; scans++)
		nr = scan(perf, pid, children);
	if (nr < 0)
		ustd_perf_why_open(nr, pid, why, size);
	return nr < 0 ? nr : 0;
}

void ustd_perf_enable(struct ustd_perf *perf, bool on)
{
	uint32_t i, j;

	for (i = 0; i < perf->nr_rings; i++) {
		perf->rings[i].last_seen = 0;
		for (j = 0; j < perf->rings[i].nr_fds; j++)
			ioctl(perf->rings[i].fds[j],
			      on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0);
	}
}

static bool decode(const unsigned char *bytes, const struct perf_event_header *header,
		   struct ustd_perf_record *record)
{
	struct sample_id id;

	if (header->size < sizeof(*header) + sizeof(id))
		return false;
	memcpy(&id, bytes + header->size - sizeof(id), sizeof(id));
	memset(record, 0, sizeof(*record));
	record->time = id.time;
	record->pid = (int32_t)id.pid;
	record->tid = (int32_t)id.tid;
	switch (header->type) {
	case PERF_RECORD_SWITCH:
		record->kind =
			header->misc & PERF_RECORD_MISC_SWITCH_OUT ? USTD_PERF_OUT : USTD_PERF_IN;
		record->preempted = header->misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT;
		return true;
	case PERF_RECORD_EXIT:
		record->kind = USTD_PERF_EXIT;
		return true;
	case PERF_RECORD_COMM:
		record->kind = USTD_PERF_COMM;
		if (header->size < 16 + sizeof(record->comm) + sizeof(id))
			snprintf(record->comm, sizeof(record->comm), "%.*s",
				 (int)(header->size - 16 - sizeof(id)), (const char *)bytes + 16);
		else
			memcpy(record->comm, bytes + 16, sizeof(record->comm) - 1);
		return true;
	case PERF_RECORD_LOST:
		record->kind = USTD_PERF_LOST;
		memcpy(&record->lost, bytes + 16, sizeof(record->lost));
		return true;
	default:
		return false;
	}
}

/* The same once more, from the second event of the thread: no thread enters a CPU twice in a row. */
static bool is_twin(struct ustd_perf_ring *ring, const struct ustd_perf_record *record)
{
	uint64_t seen = (uint64_t)(uint32_t)record->tid << 8 | record->kind;
	bool same = seen == ring->last_seen;

	if (record->kind == USTD_PERF_COMM)
		return false;
	ring->last_seen = record->kind == USTD_PERF_LOST ? 0 : seen;
	return same && record->kind != USTD_PERF_LOST;
}

static void copy_out(const struct ustd_perf_ring *ring, uint64_t at, void *to, size_t len)
{
	const unsigned char *data = (const unsigned char *)ring->map + sysconf(_SC_PAGESIZE);
	size_t offset = at & (ring->size - 1), first = ring->size - offset;

	if (first > len)
		first = len;
	memcpy(to, data + offset, first);
	memcpy((unsigned char *)to + first, data, len - first);
}

uint64_t ustd_perf_head(const struct ustd_perf_ring *ring)
{
	const struct perf_event_mmap_page *page = ring->map;

	return __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
}

/* The record at @at. Result: its bytes, 0 if there is none that can be; @ret_record has no kind if it
 * is of no interest. */
static size_t read_record(const struct ustd_perf_ring *ring, uint64_t at,
			  struct ustd_perf_record *ret_record)
{
	struct perf_event_header header;
	unsigned char bytes[256];

	ret_record->kind = 0;
	copy_out(ring, at, &header, sizeof(header));
	if (header.size < sizeof(header))
		return 0;
	if (header.size <= sizeof(bytes)) {
		copy_out(ring, at, bytes, header.size);
		if (!decode(bytes, &header, ret_record))
			ret_record->kind = 0;
	}
	return header.size;
}

void ustd_perf_read_names(struct ustd_perf_ring *ring, uint64_t head)
{
	const struct perf_event_mmap_page *page = ring->map;
	struct ustd_perf_record record;
	uint64_t at = page->data_tail;
	size_t len = 1;

	for (; at < head && len; at += len) {
		len = read_record(ring, at, &record);
		if (record.kind == USTD_PERF_COMM)
			ring->perf->record(ring, &record);
	}
}

void ustd_perf_read(struct ustd_perf_ring *ring, uint64_t head)
{
	struct perf_event_mmap_page *page = ring->map;
	struct ustd_perf_record record;
	uint64_t at = page->data_tail;
	size_t len = 1;

	for (; at < head && len; at += len) {
		len = read_record(ring, at, &record);
		if (record.kind && !is_twin(ring, &record)) {
			ring->lost += record.lost;
			ring->perf->record(ring, &record);
		}
	}
	__atomic_store_n(&page->data_tail, at, __ATOMIC_RELEASE);
}

uint64_t ustd_perf_untold(struct ustd_perf_ring *ring)
{
	struct {
		uint64_t value, lost;
	} count;
	uint64_t all = 0, untold;
	uint32_t i;

	for (i = 0; i < ring->nr_fds; i++)
		if (read(ring->fds[i], &count, sizeof(count)) == sizeof(count))
			all += count.lost;
	untold = all > ring->lost ? all - ring->lost : 0;
	ring->lost += untold;
	return untold;
}

static void close_ring(struct ustd_perf_ring *ring)
{
	uint32_t i;

	for (i = 0; i < ring->nr_fds; i++)
		close(ring->fds[i]);
	free(ring->fds);
	if (ring->map)
		munmap(ring->map, (size_t)sysconf(_SC_PAGESIZE) + ring->size);
	if (ring->watch.fd >= 0) {
		ustd_loop_unwatch(&ring->watch);
		close(ring->watch.fd);
	}
}

void ustd_perf_close(struct ustd_perf *perf)
{
	uint32_t i;

	for (i = 0; i < perf->nr_rings; i++)
		close_ring(&perf->rings[i]);
	free(perf->rings);
	free(perf->tids);
	perf->rings = NULL;
	perf->tids = NULL;
	perf->nr_rings = perf->nr_tids = 0;
}
