/* SPDX-License-Identifier: GPL-2.0-only */
/* What all sources of kernel events share, and which one a session gets. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "channel.h"
#include "log.h"
#include "request.h"
#include "session.h"
#include "sink-dir.h"
#include "source-list.h"
#include "source-names.h"
#include "source-threads.h"
#include "tracefs.h"

/* The best one first. */
static const struct ustd_source_ops *const sources[] = {
	&ustd_source_kmod,
	&ustd_source_tracefs,
};
#define NR_SOURCES (sizeof(sources) / sizeof(sources[0]))

void ustd_source_init(void)
{
	if (geteuid() == 0)
		ustd_tracefs_clean();
}

/* No source can be had. Where a better one than the last is only a matter of who asks, that is told too. */
static void explain(const char *denied, char *why, size_t size)
{
	char last[USTD_SOURCE_WHY];

	if (!denied[0] || !strcmp(denied, why))
		return;
	snprintf(last, sizeof(last), "%s", why);
	snprintf(why, size, "%s; %s", denied, last);
}

int ustd_source_choose(uint32_t kind, const struct ustd_source_ops **ret_ops, char *why,
		       size_t size)
{
	char reason[USTD_SOURCE_WHY], skipped[USTD_SOURCE_WHY] = "", denied[USTD_SOURCE_WHY] = "";
	int err = -EOPNOTSUPP;
	unsigned int i;

	snprintf(why, size, "this ustd knows no such source of kernel events");
	for (i = 0; i < NR_SOURCES; i++) {
		if (kind && sources[i]->kind != kind)
			continue;
		err = sources[i]->probe(reason, sizeof(reason));
		if (!err) {
			*ret_ops = sources[i];
			snprintf(why, size, "%s", skipped);
			return 0;
		}
		snprintf(skipped, sizeof(skipped), "%s", reason);
		snprintf(why, size, "%s", reason);
		if (err == -EACCES && !denied[0])
			snprintf(denied, sizeof(denied), "%s", reason);
	}
	explain(denied, why, size);
	return err;
}

void ustd_source_init_base(struct ustd_source *source, const struct ustd_source_ops *ops,
			   struct ustd_session *session, bool all)
{
	source->ops = ops;
	source->session = session;
	source->all = all;
	source->dirfd = -1;
	source->metadata.fd = -1;
	ustd_defs_init(&source->defs);
}

void ustd_source_describe(struct ustd_source *source, uint32_t contexts)
{
	struct ustd_session *session = source->session;

	ustd_metadata_describe(&source->trace, session->name, contexts, &session->clock);
	/* The same clock in both, to the last digit: that is how readers know they belong together.
	 */
	source->trace.clock = session->trace.clock;
}

int ustd_source_begin(struct ustd_source *source)
{
	int err;

	source->dirfd = ustd_sink_dir_add(source->session->dirfd, "kernel");
	if (source->dirfd < 0)
		return source->dirfd;
	ustd_losses_init(&source->losses, source->dirfd, source->trace.uuid);
	err = ustd_metadata_create(&source->metadata, source->dirfd, &source->trace);
	if (err) {
		close(source->dirfd);
		source->dirfd = -1;
	}
	return err;
}

void ustd_source_fini(struct ustd_source *source)
{
	ustd_losses_fini(&source->losses);
	ustd_metadata_close(&source->metadata);
	if (source->dirfd >= 0)
		close(source->dirfd);
	ustd_defs_fini(&source->defs);
	free(source->told);
}

int ustd_source_define(struct ustd_source *source, const struct ust_wire_out *def, uint32_t *ret_id)
{
	struct ust_wire_in in = {.p = def->buf, .end = def->buf + def->len};
	struct ustd_def_view view;
	struct ust_ctf_event event;
	struct ustd_def *added;
	int err = def->error ? def->error : ustd_def_parse(&in, &view);

	if (!err)
		err = ustd_defs_add(&source->defs, &view, &added);
	if (err)
		return err;
	event = view.event;
	event.id = added->id;
	err = ustd_metadata_append(&source->metadata, &event);
	if (err) {
		ustd_defs_undo(&source->defs);
		ustd_session_fail_at(source->session, err, "kernel", "metadata");
		return err;
	}
	*ret_id = added->id;
	source->nr_enabled++;
	return 0;
}

