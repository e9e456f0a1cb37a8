/* SPDX-License-Identifier: LGPL-2.1-only */
/* Questions whose answers are lists. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A hostile or broken ustd must not make us collect without end. */
#define MAX_EVENTS 1000000

int ust_ctl_status(struct ust_ctl *ctl, const char *name, struct ust_ctl_session **ret_sessions)
{
	static const char what[] = "ask for the status";
	struct ust_ctl_session *sessions;
	uint32_t nr, i;
	int err;

	ust_wire_put_str(ust_ctl_begin(ctl, UST_MSG_STATUS), name);
	err = ust_ctl_call(ctl, what, name);
	if (err)
		return name ? ust_ctl_explain(ctl, err, what, name) : err;
	nr = ust_wire_get_u32(&ctl->in);
	err = ust_ctl_alloc(&ctl->in, nr, 80, sizeof(*sessions), &sessions);
	for (i = 0; !err && i < nr; i++)
		err = ust_ctl_get_session(&ctl->in, &sessions[i]);
	if (err) {
		ust_ctl_sessions_free(sessions, (int)i);
		return ust_ctl_fail(ctl, err, "cannot %s: the answer is not readable", what);
	}
	*ret_sessions = sessions;
	return (int)nr;
}

static int get_app(struct ust_wire_in *in, struct ust_ctl_app *app)
{
	app->pid = ust_wire_get_s32(in);
	app->ppid = ust_wire_get_s32(in);
	app->nr_events = ust_wire_get_u32(in);
	app->nr_sites = ust_wire_get_u32(in);
	app->nr_foreign = ust_wire_get_u32(in);
	app->comm = ust_ctl_dup(ust_wire_get_str(in));
	app->exe = ust_ctl_dup(ust_wire_get_str(in));
	if (!app->comm || !app->exe)
		return -ENOMEM;
	return in->error;
}

int ust_ctl_apps(struct ust_ctl *ctl, struct ust_ctl_app **ret_apps)
{
	static const char what[] = "ask for the processes";
	struct ust_ctl_app *apps;
	uint32_t nr, i;
	int err;

	ust_ctl_begin(ctl, UST_MSG_LIST_APPS);
	err = ust_ctl_call(ctl, what, NULL);
	if (err)
		return err;
	nr = ust_wire_get_u32(&ctl->in);
	err = ust_ctl_alloc(&ctl->in, nr, 28, sizeof(*apps), &apps);
	for (i = 0; !err && i < nr; i++)
		err = get_app(&ctl->in, &apps[i]);
	if (err) {
		ust_ctl_apps_free(apps, (int)i);
		return ust_ctl_fail(ctl, err, "cannot %s: the answer is not readable", what);
	}
	*ret_apps = apps;
	return (int)nr;
}

void ust_ctl_apps_free(struct ust_ctl_app *apps, int nr)
{
	int i;

	for (i = 0; apps && i < nr; i++) {
		free(apps[i].comm);
		free(apps[i].exe);
	}
	free(apps);
}

/* Appends the events of one EVENTS message. Result: 1 if more follow, 0, or a negative errno. */
static int get_events(struct ust_wire_in *in, struct ust_ctl_event **events, uint32_t *nr_events)
{
	uint32_t more = ust_wire_get_u32(in), nr = ust_wire_get_u32(in), i;
	struct ust_ctl_event *grown;

	/* An event takes 28 bytes at least. */
	if (in->error || nr > (size_t)(in->end - in->p) / 28 || nr > MAX_EVENTS - *nr_events)
		return -EBADMSG;
	grown = realloc(*events, (*nr_events + nr + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*events = grown;
	for (i = 0; i < nr; i++) {
		struct ust_ctl_event *event = &grown[*nr_events];
		unsigned int nr_sites = ust_wire_get_u32(in);
		int err = ust_ctl_get_event(in, event);

		++*nr_events;
		if (err)
			return err;
		event->nr_sites = nr_sites;
	}
	return more != 0;
}

/* What a refusal says in words is in the message, or it is in @ctl already. */
static int refused_events(struct ust_ctl *ctl, const char *what)
{
	struct ust_wire_in in = ctl->in;
	struct ust_wire_str text = ust_wire_get_str(&in);
	int err = ctl->in.header.status;

	if (err > 0)
		err = -EPROTO;
	if (!in.error && text.len)
		return ust_ctl_fail(ctl, err, "cannot %s: %.*s", what, (int)text.len, text.s);
	if (err == -EOPNOTSUPP)
		return ust_ctl_fail(ctl, err,
				    "cannot %s: this ustd does not know the request; it is older "
				    "than this program",
				    what);
	return ust_ctl_fail(ctl, err, "cannot %s: ustd refuses: %s", what, strerror(-err));
}

int ust_ctl_collect_events(struct ust_ctl *ctl, const char *what, struct ust_ctl_event **ret_events)
{
	struct ust_ctl_event *events = NULL;
	uint32_t nr = 0;
	int err = ust_ctl_send(ctl, what);

	if (err)
		return err;
	do {
		err = ust_ctl_receive(ctl, what);
		if (err)
			break;
		if (ctl->in.header.status) {
			err = refused_events(ctl, what);
		} else if (ctl->in.header.type == UST_MSG_REPLY) {
			break;
		} else if (ctl->in.header.type != UST_MSG_EVENTS) {
			err = ust_ctl_fail(ctl, -EPROTO, "cannot %s: unexpected answer", what);
		} else {
			err = get_events(&ctl->in, &events, &nr);
			if (err < 0)
				ust_ctl_fail(ctl, err, "cannot %s: the answer is not readable",
					     what);
		}
	} while (err > 0);
	if (err) {
		ust_ctl_events_free(events, (int)nr);
		return err;
	}
	*ret_events = events;
	return (int)nr;
}

int ust_ctl_process_events(struct ust_ctl *ctl, pid_t pid, struct ust_ctl_event **ret_events)
{
	char what[64];
	int ret;

	snprintf(what, sizeof(what), "list the events of process %d", (int)pid);
	ust_wire_put_s32(ust_ctl_begin(ctl, UST_MSG_LIST_EVENTS), pid);
	ret = ust_ctl_collect_events(ctl, what, ret_events);
	if (ret == -ESRCH)
		return ust_ctl_fail(ctl, ret,
				    "process %d is not reachable: it does not run, belongs to "
				    "another user or has no libust; start it with: "
				    "ustctl record",
				    (int)pid);
	if (ret == -ETIMEDOUT && ctl->in.header.status == ret)
		return ust_ctl_fail(ctl, ret, "process %d does not answer ustd; it may be stopped",
				    (int)pid);
	return ret;
}
