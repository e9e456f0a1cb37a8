/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel events from tracefs: an instance of our own, which other users of tracefs do not see, with
 * the clock that programs use. It works on any kernel, without a module of ours.
 *
 * The kernel filters by process: set_event_pid holds thread ids, event-fork adds what they start
 * and takes away what ends. sched_switch and wake-ups are recorded when either side is in the set.
 */
#include "source-tracefs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <traceevent/kbuffer.h>

#include "bounds.h"
#include "log.h"
#include "session.h"
#include "tracefs.h"

#define MB (1ull << 20)
#define DEFAULT_SIZE (16 * MB) /* of one CPU's buffer */
#define SMALLEST_SIZE (1 * MB)
#define MEMORY_SHARE 16   /* all buffers together take one of so many parts of the memory */
#define WAKE_PERCENT "25" /* of a buffer, filled, wake us */
#define FIRST_PID_NAMESPACE 0xeffffffcu /* its inode, a constant of the kernel */

static struct ustd_tracefs_source *of(struct ustd_source *base)
{
	return caa_container_of(base, struct ustd_tracefs_source, base);
}

static int probe(char *why, size_t size)
{
	int root = ustd_tracefs_root(why, size);

	return root < 0 ? root : 0;
}

static ssize_t names(char **ret_names)
{
	return ustd_tracefs_read(ustd_tracefs_root(NULL, 0), "available_events", ret_names);
}

/* Reads the format of one event. */
static int read_format(const char *system, const char *event, struct ust_wire_out *out,
		       struct ustd_copies **ret_copies)
{
	char path[2 * USTD_MAX_NAME], *text;
	ssize_t len;
	int err;

	if (snprintf(path, sizeof(path), "events/%s/%s/format", system, event) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	len = ustd_tracefs_read(ustd_tracefs_root(NULL, 0), path, &text);
	if (len < 0)
		return (int)len;
	err = ustd_tracefs_format(system, text, (size_t)len, out, ret_copies);
	free(text);
	return err;
}

static int define(const char *system, const char *event, struct ust_wire_out *out)
{
	return read_format(system, event, out, NULL);
}

/* Buffers cannot be sparse as those of programs are, so the default is smaller. */
static uint64_t buffer_size(const struct ustd_session *session)
{
	uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t size = DEFAULT_SIZE;

	if (session->sized)
		return session->geo.subbuf_size * session->geo.nr_subbufs;
	while (size > SMALLEST_SIZE && size * session->geo.nr_rings > memory / MEMORY_SHARE)
		size /= 2;
	return size;
}

struct setting {
	const char *path, *value;
	bool needed;
};

static int set_up(struct ustd_tracefs_source *source, char *why, size_t size)
{
	const struct ustd_session *session = source->base.session;
	bool tsc = session->clock.mode != UST_CLOCK_MONOTONIC;
	char kb[32];
	const struct setting settings[] = {
		{"tracing_on", "0", true},
		{"trace_clock", tsc ? "x86-tsc" : "mono", true},
		{"buffer_size_kb", kb, true},
		{"options/overwrite", session->geo.overwrite ? "1" : "0", true},
		{"options/event-fork", "1", !source->base.all},
		{"buffer_percent", WAKE_PERCENT, false},
		/* What fills tables that we do not read, and what others may write to us. */
		{"options/record-cmd", "0", false},
		{"options/markers", "0", false},
	};
	unsigned int i;

	snprintf(kb, sizeof(kb), "%llu", (unsigned long long)(buffer_size(session) / 1024));
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		int err = ustd_tracefs_write(source->dir, settings[i].path, settings[i].value, 0);

		if (!err || !settings[i].needed)
			continue;
		snprintf(why, size, "the kernel refuses %s = %s of tracefs: %s%s", settings[i].path,
			 settings[i].value, strerror(-err),
			 err == -ENOMEM ? "; use smaller buffers (--subbuf-size, --num-subbuf)"
					: "");
		return err;
	}
	return 0;
}

/* The header of pages says how large they are. */
static size_t page_size(void)
{
	const char *p;
	char *text;
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	unsigned int offset, len;

	if (ustd_tracefs_read(ustd_tracefs_root(NULL, 0), "events/header_page", &text) < 0)
		return size;
	p = strstr(text, "char data;");
	if (p && sscanf(p, "char data; offset:%u; size:%u", &offset, &len) == 2 &&
	    offset + len > size && offset + len <= 1u << 20)
		size = offset + len;
	free(text);
	return size;
}