void ustd_source_lost(struct ustd_source *source, uint32_t cpu, uint64_t count)
{
	char name[32];

	if (!count)
		return;
	source->nr_lost += count;
	snprintf(name, sizeof(name), "kernel:cpu%u", cpu);
	ustd_losses_report(source->session, &source->losses, name, UST_LOST_FULL, count);
}

static int enable_name(struct ustd_source *source, const char *name)
{
	char system[USTD_MAX_NAME + 1];
	const char *colon = strchr(name, ':');

	if (!colon || (size_t)(colon - name) >= sizeof(system))
		return -EINVAL;
	memcpy(system, name, (size_t)(colon - name));
	system[colon - name] = '\0';
	return source->ops->enable(source, system, colon + 1);
}

/* The processes of the session that are here already, and those named. */
static int add_processes(struct ustd_source *source, const struct ustd_source_request *request)
{
	struct ustd_channel *channel;
	uint32_t i;
	int err = 0;

	if (source->all)
		return 0;
	for (i = 0; i < request->nr_pids && !err; i++)
		err = source->ops->add_process(source, request->pids[i]);
	cds_list_for_each_entry (channel, &source->session->channels, session_node) {
		/* One that ends meanwhile has nothing more to tell. */
		if (channel->app)
			source->ops->add_process(source, channel->pid);
	}
	return err;
}

/* Enables what the patterns mean. Result: number of events. */
static int enable_names(struct ustd_source *source, const struct ustd_names *names, char *why,
			size_t size)
{
	int nr = 0, failed = 0, err = 0;
	uint32_t i;

	for (i = 0; i < names->nr; i++) {
		int ret = names->chosen[i] ? enable_name(source, names->names[i]) : -ENOENT;

		if (!names->chosen[i])
			continue;
		if (ret) {
			ustd_info("kernel event %s: %s", names->names[i], strerror(-ret));
			err = ret;
			failed++;
		} else {
			nr++;
		}
	}
	if (!nr && failed) {
		snprintf(why, size, "none of the %d kernel events can be enabled: %s", failed,
			 strerror(-err));
		return err;
	}
	if (failed)
		ustd_warn("session %s: %d kernel events cannot be enabled: %s",
			  source->session->name, failed, strerror(-err));
	err = ustd_metadata_flush(&source->metadata);
	if (err) {
		ustd_session_fail_at(source->session, err, "kernel", "metadata");
		snprintf(why, size, "%s", source->session->error_text);
	}
	return err ? err : nr;
}

/* What is asked for, from this source. */
static int enable_from(struct ustd_session *session, const struct ustd_source_ops *ops,
		       const struct ustd_source_request *request, char *why, size_t size)
{
	bool all = request->flags & UST_KERNEL_ALL;
	struct ustd_names names;
	int err = ustd_names_load(&names, ops, why, size);

	if (err)
		return err;
	err = ustd_names_choose(&names, request->patterns, request->nr_patterns, why, size);
	if (!err && !session->source)
		err = ops->open(session, all, &session->source, why, size);
	if (!err) {
		err = add_processes(session->source, request);
		if (err)
			snprintf(why, size, "the kernel refuses to follow process %d: %s",
				 (int)(request->nr_pids ? request->pids[0] : 0), strerror(-err));
	}
	if (!err)
		err = enable_names(session->source, &names, why, size);
	ustd_names_fini(&names);
	return err;
}

