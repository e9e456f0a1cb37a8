/* SPDX-License-Identifier: GPL-2.0-only */
#include "sched-session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ust/abi/packet.h>
#include <ust/detail/clock-time.h>

#include "bounds.h"
#include "perf.h"
#include "sched-write.h"
#include "session.h"

static void put_field(struct ust_wire_out *out, const char *name, uint32_t type)
{
	struct ust_wire_field field = {
		.name = {name, (uint32_t)strlen(name)},
		.word = UST_FIELD_WORD(type, 0, 0),
	};

	ust_wire_put_field(out, &field);
}

static int define(struct ustd_sched *sched, const char *name, bool has_preempted, uint32_t *ret_id)
{
	bool has_tid = sched->session->contexts & UST_CONTEXT_TID;
	struct ust_wire_event event = {
		.provider = {"sched", 5},
		.name = {name, (uint32_t)strlen(name)},
		.nr_fields = 1u + !has_tid + has_preempted,
	};
	unsigned char buf[256];
	struct ust_wire_out out = {.buf = buf, .size = sizeof(buf)};
	struct ustd_def_view view;
	struct ust_wire_in in;
	int err;

	ust_wire_put_event(&out, &event);
	if (!has_tid)
		put_field(&out, "tid", UST_TYPE_S32);
	put_field(&out, "pid", UST_TYPE_S32);
	if (has_preempted)
		put_field(&out, "preempted", UST_TYPE_BOOL);
	ust_wire_put_u32(&out, 0);
	memset(&in, 0, sizeof(in));
	in.p = buf;
	in.end = buf + out.len;
	err = out.error ? out.error : ustd_def_parse(&in, &view);
	return err ? err : ustd_session_define(sched->session, &view, ret_id);
}

static int define_all(struct ustd_sched *sched)
{
	int err = define(sched, "switch_in", false, &sched->ids[USTD_PERF_IN - USTD_PERF_IN]);

	if (!err)
		err = define(sched, "switch_out", true, &sched->ids[USTD_PERF_OUT - USTD_PERF_IN]);
	if (!err)
		err = define(sched, "exit", false, &sched->ids[USTD_PERF_EXIT - USTD_PERF_IN]);
	return err ? err : ustd_session_defined(sched->session);
}

static int open_streams(struct ustd_sched *sched)
{
	struct ustd_session *session = sched->session;
	uint32_t i;

	sched->cpus = calloc(sched->perf.nr_rings, sizeof(*sched->cpus));
	if (session->contexts & UST_CONTEXT_COMM)
		sched->names = calloc(USTD_SCHED_NAMES, sizeof(*sched->names));
	if (!sched->cpus || (session->contexts & UST_CONTEXT_COMM && !sched->names))
		return -ENOMEM;
	for (i = 0; i < sched->perf.nr_rings; i++) {
		uint32_t cpu = sched->perf.rings[i].cpu;
		char name[32];

		snprintf(name, sizeof(name), "sched_%u", cpu);
		ustd_stream_init(&sched->cpus[i].stream, session->dirfd, name, session->trace.uuid,
				 UST_STREAM_RING, cpu, 0, "");
	}
	return 0;
}

static void sched_free(struct ustd_sched *sched)
{
	ustd_perf_close(&sched->perf);
	free(sched->cpus);
	free(sched->names);
	free(sched);
}

static int sched_open(struct ustd_session *session, struct ustd_sched **ret_sched, char *why,
		      size_t size)
{
	struct ustd_sched *sched = calloc(1, sizeof(*sched));
	bool counter = ust_ticks_are(session->clock.mode);
	int err;

	if (!sched)
		return -ENOMEM;
	sched->session = session;
	sched->perf.ready = ustd_sched_drain;
	sched->perf.record = ustd_sched_record;
	ustd_sched_take_moment(sched, &sched->begin);
	err = ustd_perf_open(&sched->perf, session->geo.nr_rings,
			     counter ? CLOCK_MONOTONIC_RAW : CLOCK_MONOTONIC, why, size);
	if (!err)
		err = open_streams(sched);
	if (!err)
		err = define_all(sched);
	if (err)
		sched_free(sched);
	else
		*ret_sched = sched;
	return err;
}

