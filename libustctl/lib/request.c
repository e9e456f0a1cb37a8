/* SPDX-License-Identifier: LGPL-2.1-only */
/* Requests and their answers. */
#include "ctl.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ust/abi/site.h>

struct ust_wire_out *ust_ctl_begin(struct ust_ctl *ctl, enum ust_msg_type type)
{
	ctl->error[0] = '\0';
	ust_wire_begin(&ctl->out, ctl->out_buf, sizeof(ctl->out_buf), type, ++ctl->seq, 0);
	return &ctl->out;
}

int ust_ctl_send(struct ust_ctl *ctl, const char *what)
{
	int err = ust_wire_send(ctl->fd, &ctl->out, 0);

	switch (err) {
	case 0:
		return 0;
	case -EPIPE:
	case -ECONNRESET:
	case -ENOTCONN:
		return ust_ctl_fail(ctl, -ECONNRESET, "cannot %s: ustd has ended", what);
	case -EMSGSIZE:
		return ust_ctl_fail(ctl, -EINVAL, "cannot %s: an argument is too long", what);
	case -EAGAIN:
		return ust_ctl_fail(ctl, -ETIMEDOUT, "cannot %s: ustd does not read", what);
	default:
		return ust_ctl_fail(ctl, err, "cannot %s: %s", what, strerror(-err));
	}
}

int ust_ctl_receive(struct ust_ctl *ctl, const char *what)
{
	int got;

	do {
		got = ust_wire_recv(ctl->fd, ctl->in_buf, sizeof(ctl->in_buf), &ctl->in, 0);
		if (got > 0)
			ust_wire_close_fds(&ctl->in);
	} while (got > 0 && ctl->in.header.seq != ctl->seq);
	if (got > 0)
		return 0;
	if (got == 0 || got == -ECONNRESET)
		return ust_ctl_fail(
			ctl, -ECONNRESET,
			"cannot %s: ustd (pid %d) closed the connection; it has ended or "
			"does not accept us",
			what, (int)ctl->daemon);
	if (got == -EAGAIN)
		return ust_ctl_fail(ctl, -ETIMEDOUT, "cannot %s: ustd did not answer within %d s",
				    what, UST_CTL_TIMEOUT_S);
	if (got == -EBADMSG)
		return ust_ctl_fail(ctl, got, "cannot %s: the answer is no message of protocol %d",
				    what, UST_PROTOCOL_VERSION);
	return ust_ctl_fail(ctl, got, "cannot %s: %s", what, strerror(-got));
}

/* A refusal may carry a sentence of ustd's own. */
static int refused(struct ust_ctl *ctl, int err, const char *what, const char *on)
{
	struct ust_wire_in in = ctl->in;
	struct ust_wire_str text = ust_wire_get_str(&in);

	if (!in.error && text.len)
		return ust_ctl_fail(ctl, err, "cannot %s%s%s%s: %.*s", what, on ? " '" : "",
				    on ? on : "", on ? "'" : "", (int)text.len, text.s);
	if (err == -EOPNOTSUPP)
		return ust_ctl_fail(ctl, err,
				    "cannot %s: this ustd does not know the request; it is older "
				    "than this program",
				    what);
	return ust_ctl_fail(ctl, err, "cannot %s%s%s%s: %s", what, on ? " '" : "", on ? on : "",
			    on ? "'" : "", strerror(-err));
}

int ust_ctl_call(struct ust_ctl *ctl, const char *what, const char *on)
{
	int err = ust_ctl_send(ctl, what);

	if (err)
		return err;
	do {
		err = ust_ctl_receive(ctl, what);
	} while (!err && ctl->in.header.type == UST_MSG_PROGRESS);
	if (err)
		return err;
	if (ctl->in.header.type != UST_MSG_REPLY)
		return ust_ctl_fail(ctl, -EPROTO, "cannot %s: ustd answered with message type %u",
				    what, ctl->in.header.type);
	if (ctl->in.header.status > 0 || ctl->in.header.status < -4095)
		return ust_ctl_fail(ctl, -EPROTO, "cannot %s: ustd answered with status %d", what,
				    ctl->in.header.status);
	return ctl->in.header.status ? refused(ctl, ctl->in.header.status, what, on) : 0;
}

int ust_ctl_finish(struct ust_ctl *ctl, const char *what)
{
	if (!ctl->in.error)
		return 0;
	return ust_ctl_fail(ctl, -EBADMSG, "cannot %s: the answer is shorter than it should be",
			    what);
}

/* "a, b, c", cut where the room ends. */
static void session_names(struct ust_ctl *ctl, char *buf, size_t size)
{
	struct ust_ctl_session *sessions = NULL;
	int nr = ust_ctl_status(ctl, NULL, &sessions), i;
	size_t len = 0;

	buf[0] = '\0';
	for (i = 0; i < nr && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? ", " : "",
					sessions[i].name);
	ust_ctl_sessions_free(sessions, nr);
}

