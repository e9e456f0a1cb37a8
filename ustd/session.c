/* SPDX-License-Identifier: GPL-2.0-only */
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "channel.h"
#include "sizing.h"
#include "log.h"
#include "loop.h"
#include "sink-dir.h"
#include "sched-session.h"
#include "source.h"

static CDS_LIST_HEAD(sessions);
static unsigned int nr_sessions;
static uint64_t last_id;

struct cds_list_head *ustd_sessions(void)
{
	return &sessions;
}

unsigned int ustd_sessions_nr(void)
{
	return nr_sessions;
}

struct ustd_session *ustd_session_find(const char *name)
{
	struct ustd_session *session;

	cds_list_for_each_entry (session, &sessions, node) {
		if (!session->destroying && strcmp(session->name, name) == 0)
			return session;
	}
	return NULL;
}

struct ustd_session *ustd_session_by_id(uint64_t id)
{
	struct ustd_session *session;

	cds_list_for_each_entry (session, &sessions, node) {
		if (session->id == id)
			return session;
	}
	return NULL;
}

static bool name_taken(const char *name)
{
	struct ustd_session *session;

	cds_list_for_each_entry (session, &sessions, node) {
		if (strcmp(session->name, name) == 0)
			return true;
	}
	return false;
}

static int add_pids(struct ustd_session *session, const pid_t *pids, uint32_t nr)
{
	pid_t *grown;

	if (!nr)
		return 0;
	if (nr > USTD_MAX_PIDS || session->nr_pids > USTD_MAX_PIDS - nr)
		return -ENOSPC;
	grown = realloc(session->pids, (session->nr_pids + nr) * sizeof(*pids));
	if (!grown)
		return -ENOMEM;
	memcpy(grown + session->nr_pids, pids, nr * sizeof(*pids));
	session->pids = grown;
	session->nr_pids += nr;
	return 0;
}

static int session_alloc(const struct ustd_session_opts *opts, struct ustd_session **ret_session)
{
	struct ustd_session *session = calloc(1, sizeof(*session));
	int err;

	if (!session)
		return -ENOMEM;
	session->dirfd = -1;
	session->metadata.fd = -1;
	session->name = strdup(opts->name);
	session->output = strdup(opts->output);
	session->first_output = strdup(opts->first_output ? opts->first_output : opts->output);
	session->scope = strdup(opts->scope);
	CDS_INIT_LIST_HEAD(&session->rules);
	CDS_INIT_LIST_HEAD(&session->channels);
	CDS_INIT_LIST_HEAD(&session->node);
	ustd_defs_init(&session->defs);
	session->contexts = opts->contexts;
	session->is_restricted = opts->nr_pids != 0;
	session->follow = opts->flags & UST_CREATE_FOLLOW;
	err = add_pids(session, opts->pids, opts->nr_pids);
	if (err || !session->name || !session->output || !session->first_output ||
	    !session->scope) {
		ustd_session_free(session);
		return -ENOMEM;
	}
	*ret_session = session;
	return 0;
}

static int session_open_trace(struct ustd_session *session)
{
	session->dirfd = ustd_sink_dir_create(session->output);
	if (session->dirfd < 0)
		return session->dirfd;
	ustd_metadata_describe(&session->trace, session->name, session->contexts, &session->clock);
	ustd_losses_init(&session->losses, session->dirfd, session->trace.uuid);
	return ustd_metadata_create(&session->metadata, session->dirfd, &session->trace);
}

int ustd_session_create(const struct ustd_session_opts *opts, struct ustd_session **ret_session,
			char *ret_why, size_t size)
{
	const uint32_t contexts = UST_CONTEXT_TID | UST_CONTEXT_COMM | UST_CONTEXT_IP;
	struct ustd_session *session;
	struct ust_ring_geometry geo;
	int err;

	ret_why[0] = '\0';
	if (!opts->name[0] || (opts->contexts & ~contexts) || opts->overwrite > 1)
		return -EINVAL;
	if (!opts->first_output && name_taken(opts->name))
		return -EALREADY;
	if (nr_sessions >= USTD_MAX_SESSIONS)
		return -EMFILE;
	err = ustd_sizing_make(opts->subbuf_size, opts->nr_subbufs, opts->overwrite, &geo);
	if (err)
		return err;
	err = session_alloc(opts, &session);
	if (err)
		return err;
	session->geo = geo;
	session->sized = opts->subbuf_size || opts->nr_subbufs;
	err = ustd_clock_open(&session->clock, opts->clock, ret_why, size);
	if (!err)
		err = session_open_trace(session);
	if (err) {
		ustd_session_free(session);
		return err;
	}
	session->id = ++last_id;
	cds_list_add_tail(&session->node, &sessions);
	nr_sessions++;
	*ret_session = session;
	return 0;
}