static int enable(struct ustd_session *session, pid_t pid, bool children, char *why, size_t size)
{
	struct ustd_sched *sched = session->sched;
	char comm[16];
	uint32_t i;
	int err;

	if (session->geo.overwrite) {
		snprintf(why, size, "a flight recorder (--overwrite) keeps no context switches");
		return -EINVAL;
	}
	if (session->state != UST_SESSION_CREATED) {
		snprintf(why, size, "the session was started already");
		return -EBUSY;
	}
	if (!sched) {
		err = sched_open(session, &sched, why, size);
		if (err)
			return err;
		session->sched = sched;
	}
	err = ustd_perf_add(&sched->perf, pid, children, why, size);
	/* Their names, before they may end. */
	for (i = 0; !err && sched->names && i < sched->perf.nr_tids; i++)
		ustd_sched_comm(sched, pid, sched->perf.tids[i], comm);
	return err;
}

int ustd_sched_request(struct ustd_conn *conn, struct ust_wire_in *in)
{
	char name[USTD_MAX_NAME + 1], why[256] = "";
	int err = ust_wire_get_cstr(in, name, sizeof(name));
	int32_t pid = ust_wire_get_s32(in);
	uint32_t flags = ust_wire_get_u32(in);
	struct ustd_session *session;

	if (err)
		return err == -ENAMETOOLONG ? -EINVAL : err;
	if (in->error)
		return -EBADMSG;
	if (pid <= 0 || (flags & ~(uint32_t)UST_SCHED_CHILDREN))
		return -EINVAL;
	session = ustd_session_find(name);
	if (!session)
		return -ENOENT;
	err = enable(session, pid, flags & UST_SCHED_CHILDREN, why, sizeof(why));
	ustd_conn_reply(conn, in->header.seq, err, err && why[0] ? why : NULL);
	return 1;
}

void ustd_sched_start(struct ustd_session *session)
{
	struct ustd_sched *sched = session->sched;

	if (!sched || sched->running)
		return;
	sched->running = true;
	ustd_perf_enable(&sched->perf, true);
}

void ustd_sched_stop(struct ustd_session *session)
{
	struct ustd_sched *sched = session->sched;
	uint32_t i;

	if (!sched || !sched->running)
		return;
	sched->running = false;
	ustd_perf_enable(&sched->perf, false);
	ustd_sched_drain(&sched->perf);
	for (i = 0; i < sched->perf.nr_rings; i++) {
		uint64_t lost = ustd_perf_untold(&sched->perf.rings[i]);

		if (lost)
			ustd_sched_lost(sched, &sched->perf.rings[i], lost);
	}
}

void ustd_sched_look(struct ustd_session *session)
{
	struct ustd_session *each;

	cds_list_for_each_entry (each, ustd_sessions(), node) {
		if ((!session || each == session) && each->sched && each->sched->running)
			ustd_sched_drain(&each->sched->perf);
	}
}

void ustd_sched_close(struct ustd_session *session)
{
	struct ustd_sched *sched = session->sched;
	uint32_t i;

	if (!sched)
		return;
	ustd_sched_stop(session);
	for (i = 0; i < sched->perf.nr_rings; i++) {
		struct ustd_sched_cpu *cpu = &sched->cpus[i];
		uint64_t lost = sched->perf.rings[i].lost;
		int err =
			session->state == UST_SESSION_FAILED
				? 0
				: ustd_stream_finish(&cpu->stream, lost, ustd_session_now(session));

		if (err)
			ustd_session_fail(session, err, cpu->stream.name);
		ustd_stream_close(&cpu->stream);
	}
	session->sched = NULL;
	sched_free(sched);
}
