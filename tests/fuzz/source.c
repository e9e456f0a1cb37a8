/* SPDX-License-Identifier: GPL-2.0-only */
/* A source of kernel events without a kernel, so that a fuzzed ustd leaves the machine's alone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ust/abi/site.h>

#include "ustd/session.h"
#include "ustd/source.h"
#include "ustd/tracefs.h"

void ustd_tracefs_clean(void)
{
}

static int probe(char *why, size_t size)
{
	why[0] = '\0';
	return size ? 0 : -EINVAL;
}

static ssize_t names(char **ret_names)
{
	*ret_names = strdup("sched:sched_switch\nsyscalls:sys_enter_read\nirq:irq_handler_exit\n");
	return *ret_names ? (ssize_t)strlen(*ret_names) : -ENOMEM;
}

static int define(const char *system, const char *event, struct ust_wire_out *out)
{
	struct ust_wire_event def = {
		.provider = {system, (uint32_t)strlen(system)},
		.name = {event, (uint32_t)strlen(event)},
	};

	ust_wire_put_event(out, &def);
	ust_wire_put_u32(out, 0);
	return 0;
}

static int open_source(struct ustd_session *session, bool all, struct ustd_source **ret_source,
		       char *why, size_t size)
{
	struct ustd_source *source = calloc(1, sizeof(*source));
	int err;

	if (!source)
		return -ENOMEM;
	why[size - 1] = '\0';
	ustd_source_init_base(source, &ustd_source_tracefs, session, all);
	ustd_source_describe(source, UST_CONTEXT_TID);
	err = ustd_source_begin(source);
	if (err) {
		ustd_source_fini(source);
		free(source);
		return err;
	}
	*ret_source = source;
	return 0;
}

static int enable(struct ustd_source *source, const char *system, const char *event)
{
	static unsigned char buf[4096];
	struct ust_wire_out def = {.buf = buf, .size = sizeof(buf)};
	uint32_t id;

	define(system, event, &def);
	return ustd_source_define(source, &def, &id);
}

static int add_process(struct ustd_source *source, pid_t pid)
{
	return source->closed || pid < 0 ? -ESRCH : 0;
}

static int start(struct ustd_source *source)
{
	return source->closed ? -EIO : 0;
}

static void stop(struct ustd_source *source)
{
	ustd_source_lost(source, 0, 1);
}

static bool work(struct ustd_source *source)
{
	source->nr_recorded++;
	return false;
}

static void look(struct ustd_source *source)
{
	source->working = true;
}

static void close_source(struct ustd_source *source)
{
	source->working = false;
}

static void free_source(struct ustd_source *source)
{
	ustd_source_fini(source);
	free(source);
}

static int no_module(char *why, size_t size)
{
	why[size - 1] = '\0';
	return -ENODEV;
}

const struct ustd_source_ops ustd_source_kmod = {.name = "no module", .probe = no_module};

const struct ustd_source_ops ustd_source_tracefs = {
	.kind = UST_KERNEL_TRACEFS,
	.name = "nothing",
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