int ust_ctl_session_exists(struct ust_ctl *ctl, const char *name)
{
	struct ust_ctl_session *sessions = NULL;
	char error[UST_CTL_ERROR_SIZE];
	int nr, i, found = 0;

	memcpy(error, ctl->error, sizeof(error));
	nr = ust_ctl_status(ctl, NULL, &sessions);
	for (i = 0; i < nr && !found; i++)
		found = strcmp(sessions[i].name, name) == 0;
	ust_ctl_sessions_free(sessions, nr);
	memcpy(ctl->error, error, sizeof(error));
	return found;
}

int ust_ctl_explain(struct ust_ctl *ctl, int err, const char *what, const char *name)
{
	char names[512];

	if (err == -EBUSY)
		return ust_ctl_fail(
			ctl, err, "cannot %s '%s': its trace is being rotated just now; try again",
			what, name);
	if (err != -ENOENT || ctl->fd < 0)
		return err;
	session_names(ctl, names, sizeof(names));
	if (names[0])
		return ust_ctl_fail(
			ctl, err,
			"cannot %s: no session named '%s'; existing: %s; make one with: "
			"ustctl create %s",
			what, name, names, name);
	return ust_ctl_fail(ctl, err,
			    "cannot %s: no session named '%s', and no other; make one with: "
			    "ustctl create %s",
			    what, name, name);
}

int ust_ctl_absolute(const char *path, char *buf, size_t size)
{
	size_t len = 0;

	if (path[0] != '/') {
		if (!getcwd(buf, size - 1))
			return -errno;
		len = strlen(buf);
		buf[len++] = '/';
	}
	return snprintf(buf + len, size - len, "%s", path) < (int)(size - len) ? 0 : -ENAMETOOLONG;
}

/* What ustd does not say in words: which argument it was. */
static int create_error(struct ust_ctl *ctl, int err, const char *name, const char *path)
{
	switch (err) {
	case -EALREADY:
		return ust_ctl_fail(
			ctl, err,
			"cannot create session '%s': the name is taken; choose another or "
			"end that session with: ustctl destroy %s",
			name, name);
	case -EEXIST:
		return ust_ctl_fail(
			ctl, err,
			"cannot create session '%s': the output directory '%s' is no directory or "
			"leads through a file; choose another",
			name, path);
	case -ENOTEMPTY:
		return ust_ctl_fail(
			ctl, err,
			"cannot create session '%s': the output directory '%s' is there and "
			"not empty; choose another",
			name, path);
	case -EINVAL:
		return ust_ctl_fail(
			ctl, err,
			"cannot create session '%s': refused; sub-buffers are a power of two "
			"from 4096 to 16 MiB, their number one from 2 to 256, a name has no "
			"'/', contexts, clock and flags are those of <ust/ctl.h>",
			name);
	case -ENOENT:
	case -ENOTDIR:
	case -EACCES:
	case -EPERM:
	case -EROFS:
	case -ENOSPC:
	case -ENAMETOOLONG:
		return ust_ctl_fail(ctl, err,
				    "cannot create session '%s': output directory '%s': %s; choose "
				    "another",
				    name, path, strerror(-err));
	}
	return err;
}

int ust_ctl_create(struct ust_ctl *ctl, const char *name, const struct ust_ctl_session_opts *opts)
{
	struct ust_wire_out *out;
	char path[PATH_MAX];
	unsigned int i;
	int err;

	if (!name || !*name || !opts || !opts->output || !*opts->output)
		return ust_ctl_fail(
			ctl, -EINVAL,
			"cannot create a session without a name and an output directory");
	if (opts->flags & ~(unsigned int)(UST_CTL_FOLLOW | UST_CTL_OWNED))
		return create_error(ctl, -EINVAL, name, opts->output);
	err = ust_ctl_absolute(opts->output, path, sizeof(path));
	if (err)
		return ust_ctl_fail(ctl, err, "cannot create session '%s': output '%s': %s", name,
				    opts->output, strerror(-err));
	out = ust_ctl_begin(ctl, UST_MSG_CREATE);
	ust_wire_put_str(out, name);
	ust_wire_put_str(out, path);
	ust_wire_put_u64(out, opts->subbuf_size);
	ust_wire_put_u32(out, opts->nr_subbufs);
	ust_wire_put_u32(out, opts->overwrite != 0);
	ust_wire_put_u32(out, opts->contexts);
	ust_wire_put_str(out, opts->scope);
	ust_wire_put_u32(out, opts->clock);
	ust_wire_put_u32(out, (opts->flags & UST_CTL_FOLLOW ? UST_CREATE_FOLLOW : 0) |
				      (opts->flags & UST_CTL_OWNED ? UST_CREATE_OWNED : 0));
	ust_wire_put_u32(out, opts->nr_pids);
	for (i = 0; i < opts->nr_pids; i++)
		ust_wire_put_s32(out, opts->pids[i]);
	err = ust_ctl_call(ctl, "create session", name);
	return err ? create_error(ctl, err, name, path) : 0;
}

