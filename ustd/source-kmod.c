/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel events from ust-trace.ko, whose door is <ust/abi/kernel.h>. */
#include "source-kmod.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bounds.h"
#include "log.h"
#include "session.h"

#define WAKE_US (USTD_DELIVER_NS / 1000)
#define DEFAULT_SUBBUF (1u << 20)
#define DEFAULT_NR 16

#define CONTEXTS                                                                                   \
	(UST_KCONTEXT_PID | UST_KCONTEXT_TID | UST_KCONTEXT_COMM | UST_KCONTEXT_PREEMPT |          \
	 UST_KCONTEXT_IRQ | UST_KCONTEXT_VTID)

static struct ustd_kmod_source *of(struct ustd_source *base)
{
	return caa_container_of(base, struct ustd_kmod_source, base);
}

static int probe(char *why, size_t size)
{
	int fd = ustd_kmod_device(why, size);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* Both sides have to tell the same time. */
static int open_session(struct ustd_kmod_source *source, int device, char *why, size_t size)
{
	bool tsc = source->base.session->clock.mode != UST_CLOCK_MONOTONIC;
	struct ust_kernel_session args = {
		.size = sizeof(args),
		.contexts = CONTEXTS,
		.clock = tsc ? UST_CLOCK_TSC : UST_CLOCK_MONOTONIC,
	};

	memcpy(args.uuid, source->base.trace.uuid, sizeof(args.uuid));
	source->session_fd = ioctl(device, UST_KERNEL_SESSION, &args);
	if (source->session_fd < 0) {
		int err = -errno;

		snprintf(why, size, "ust-trace.ko makes no session with the clock %s: %s",
			 tsc ? "tsc" : "monotonic", strerror(-err));
		return err;
	}
	fcntl(source->session_fd, F_SETFD, FD_CLOEXEC);
	fcntl(source->session_fd, F_SETFL, O_NONBLOCK);
	return 0;
}

static int make_channel(struct ustd_kmod_source *source, char *why, size_t size)
{
	const struct ustd_session *session = source->base.session;
	struct ust_kernel_channel args = {
		.size = sizeof(args),
		.flags = session->geo.overwrite ? UST_KCHANNEL_OVERWRITE : 0,
		.subbuf_size = session->sized ? session->geo.subbuf_size : DEFAULT_SUBBUF,
		.nr_subbufs = session->sized ? session->geo.nr_subbufs : DEFAULT_NR,
		.wake_us = WAKE_US,
	};
	int err = 0;

	/* Only what the user left open shrinks. */
	while (ioctl(source->session_fd, UST_KSESSION_CHANNEL, &args) < 0) {
		err = -errno;
		if ((err != -ENOMEM && err != -ENOSPC) || session->sized ||
		    args.subbuf_size <= 64u << 10)
			break;
		args.subbuf_size /= 2;
		err = 0;
	}
	if (err)
		snprintf(why, size, "ust-trace.ko makes no buffers: %s%s", strerror(-err),
			 err == -ENOMEM || err == -ENOSPC
				 ? "; use smaller ones (--subbuf-size, --num-subbuf)"
				 : "");
	return err;
}

static int make(struct ustd_kmod_source *source, char *why, size_t size)
{
	struct ust_kernel_version version = {.size = sizeof(version)};
	int device = ustd_kmod_device(why, size), err;
	uint32_t i;

	if (device < 0)
		return device;
	err = ioctl(device, UST_KERNEL_VERSION, &version) < 0 ? -errno : 0;
	source->cpus = err ? NULL : calloc(version.nr_cpus, sizeof(*source->cpus));
	if (!err && !source->cpus)
		err = -ENOMEM;
	source->nr_cpus = err ? 0 : version.nr_cpus;
	for (i = 0; i < source->nr_cpus; i++) {
		source->cpus[i].cpu = i;
		source->cpus[i].watch.fd = -1;
		source->cpus[i].source = source;
	}
	/* DIR/kernel comes last: another source may be tried behind this one. */
	ustd_source_describe(&source->base,
			     UST_CONTEXT_TID | UST_CONTEXT_COMM | UST_CONTEXT_MODULE);
	if (!err)
		err = open_session(source, device, why, size);
	if (!err)
		err = make_channel(source, why, size);
	if (!err)
		err = ustd_source_begin(&source->base);
	close(device);
	if (err && !why[0])
		snprintf(why, size, "cannot set up a trace of the kernel: %s", strerror(-err));
	return err;
}

static void close_source(struct ustd_source *base)
{
	struct ustd_kmod_source *source = of(base);

	if (source->session_fd < 0)
		return;
	ustd_kmod_losses(source);
	ustd_kmod_close_cpus(source);
	close(source->session_fd);
	source->session_fd = -1;
}

static void free_source(struct ustd_source *base)
{
	struct ustd_kmod_source *source = of(base);

	ustd_source_fini(base);
	while (source->nr_ids)
		free(source->by_id[--source->nr_ids].name);
	free(source->by_id);
	free(source->cpus);
	free(source);
}

static int open_source(struct ustd_session *session, bool all, struct ustd_source **ret_source,
		       char *why, size_t size)
{
	struct ustd_kmod_source *source = calloc(1, sizeof(*source));
	int err;

	if (!source)
		return -ENOMEM;
	why[0] = '\0';
	source->session_fd = -1;
	ustd_source_init_base(&source->base, &ustd_source_kmod, session, all);
	err = make(source, why, size);
	if (err) {
		if (source->session_fd >= 0)
			close(source->session_fd);
		source->session_fd = -1;
		free_source(&source->base);
		return err;
	}
	*ret_source = &source->base;
	return 0;
}

static int enable(struct ustd_source *base, const char *system, const char *event)
{
	struct ust_kernel_enable args = {.size = sizeof(args)};

	if (snprintf(args.pattern, sizeof(args.pattern), "%s:%s", system, event) >=
	    (int)sizeof(args.pattern))
		return -ENAMETOOLONG;
	if (ioctl(of(base)->session_fd, UST_KSESSION_ENABLE, &args) < 0)
		return -errno;
	return ustd_kmod_definitions(of(base));
}

static int switch_on(struct ustd_kmod_source *source)
{
	if (ioctl(source->session_fd, UST_KSESSION_START) < 0)
		return -errno;
	/* Without it the trace only lacks what was there before. */
	if (!source->started && source->base.all &&
	    ioctl(source->session_fd, UST_KSESSION_STATEDUMP) < 0)
		ustd_info("session %s: no dump of the kernel's state: %s",
			  source->base.session->name, strerror(errno));
	source->started = true;
	return ustd_kmod_definitions(source);
}

static int add_process(struct ustd_source *base, pid_t pid)
{
	struct ustd_kmod_source *source = of(base);
	struct ust_kernel_filter args = {
		.size = sizeof(args),
		.kind = UST_KFILTER_PID,
		.op = UST_KFILTER_ADD,
		.flags = UST_KFILTER_FOLLOW,
		.value = (uint64_t)pid,
	};
	bool first = !source->has_pids;

	/* One that is there already is followed already. */
	if (ioctl(source->session_fd, UST_KSESSION_FILTER, &args) < 0 && errno != EEXIST)
		return -errno;
	source->has_pids = true;
	return first && base->running ? switch_on(source) : 0;
}

static int start(struct ustd_source *base)
{
	struct ustd_kmod_source *source = of(base);
	int err = ustd_kmod_open_cpus(source);

	/* Without any process there is no filter, and all would be recorded. */
	if (err || (!base->all && !source->has_pids))
		return err;
	return switch_on(source);
}

static void look(struct ustd_source *base)
{
	struct ustd_kmod_source *source = of(base);
	uint32_t i;

	for (i = 0; i < source->nr_cpus; i++)
		source->cpus[i].ready = source->cpus[i].watch.fd >= 0;
	ustd_kmod_losses(source);
}

static void stop(struct ustd_source *base)
{
	struct ustd_kmod_source *source = of(base);

	ioctl(source->session_fd, UST_KSESSION_STOP);
	/* CPUs that came in between. */
	ustd_kmod_open_cpus(source);
	look(base);
}

static bool work(struct ustd_source *base)
{
	struct ustd_kmod_source *source = of(base);
	uint64_t done = 0;
	uint32_t i;

	for (i = 0; i < source->nr_cpus && done < USTD_WORK_BYTES; i++) {
		struct ustd_kmod_cpu *cpu = &source->cpus[source->next_cpu];

		if (cpu->ready)
			done += ustd_kmod_read_cpu(cpu, USTD_WORK_BYTES - done);
		/* One that is not done goes on with the next turn. */
		if (!cpu->ready)
			source->next_cpu = (source->next_cpu + 1) % source->nr_cpus;
	}
	for (i = 0; i < source->nr_cpus; i++)
		if (source->cpus[i].ready)
			return true;
	return false;
}

const struct ustd_source_ops ustd_source_kmod = {
	.kind = UST_KERNEL_MODULE,
	.name = "ust-trace.ko",
	.probe = probe,
	.names = ustd_kmod_names,
	.define = ustd_kmod_define,
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
