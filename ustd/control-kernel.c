/* SPDX-License-Identifier: GPL-2.0-only */
#include "control-kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "session.h"
#include "source-list.h"
#include "source.h"

/* Taken out of one message; the strings are in text. */
struct request {
	struct ustd_source_request source;
	char *patterns[USTD_MAX_RULES];
	int32_t pids[USTD_MAX_RULES];
	char text[UST_MSG_MAX];
};

static int parse_patterns(struct ust_wire_in *in, struct request *request)
{
	uint32_t i, nr = ust_wire_get_u32(in);
	size_t at = 0;

	if (in->error || !nr)
		return in->error ? -EBADMSG : -EINVAL;
	if (nr > USTD_MAX_RULES)
		return -ENOSPC;
	for (i = 0; i < nr; i++) {
		struct ust_wire_str str = ust_wire_get_str(in);

		if (in->error)
			return -EBADMSG;
		if (!str.len || str.len > 2 * USTD_MAX_NAME ||
		    at + str.len + 1 > sizeof(request->text))
			return -EINVAL;
		request->patterns[i] = request->text + at;
		memcpy(request->text + at, str.s, str.len);
		at += str.len;
		request->text[at++] = '\0';
	}
	request->source.nr_patterns = nr;
	return 0;
}

static int parse(struct ust_wire_in *in, struct request *request)
{
	uint32_t i;
	int err;

	request->source.flags = ust_wire_get_u32(in);
	request->source.patterns = request->patterns;
	request->source.pids = request->pids;
	if (request->source.flags & ~(uint32_t)UST_KERNEL_ALL)
		return -EINVAL;
	err = parse_patterns(in, request);
	/* What is missing at the end is 0. */
	if (err || in->p == in->end)
		return err;
	request->source.nr_pids = ust_wire_get_u32(in);
	if (request->source.nr_pids > USTD_MAX_RULES)
		return -ENOSPC;
	for (i = 0; i < request->source.nr_pids; i++)
		request->pids[i] = ust_wire_get_s32(in);
	return in->error ? -EBADMSG : 0;
}

static void answer(struct ustd_conn *conn, uint32_t seq, const struct ustd_source *source, int nr)
{
	struct ust_wire_out *out = ustd_conn_begin(UST_MSG_REPLY, seq, 0);

	ust_wire_put_u32(out, source->ops->kind);
	ust_wire_put_u32(out, (uint32_t)nr);
	ust_wire_put_str(out, source->why);
	ustd_conn_send(conn, out);
}

int ustd_control_enable_kernel(struct ustd_conn *conn, struct ust_wire_in *in)
{
	static struct request request;
	char name[USTD_MAX_NAME + 1], why[USTD_SOURCE_WHY] = "";
	struct ustd_session *session;
	int ret = ust_wire_get_cstr(in, name, sizeof(name));

	if (ret)
		return ret == -ENAMETOOLONG ? -EINVAL : ret;
	session = ustd_session_find(name);
	if (!session)
		return -ENOENT;
	if (session->rotating)
		return -EBUSY;
	if (session->state == UST_SESSION_FAILED)
		return session->error;
	memset(&request.source, 0, sizeof(request.source));
	ret = parse(in, &request);
	if (ret)
		return ret;
	ret = ustd_source_enable(session, &request.source, why, sizeof(why));
	if (ret >= 0)
		answer(conn, in->header.seq, session->source, ret);
	else
		ustd_conn_reply(conn, in->header.seq, ret, why[0] ? why : NULL);
	return 1;
}

int ustd_control_list_kernel(struct ustd_conn *conn, struct ust_wire_in *in)
{
	char pattern[2 * USTD_MAX_NAME + 1], why[USTD_SOURCE_WHY] = "";
	uint32_t kind = ust_wire_get_u32(in);
	int err = ust_wire_get_cstr(in, pattern, sizeof(pattern));

	if (err)
		return err == -ENAMETOOLONG ? -EINVAL : err;
	err = ustd_source_list(conn, in->header.seq, kind, pattern, why, sizeof(why));
	if (err)
		ustd_conn_reply(conn, in->header.seq, err, why[0] ? why : NULL);
	return 1;
}