void ustd_session_close(struct ustd_session *session)
{
	bool refined;
	int err;

	ustd_session_check_clock(session, true);
	ustd_sched_close(session);
	ustd_losses_close(&session->losses);
	if (session->metadata.fd < 0)
		return;
	refined = ustd_clock_refine(&session->clock);
	ustd_source_close(session, refined);
	err = refined ? ustd_metadata_refresh(&session->metadata, &session->trace, &session->clock)
		      : ustd_metadata_flush(&session->metadata);
	if (err)
		ustd_warn(
			"%s/ust/metadata: cannot write the refined clock (%s), the first one stays",
			session->output, strerror(-err));
	ustd_metadata_close(&session->metadata);
}

void ustd_session_free(struct ustd_session *session)
{
	struct ustd_rule *rule, *next;

	if (session->id) {
		cds_list_del(&session->node);
		nr_sessions--;
	}
	ustd_source_free(session);
	ustd_sched_close(session);
	ustd_losses_fini(&session->losses);
	ustd_metadata_close(&session->metadata);
	ustd_clock_close(&session->clock);
	if (session->dirfd >= 0)
		close(session->dirfd);
	cds_list_for_each_entry_safe (rule, next, &session->rules, node) {
		free(rule);
	}
	while (session->nr_names)
		free(session->names[--session->nr_names]);
	ustd_defs_fini(&session->defs);
	free(session->name);
	free(session->output);
	free(session->first_output);
	free(session->scope);
	free(session->pids);
	free(session);
}

bool ustd_level_rule_ok(uint32_t rule)
{
	uint32_t op = rule >> 8, level = rule & 0xff;

	return !rule ||
	       ((op == UST_LEVEL_AT_LEAST || op == UST_LEVEL_ONLY) && level <= UST_LOGLEVEL_MAX);
}

/* A rule with the same pattern and levels as an earlier one replaces it. */
int ustd_session_add_rule(struct ustd_session *session, const char *pattern, uint32_t level,
			  bool enable)
{
	size_t len = strlen(pattern);
	struct ustd_rule *rule, *next, *add;

	if (!len || len > 2 * USTD_MAX_NAME)
		return -EINVAL;
	if (session->nr_rules >= USTD_MAX_RULES)
		return -ENOSPC;
	add = malloc(sizeof(*add) + len + 1);
	if (!add)
		return -ENOMEM;
	add->enable = enable;
	add->level = level;
	memcpy(add->pattern, pattern, len + 1);
	cds_list_for_each_entry_safe (rule, next, &session->rules, node) {
		if (rule->level == level && strcmp(rule->pattern, pattern) == 0) {
			cds_list_del(&rule->node);
			session->nr_rules--;
			free(rule);
		}
	}
	cds_list_add_tail(&add->node, &session->rules);
	session->nr_rules++;
	return 0;
}

static bool has_pid(const struct ustd_session *session, pid_t pid)
{
	uint32_t i;

	for (i = 0; i < session->nr_pids; i++)
		if (session->pids[i] == pid)
			return true;
	return false;
}

/* The parent as the kernel tells it: what a process says is of its own PID namespace. 0: none. */
static pid_t parent_of(pid_t pid)
{
	char path[32], text[512], *end;
	FILE *file;
	int ppid = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	/* "pid (name) state ppid": a name may hold anything, also a bracket. */
	if (fgets(text, sizeof(text), file) && (end = strrchr(text, ')')))
		if (sscanf(end + 1, " %*c %d", &ppid) != 1)
			ppid = 0;
	fclose(file);
	return ppid;
}