/* Ids in a PID namespace are not those that the kernel compares. */
static bool in_first_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino == FIRST_PID_NAMESPACE;
}

static void end(struct ustd_tracefs_source *source)
{
	int err;

	ustd_tracefs_close_cpus(source);
	if (source->dir >= 0)
		close(source->dir);
	source->dir = -1;
	err = source->name[0] ? ustd_tracefs_instance_remove(source->name) : 0;
	source->name[0] = '\0';
	if (err)
		ustd_warn("cannot remove a tracefs instance of ours: %s", strerror(-err));
}

static void free_source(struct ustd_source *base)
{
	struct ustd_tracefs_source *source = of(base);

	ustd_source_fini(base);
	while (source->nr_types)
		free(source->by_type[--source->nr_types]);
	free(source->by_type);
	kbuffer_free(source->kbuf);
	free(source->page);
	free(source);
}

static int make(struct ustd_tracefs_source *source, char *why, size_t size)
{
	int err;

	source->page_size = page_size();
	source->page = malloc(source->page_size);
	source->kbuf = kbuffer_alloc(sizeof(long) == 8 ? KBUFFER_LSIZE_8 : KBUFFER_LSIZE_4,
				     KBUFFER_ENDIAN_SAME_AS_HOST);
	if (!source->page || !source->kbuf)
		return -ENOMEM;
	source->dir = ustd_tracefs_instance_create(source->base.session->id, source->name,
						   sizeof(source->name), why, size);
	if (source->dir < 0) {
		source->name[0] = '\0';
		return source->dir;
	}
	err = set_up(source, why, size);
	if (!err)
		err = ustd_source_begin(&source->base);
	if (!err)
		err = ustd_tracefs_open_cpus(source);
	if (err && !why[0])
		snprintf(why, size, "cannot set up a trace of the kernel in %s/kernel: %s",
			 source->base.session->output, strerror(-err));
	return err;
}

static int open_source(struct ustd_session *session, bool all, struct ustd_source **ret_source,
		       char *why, size_t size)
{
	struct ustd_tracefs_source *source;
	int err;

	if (!all && !in_first_namespace()) {
		snprintf(why, size,
			 "this ustd runs in a PID namespace (a container), where the kernel cannot "
			 "be told which processes to follow; record the whole system with -a");
		return -EOPNOTSUPP;
	}
	source = calloc(1, sizeof(*source));
	if (!source)
		return -ENOMEM;
	why[0] = '\0';
	source->dir = -1;
	ustd_source_init_base(&source->base, &ustd_source_tracefs, session, all);
	ustd_source_describe(&source->base, UST_CONTEXT_TID | UST_CONTEXT_KERNEL);
	err = make(source, why, size);
	if (err) {
		end(source);
		free_source(&source->base);
		return err;
	}
	*ret_source = &source->base;
	return 0;
}