static int change_events(struct ust_ctl *ctl, enum ust_msg_type type, const char *what,
			 const char *name, const char *pattern, uint32_t level)
{
	uint32_t nr_events;
	int err;

	if (!name || !pattern || !*pattern)
		return ust_ctl_fail(ctl, -EINVAL, "cannot %s: no pattern", what);
	ust_wire_put_str(ust_ctl_begin(ctl, type), name);
	ust_wire_put_str(&ctl->out, pattern);
	ust_wire_put_u32(&ctl->out, level);
	err = ust_ctl_call(ctl, what, pattern);
	if (err)
		return ust_ctl_explain(ctl, err, what, name);
	ust_wire_get_u32(&ctl->in);
	nr_events = ust_wire_get_u32(&ctl->in);
	err = ust_ctl_finish(ctl, what);
	if (err)
		return err;
	return nr_events > INT_MAX ? INT_MAX : (int)nr_events;
}

int ust_ctl_enable(struct ust_ctl *ctl, const char *name, const char *pattern)
{
	return ust_ctl_enable_level(ctl, name, pattern, UST_CTL_LEVEL_ANY, 0);
}

int ust_ctl_disable(struct ust_ctl *ctl, const char *name, const char *pattern)
{
	return ust_ctl_disable_level(ctl, name, pattern, UST_CTL_LEVEL_ANY, 0);
}

/* -EINVAL, or the rule. */
static int64_t level_rule(struct ust_ctl *ctl, unsigned int op, unsigned int level)
{
	if (op > UST_CTL_LEVEL_ONLY || (op && level > UST_LOGLEVEL_MAX))
		return ust_ctl_fail(ctl, -EINVAL, "%u is no log level from 0 to %d", level,
				    UST_LOGLEVEL_MAX);
	return op ? UST_LEVEL_RULE(op, level) : 0;
}

int ust_ctl_enable_level(struct ust_ctl *ctl, const char *name, const char *pattern,
			 unsigned int op, unsigned int level)
{
	int64_t rule = level_rule(ctl, op, level);

	return rule < 0 ? (int)rule
			: change_events(ctl, UST_MSG_ENABLE_EVENT, "enable events", name, pattern,
					(uint32_t)rule);
}

int ust_ctl_disable_level(struct ust_ctl *ctl, const char *name, const char *pattern,
			  unsigned int op, unsigned int level)
{
	int64_t rule = level_rule(ctl, op, level);

	return rule < 0 ? (int)rule
			: change_events(ctl, UST_MSG_DISABLE_EVENT, "disable events", name, pattern,
					(uint32_t)rule);
}

static int named(struct ust_ctl *ctl, enum ust_msg_type type, const char *what, const char *name)
{
	int err;

	if (!name || !*name)
		return ust_ctl_fail(ctl, -EINVAL, "cannot %s: no name", what);
	ust_wire_put_str(ust_ctl_begin(ctl, type), name);
	err = ust_ctl_call(ctl, what, name);
	return err ? ust_ctl_explain(ctl, err, what, name) : 0;
}

int ust_ctl_start(struct ust_ctl *ctl, const char *name)
{
	return named(ctl, UST_MSG_START_SESSION, "start session", name);
}

int ust_ctl_stop(struct ust_ctl *ctl, const char *name)
{
	return named(ctl, UST_MSG_STOP_SESSION, "stop session", name);
}

int ust_ctl_destroy(struct ust_ctl *ctl, const char *name, struct ust_ctl_session **ret_session)
{
	struct ust_ctl_session *session;
	int err = named(ctl, UST_MSG_DESTROY, "destroy session", name);
	uint32_t nr;

	if (err || !ret_session)
		return err;
	session = calloc(1, sizeof(*session));
	if (!session)
		return ust_ctl_fail(ctl, -ENOMEM, "no memory for the state of session '%s'", name);
	/* "As STATUS": a count, which is 1, and the block. */
	nr = ust_wire_get_u32(&ctl->in);
	err = nr == 1 ? ust_ctl_get_session(&ctl->in, session) : -EBADMSG;
	if (err) {
		ust_ctl_sessions_free(session, 1);
		return ust_ctl_fail(ctl, err,
				    "session '%s' is destroyed, but its last state is not "
				    "readable",
				    name);
	}
	*ret_session = session;
	return 0;
}

int ust_ctl_shutdown(struct ust_ctl *ctl)
{
	ust_ctl_begin(ctl, UST_MSG_SHUTDOWN);
	return ust_ctl_call(ctl, "shut ustd down", NULL);
}