/* From the best source that has all of it. */
static int enable_first(struct ustd_session *session, const struct ustd_source_request *request,
			char *why, size_t size)
{
	char reason[USTD_SOURCE_WHY] = "", denied[USTD_SOURCE_WHY] = "";
	int ret = -ENODEV, probed = 0;
	unsigned int i;

	for (i = 0; i < NR_SOURCES && !session->source; i++) {
		probed = ret = sources[i]->probe(why, size);
		if (probed == -EACCES && !denied[0])
			snprintf(denied, sizeof(denied), "%s", why);
		if (!ret)
			ret = enable_from(session, sources[i], request, why, size);
		if (session->source)
			snprintf(session->source->why, sizeof(session->source->why), "%s", reason);
		snprintf(reason, sizeof(reason), "%s", why);
	}
	/* A source that was there had a reason of its own. */
	if (probed)
		explain(denied, why, size);
	return ret;
}

int ustd_source_enable(struct ustd_session *session, const struct ustd_source_request *request,
		       char *why, size_t size)
{
	bool all = request->flags & UST_KERNEL_ALL;

	if (!session->source)
		return enable_first(session, request, why, size);
	if (session->source->all == all)
		return enable_from(session, session->source->ops, request, why, size);
	snprintf(why, size,
		 all ? "the session already records kernel events of its own processes; the whole "
		       "system's need another session"
		     : "the session already records kernel events of the whole system");
	return -EINVAL;
}

int ustd_source_start(struct ustd_session *session)
{
	struct ustd_source *source = session->source;
	int err;

	if (!source || source->running)
		return 0;
	if (source->draining)
		return -EBUSY;
	err = source->ops->start(source);
	source->running = !err;
	return err;
}

void ustd_source_stop(struct ustd_session *session)
{
	struct ustd_source *source = session->source;

	if (!source || !source->running)
		return;
	ustd_source_threads_all(session);
	source->ops->stop(source);
	source->running = false;
	source->draining = true;
	ustd_source_wake(source);
}

bool ustd_source_drained(const struct ustd_session *session)
{
	return !session->source || !session->source->draining ||
	       session->state == UST_SESSION_FAILED;
}

void ustd_source_add_process(struct ustd_session *session, pid_t pid)
{
	struct ustd_source *source = session->source;
	int err;

	if (!source || source->all)
		return;
	err = source->ops->add_process(source, pid);
	if (err && err != -ESRCH)
		ustd_warn("session %s: kernel events of process %d are not recorded: %s",
			  session->name, (int)pid, strerror(-err));
}

void ustd_source_close(struct ustd_session *session, bool refined)
{
	struct ustd_source *source = session->source;
	int err = 0;

	if (!source || source->closed)
		return;
	if (source->running)
		source->ops->stop(source);
	source->running = source->draining = source->working = false;
	source->closed = true;
	source->ops->close(source);
	ustd_losses_close(&source->losses);
	if (source->metadata.fd >= 0 && refined)
		err = ustd_metadata_refresh(&source->metadata, &source->trace, &session->clock);
	if (err)
		ustd_warn("%s/kernel/metadata: cannot write the refined clock (%s), the first one "
			  "stays",
			  session->output, strerror(-err));
	ustd_metadata_close(&source->metadata);
}

void ustd_source_free(struct ustd_session *session)
{
	ustd_source_close(session, false);
	if (session->source)
		session->source->ops->free(session->source);
	session->source = NULL;
}

void ustd_source_wake(struct ustd_source *source)
{
	source->working = true;
}

void ustd_source_look(struct ustd_session *session)
{
	struct ustd_session *each;

	cds_list_for_each_entry (each, ustd_sessions(), node) {
		if ((!session || each == session) && each->source && each->source->running &&
		    !each->geo.overwrite) {
			ustd_source_threads_all(each);
			each->source->ops->look(each->source);
			ustd_source_wake(each->source);
		}
	}
}

/* One source's turn. Its session may be gone afterwards. */
static bool turn(struct ustd_source *source)
{
	struct ustd_session *session = source->session;

	source->working = source->ops->work(source);
	if (source->working)
		return true;
	if (source->draining) {
		source->draining = false;
		ustd_request_drained(session);
	}
	return false;
}

bool ustd_source_work(void)
{
	struct ustd_session *session, *next;
	bool more = ustd_source_list_work();

	cds_list_for_each_entry_safe (session, next, ustd_sessions(), node) {
		if (session->source && session->source->working)
			more |= turn(session->source);
	}
	return more;
}