static int grow_types(struct ustd_tracefs_source *source, uint32_t type)
{
	struct ustd_copies **more;

	if (type < source->nr_types)
		return 0;
	more = realloc(source->by_type, (type + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	memset(more + source->nr_types, 0, (type + 1 - source->nr_types) * sizeof(*more));
	source->by_type = more;
	source->nr_types = type + 1;
	return 0;
}

static int add_event(struct ustd_tracefs_source *source, const char *system, const char *event)
{
	static unsigned char def_buf[UST_MSG_MAX];
	struct ust_wire_out def = {.buf = def_buf, .size = sizeof(def_buf)};
	struct ustd_copies *copies;
	int err = read_format(system, event, &def, &copies);

	if (err)
		return err;
	err = copies->type > UINT16_MAX ? -EINVAL : grow_types(source, copies->type);
	/* Enabled before: by another pattern. */
	if (!err && source->by_type[copies->type]) {
		free(copies);
		return 0;
	}
	if (!err)
		err = ustd_source_define(&source->base, &def, &copies->id);
	if (err) {
		free(copies);
		return err;
	}
	source->by_type[copies->type] = copies;
	return 1;
}

static int switch_on(struct ustd_tracefs_source *source, const char *system, const char *event)
{
	char line[2 * USTD_MAX_NAME];

	if (snprintf(line, sizeof(line), "%s:%s\n", system, event) >= (int)sizeof(line))
		return -ENAMETOOLONG;
	return ustd_tracefs_write(source->dir, "set_event", line, O_APPEND);
}

static int enable(struct ustd_source *base, const char *system, const char *event)
{
	struct ustd_tracefs_source *source = of(base);
	int ret = add_event(source, system, event);

	return ret > 0 && base->running ? switch_on(source, system, event) : ret < 0 ? ret : 0;
}

/* Adds the threads there are now. Result: their number or a negative errno. */
static int add_threads(struct ustd_tracefs_source *source, pid_t pid)
{
	char path[64], line[16];
	struct dirent *entry;
	int nr = 0, err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	while (!err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(line, sizeof(line), "%.12s\n", entry->d_name);
		err = ustd_tracefs_write(source->dir, "set_event_pid", line, O_APPEND);
		nr++;
	}
	closedir(dir);
	return err ? err : nr;
}

static int add_process(struct ustd_source *base, pid_t pid)
{
	struct ustd_tracefs_source *source = of(base);
	int nr = 0, before, tries;

	/* One that was started by a thread before that was followed. */
	for (tries = 0; tries < 16; tries++) {
		before = nr;
		nr = add_threads(source, pid);
		if (nr < 0)
			return nr;
		if (nr == before || (tries == 0 && nr == 1))
			break;
	}
	if (!source->has_pids && base->running)
		ustd_tracefs_write(source->dir, "tracing_on", "1", 0);
	source->has_pids = true;
	return 0;
}

static int start(struct ustd_source *base)
{
	struct ustd_tracefs_source *source = of(base);
	uint32_t i;

	for (i = 0; i < base->defs.nr; i++) {
		struct ustd_def_view view;
		char system[USTD_MAX_NAME + 1], event[USTD_MAX_NAME + 1];
		int err;

		ustd_def_view(base->defs.by_id[i], &view);
		snprintf(system, sizeof(system), "%.*s", (int)view.event.provider.len,
			 view.event.provider.s);
		snprintf(event, sizeof(event), "%.*s", (int)view.event.name.len, view.event.name.s);
		err = switch_on(source, system, event);
		if (err)
			ustd_warn("session %s: kernel event %s:%s is not recorded: %s",
				  base->session->name, system, event, strerror(-err));
	}
	/* An empty set of processes would mean all. */
	if (!base->all && !source->has_pids)
		return 0;
	return ustd_tracefs_write(source->dir, "tracing_on", "1", 0);
}

static void stop(struct ustd_source *base)
{
	struct ustd_tracefs_source *source = of(base);
	uint32_t i;

	ustd_tracefs_write(source->dir, "tracing_on", "0", 0);
	ustd_tracefs_write(source->dir, "set_event", "", O_TRUNC);
	for (i = 0; i < source->nr_cpus; i++) {
		source->cpus[i].ready = true;
		source->cpus[i].to_end = true;
	}
}

static bool work(struct ustd_source *base)
{
	struct ustd_tracefs_source *source = of(base);
	uint64_t done = 0;
	uint32_t i;

	for (i = 0; i < source->nr_cpus && done < USTD_WORK_BYTES; i++) {
		struct ustd_tracefs_cpu *cpu = &source->cpus[source->next_cpu];

		if (cpu->ready)
			done += ustd_tracefs_read_cpu(cpu, USTD_WORK_BYTES - done);
		/* One that is not done goes on with the next turn. */
		if (!cpu->ready)
			source->next_cpu = (source->next_cpu + 1) % source->nr_cpus;
	}
	for (i = 0; i < source->nr_cpus; i++)
		if (source->cpus[i].ready)
			return true;
	return false;
}

static void look(struct ustd_source *base)
{
	struct ustd_tracefs_source *source = of(base);
	uint32_t i;

	for (i = 0; i < source->nr_cpus; i++)
		source->cpus[i].ready = true;
}

static void close_source(struct ustd_source *base)
{
	struct ustd_tracefs_source *source = of(base);
	uint32_t i;

	for (i = 0; i < source->nr_cpus; i++) {
		struct ustd_tracefs_cpu *cpu = &source->cpus[i];

		if (base->session->state != UST_SESSION_FAILED)
			ustd_stream_finish(&cpu->stream, cpu->lost,
					   ustd_session_now(base->session));
	}
	if (source->nr_unknown)
		ustd_warn("session %s: %llu kernel records were of no enabled event",
			  base->session->name, (unsigned long long)source->nr_unknown);
	end(source);
}

const struct ustd_source_ops ustd_source_tracefs = {
	.kind = UST_KERNEL_TRACEFS,
	.name = "tracefs",
	.probe = probe,
	.names = names,
	.define = define,
	.open = open_source,
	.enable = enable,
	.add_process = add_process,
	.start = start,
	.stop = stop,
	.work = work,
	.look = look,
	.close = close_source,
	.free = free_source,
};
