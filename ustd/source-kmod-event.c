/* SPDX-License-Identifier: GPL-2.0-only */
/* What events ust-trace.ko has, and what those look like that were enabled. */
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
#include "source-kmod.h"

/* Records of the module, as many as one read gives. */
static unsigned char records[2 * UST_KERNEL_EVENT_MAX] __attribute__((aligned(8)));

static const char *coverage_name(uint32_t coverage)
{
	switch (coverage) {
	case UST_KERNEL_GENERATED:
	case UST_KERNEL_SYSCALL:
	case UST_KERNEL_CORE:
		return "generated";
	default:
		return "raw";
	}
}

int ustd_kmod_device(char *why, size_t size)
{
	struct ust_kernel_version version = {.size = sizeof(version)};
	int fd = open(UST_KERNEL_DEVICE, O_RDWR | O_CLOEXEC), err = fd < 0 ? -errno : 0;
	char none[1];

	if (!why) {
		why = none;
		size = sizeof(none);
	}
	if (err == -ENOENT || err == -ENODEV || err == -ENXIO) {
		snprintf(why, size, "the module ust-trace is not loaded (modprobe ust-trace)");
		return -ENODEV;
	}
	if (err) {
		snprintf(why, size, "cannot open %s: %s%s", UST_KERNEL_DEVICE, strerror(-err),
			 err == -EACCES ? " (it is for root and the group tracing: usermod -aG "
					  "tracing USER)"
					: "");
		return err;
	}
	if (ioctl(fd, UST_KERNEL_VERSION, &version) < 0 || version.abi != UST_KERNEL_ABI) {
		snprintf(why, size, "the loaded module ust-trace is of another version than ustd");
		close(fd);
		return -EPROTO;
	}
	return fd;
}

/* Calls @fn for each record that the descriptor has now. Its first result that is not 0, or 0, or a
 * negative errno. */
static int each_record(int fd, int (*fn)(const struct ust_kernel_event *event, void *arg),
		       void *arg)
{
	ssize_t len;

	while ((len = read(fd, records, sizeof(records))) > 0) {
		ssize_t at = 0;

		while (at + (ssize_t)sizeof(struct ust_kernel_event) <= len) {
			const struct ust_kernel_event *event = (const void *)(records + at);
			int ret;

			if (event->size < sizeof(*event) || (ssize_t)event->size > len - at ||
			    event->definition_len > event->size - sizeof(*event))
				return -EPROTO;
			ret = fn(event, arg);
			if (ret)
				return ret;
			at += event->size;
		}
	}
	return len < 0 && errno != EAGAIN ? -errno : 0;
}

static int open_list(const char *pattern)
{
	struct ust_kernel_list list = {.size = sizeof(list)};
	int device, fd;

	if (strlen(pattern) >= sizeof(list.pattern))
		return -ENAMETOOLONG;
	device = ustd_kmod_device(NULL, 0);
	if (device < 0)
		return device;
	memcpy(list.pattern, pattern, strlen(pattern));
	fd = ioctl(device, UST_KERNEL_LIST, &list);
	if (fd < 0)
		fd = -errno;
	close(device);
	return fd;
}

static struct ust_wire_in definition(const struct ust_kernel_event *event)
{
	const unsigned char *p = (const unsigned char *)(event + 1);

	return (struct ust_wire_in){.p = p, .end = p + event->definition_len};
}

static int add_name(const struct ust_kernel_event *event, void *arg)
{
	struct ust_wire_in in = definition(event);
	struct ust_wire_event def = ust_wire_get_event(&in);
	FILE *out = arg;

	if (in.error)
		return -EPROTO;
	if (event->id != UST_KERNEL_ID_CONTEXT && event->coverage != UST_KERNEL_CORE)
		fprintf(out, "%.*s:%.*s\n", (int)def.provider.len, def.provider.s,
			(int)def.name.len, def.name.s);
	return 0;
}

ssize_t ustd_kmod_names(char **ret_names)
{
	int fd = open_list(""), err;
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	if (fd < 0)
		return fd;
	out = open_memstream(&text, &len);
	err = out ? each_record(fd, add_name, out) : -ENOMEM;
	if (out && fclose(out) && !err)
		err = -ENOMEM;
	close(fd);
	if (err) {
		free(text);
		return err;
	}
	*ret_names = text;
	return (ssize_t)len;
}

/* The definition with its coverage as the file. */
static int put_definition(const struct ust_kernel_event *event, void *arg)
{
	const char *coverage = coverage_name(event->coverage);
	struct ust_wire_in in = definition(event);
	struct ust_wire_event def = ust_wire_get_event(&in);
	struct ust_wire_out *out = arg;

	if (in.error)
		return -EPROTO;
	def.file = (struct ust_wire_str){coverage, (uint32_t)strlen(coverage)};
	def.line = 0;
	def.loglevel = UST_LOGLEVEL_DEFAULT;
	ust_wire_put_event(out, &def);
	if (out->error || (size_t)(in.end - in.p) > out->size - out->len)
		return -EMSGSIZE;
	memcpy(out->buf + out->len, in.p, (size_t)(in.end - in.p));
	out->len += (size_t)(in.end - in.p);
	return 1;
}

int ustd_kmod_define(const char *system, const char *event, struct ust_wire_out *out)
{
	char pattern[UST_KERNEL_PATTERN_MAX];
	int fd, ret;

	if (snprintf(pattern, sizeof(pattern), "%s:%s", system, event) >= (int)sizeof(pattern))
		return -ENAMETOOLONG;
	fd = open_list(pattern);
	if (fd < 0)
		return fd;
	ret = each_record(fd, put_definition, out);
	close(fd);
	/* It fills the message: the caller sends that and tries again. */
	if (ret == -EMSGSIZE) {
		out->error = ret;
		return 0;
	}
	return ret > 0 ? 0 : ret ? ret : -ENOENT;
}

static int grow(struct ustd_kmod_source *source, uint32_t id)
{
	struct ustd_kmod_event *more;

	if (id < source->nr_ids)
		return 0;
	more = realloc(source->by_id, (id + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	memset(more + source->nr_ids, 0, (id + 1 - source->nr_ids) * sizeof(*more));
	source->by_id = more;
	source->nr_ids = id + 1;
	return 0;
}

/* The module's ids are those of the trace. */
static int take_definition(const struct ust_kernel_event *event, void *arg)
{
	struct ustd_kmod_source *source = arg;
	struct ust_wire_in in = definition(event);
	struct ustd_def_view view;
	struct ust_ctf_event ctf;
	int err;

	if (event->id == UST_KERNEL_ID_CONTEXT)
		return 0;
	err = event->id > UST_EVENT_ID_MAX ? -EPROTO : ustd_def_parse(&in, &view);
	if (!err)
		err = grow(source, event->id);
	if (err || source->by_id[event->id].name)
		return err;
	if (asprintf(&source->by_id[event->id].name, "%.*s:%.*s", (int)view.event.provider.len,
		     view.event.provider.s, (int)view.event.name.len, view.event.name.s) < 0)
		return -ENOMEM;
	ctf = view.event;
	ctf.id = event->id;
	source->base.nr_enabled++;
	return ustd_metadata_append(&source->base.metadata, &ctf);
}

int ustd_kmod_definitions(struct ustd_kmod_source *source)
{
	int err = each_record(source->session_fd, take_definition, source);

	if (!err)
		err = ustd_metadata_flush(&source->base.metadata);
	if (err)
		ustd_session_fail_at(source->base.session, err, "kernel", "metadata");
	return err;
}