static bool descends(const struct ustd_session *session, const struct ustd_app *app)
{
	pid_t pid = app->pid;
	int depth;

	for (depth = 0; depth < USTD_MAX_DEPTH && pid > 1; depth++) {
		pid = parent_of(pid);
		if (pid > 1 && has_pid(session, pid))
			return true;
	}
	return false;
}

bool ustd_session_wants(struct ustd_session *session, const struct ustd_app *app)
{
	if (session->destroying || session->state == UST_SESSION_FAILED)
		return false;
	if (session->scope[0] && strcmp(session->scope, app->scope) != 0)
		return false;
	if (!session->is_restricted || has_pid(session, app->pid))
		return true;
	if (!session->follow || !descends(session, app))
		return false;
	if (add_pids(session, &app->pid, 1))
		ustd_warn("session %s: too many processes to follow: %d is not remembered",
			  session->name, (int)app->pid);
	return true;
}

void ustd_session_forget_pid(struct ustd_session *session, pid_t pid)
{
	uint32_t i;

	for (i = 0; i < session->nr_pids; i++)
		if (session->pids[i] == pid)
			session->pids[i--] = session->pids[--session->nr_pids];
}

void ustd_session_started(struct ustd_session *session)
{
	session->state = UST_SESSION_STARTED;
	session->started_ns = ustd_now_ns();
}

void ustd_session_stopped(struct ustd_session *session)
{
	if (session->state != UST_SESSION_STARTED)
		return;
	session->state = UST_SESSION_STOPPED;
	session->elapsed_ns += ustd_now_ns() - session->started_ns;
}

uint64_t ustd_session_now(const struct ustd_session *session)
{
	return ustd_clock_read(session->clock.mode);
}

void ustd_session_check_clock(struct ustd_session *session, bool now)
{
	int64_t drift_ns = 0;
	char why[160];

	if (!ustd_clock_check(&session->clock, now, why, sizeof(why), &drift_ns))
		return;
	ustd_warn("session %s: the clock is unstable: %s (off by %lld ns); times from now on are "
		  "doubtful",
		  session->name, why, (long long)drift_ns);
	ustd_losses_clock_unstable(session, why, drift_ns);
}

uint64_t ustd_session_elapsed_ns(const struct ustd_session *session)
{
	uint64_t running = 0;

	if (session->state == UST_SESSION_STARTED)
		running = ustd_now_ns() - session->started_ns;
	return session->elapsed_ns + running;
}

void ustd_session_add_name(struct ustd_session *session, const char *name, uint32_t len)
{
	uint32_t i;

	if (session->nr_names == USTD_MAX_NAMES || len > 2 * USTD_MAX_NAME + 1)
		return;
	for (i = 0; i < session->nr_names; i++)
		if (strlen(session->names[i]) == len && memcmp(session->names[i], name, len) == 0)
			return;
	session->names[session->nr_names] = strndup(name, len);
	if (session->names[session->nr_names])
		session->nr_names++;
}

int ustd_session_define(struct ustd_session *session, const struct ustd_def_view *view,
			uint32_t *ret_id)
{
	struct ustd_def *def = ustd_defs_find(&session->defs, view);
	struct ust_ctf_event event = view->event;
	int err;

	if (def) {
		*ret_id = def->id;
		return 0;
	}
	if (session->state == UST_SESSION_FAILED)
		return -EIO;
	err = ustd_defs_add(&session->defs, view, &def);
	if (err) {
		if (!session->defs_full)
			ustd_warn("session %s: no more event definitions (%s): use a narrower "
				  "pattern",
				  session->name, strerror(-err));
		session->defs_full = true;
		return err;
	}
	event.id = def->id;
	err = ustd_metadata_append(&session->metadata, &event);
	if (err) {
		ustd_defs_undo(&session->defs);
		ustd_session_fail(session, err, "metadata");
		return err;
	}
	*ret_id = def->id;
	return 0;
}

int ustd_session_defined(struct ustd_session *session)
{
	int err = ustd_metadata_flush(&session->metadata);

	if (err)
		ustd_session_fail(session, err, "metadata");
	return err;
}
