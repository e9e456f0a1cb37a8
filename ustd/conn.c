/* SPDX-License-Identifier: GPL-2.0-only */
#include "conn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app.h"
#include "control.h"
#include "bounds.h"
#include "descriptors.h"
#include "log.h"

/* Messages of one peer that are handled before the others get a turn. */
#define TURN 16

struct queued {
	struct cds_list_head node;
	size_t len;
	int fds[UST_WIRE_MAX_FDS];
	int nr_fds;
	unsigned char bytes[];
};

static CDS_LIST_HEAD(conns);
static unsigned int nr_conns, nr_clients, nr_broken;
static unsigned char in_buf[UST_MSG_MAX], out_buf[UST_MSG_MAX];

static void queued_free(struct queued *msg)
{
	while (msg->nr_fds)
		close(msg->fds[--msg->nr_fds]);
	free(msg);
}

static void mark_broken(struct ustd_conn *conn)
{
	if (!conn->broken)
		nr_broken++;
	conn->broken = true;
}

struct ust_wire_out *ustd_conn_begin(enum ust_msg_type type, uint32_t seq, int status)
{
	static struct ust_wire_out out;

	ust_wire_begin(&out, out_buf, sizeof(out_buf), type, seq, status);
	return &out;
}

void ustd_conn_put_raw(struct ust_wire_out *out, const void *bytes, size_t len)
{
	if (out->error || len > out->size - out->len) {
		out->error = -EMSGSIZE;
		return;
	}
	memcpy(out->buf + out->len, bytes, len);
	out->len += len;
}

/* Keeps a copy, descriptors included, until the socket takes it. */
static int enqueue(struct ustd_conn *conn, const struct ust_wire_out *out)
{
	struct queued *msg;
	int i;

	if (conn->queued_bytes + out->len > USTD_MAX_QUEUE)
		return -ENOBUFS;
	msg = calloc(1, sizeof(*msg) + out->len);
	if (!msg)
		return -ENOMEM;
	for (i = 0; i < out->nr_fds; i++) {
		int fd = fcntl(out->fds[i], F_DUPFD_CLOEXEC, 3);

		if (fd < 0) {
			queued_free(msg);
			return -EMFILE;
		}
		msg->fds[msg->nr_fds++] = fd;
	}
	msg->len = out->len;
	memcpy(msg->bytes, out->buf, out->len);
	if (cds_list_empty(&conn->queue))
		ustd_loop_rewatch(&conn->watch, EPOLLIN | EPOLLOUT);
	cds_list_add_tail(&msg->node, &conn->queue);
	conn->queued_bytes += msg->len;
	return 0;
}

int ustd_conn_send(struct ustd_conn *conn, struct ust_wire_out *out)
{
	int err = -EAGAIN;

	if (conn->broken)
		return -EPIPE;
	if (cds_list_empty(&conn->queue))
		err = ust_wire_send(conn->watch.fd, out, MSG_DONTWAIT);
	if (err == -EAGAIN)
		err = out->error ? out->error : enqueue(conn, out);
	if (err) {
		ustd_info("cannot send to process %d: %s", (int)conn->pid, strerror(-err));
		mark_broken(conn);
	}
	return err;
}

static void flush_queue(struct ustd_conn *conn)
{
	struct queued *msg, *next;

	cds_list_for_each_entry_safe (msg, next, &conn->queue, node) {
		struct ust_wire_out out = {
			.buf = msg->bytes,
			.len = msg->len,
			.size = msg->len,
			.nr_fds = msg->nr_fds,
		};
		int err;

		memcpy(out.fds, msg->fds, sizeof(out.fds));
		err = ust_wire_send(conn->watch.fd, &out, MSG_DONTWAIT);
		if (err == -EAGAIN)
			return;
		if (err) {
			mark_broken(conn);
			return;
		}
		cds_list_del(&msg->node);
		conn->queued_bytes -= msg->len;
		queued_free(msg);
	}
	ustd_loop_rewatch(&conn->watch, EPOLLIN);
}

void ustd_conn_reply(struct ustd_conn *conn, uint32_t seq, int status, const char *text)
{
	struct ust_wire_out *out = ustd_conn_begin(UST_MSG_REPLY, seq, status);

	if (text)
		ust_wire_put_str(out, text);
	ustd_conn_send(conn, out);
}

static void conn_close(struct ustd_conn *conn)
{
	struct queued *msg, *next;

	if (conn->kind == USTD_CONN_APP)
		ustd_app_disconnected(conn);
	if (conn->kind == USTD_CONN_CLIENT) {
		ustd_control_disconnected(conn);
		nr_clients--;
	}
	if (conn->broken)
		nr_broken--;
	nr_conns--;
	ustd_loop_unwatch(&conn->watch);
	close(conn->watch.fd);
	cds_list_for_each_entry_safe (msg, next, &conn->queue, node) {
		queued_free(msg);
	}
	cds_list_del(&conn->node);
	free(conn);
}

void ustd_conn_reap(void)
{
	struct ustd_conn *conn, *next;

	if (!nr_broken)
		return;
	cds_list_for_each_entry_safe (conn, next, &conns, node) {
		if (conn->broken)
			conn_close(conn);
	}
}

static int handle(struct ustd_conn *conn, struct ust_wire_in *in)
{
	uint16_t type = in->header.type;

	if (conn->kind == USTD_CONN_NEW) {
		if (type == UST_MSG_EVENT_DEFS)
			return ustd_app_event_defs(conn, in);
		if (type == UST_MSG_HELLO) {
			conn->kind = USTD_CONN_APP;
		} else if (type >= UST_MSG_CONTROL && type < UST_MSG_REPLY) {
			conn->kind = USTD_CONN_CLIENT;
			nr_clients++;
		}
	}
	if (conn->kind == USTD_CONN_APP)
		return ustd_app_message(conn, in);
	if (conn->kind == USTD_CONN_CLIENT)
		return ustd_control_message(conn, in);
	ustd_conn_reply(conn, in->header.seq, -EOPNOTSUPP, NULL);
	return 0;
}

static void conn_ready(struct ustd_watch *watch, uint32_t events)
{
	struct ustd_conn *conn = caa_container_of(watch, struct ustd_conn, watch);
	struct ust_wire_in in;
	int i, ret;

	if (events & EPOLLOUT)
		flush_queue(conn);
	for (i = 0; i < TURN && !conn->broken; i++) {
		ret = ust_wire_recv(watch->fd, in_buf, sizeof(in_buf), &in, MSG_DONTWAIT);
		if (ret == -EAGAIN)
			return;
		if (ret > 0) {
			ret = handle(conn, &in);
			ust_wire_close_fds(&in);
			if (ret >= 0)
				continue;
		}
		if (ret < 0 && ret != -ECONNREFUSED)
			ustd_warn("process %d does not speak this protocol (%s): connection closed",
				  (int)conn->pid, strerror(-ret));
		mark_broken(conn);
	}
}

/* Only the same user and root may talk to us. */
static int check_peer(int fd, pid_t *ret_pid)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len))
		return -errno;
	if (cred.uid != geteuid() && cred.uid != 0) {
		ustd_warn("process %d of user %u refused: not our user", (int)cred.pid,
			  (unsigned int)cred.uid);
		return -EPERM;
	}
	*ret_pid = cred.pid;
	return 0;
}

pid_t ustd_conn_peer(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) ? 0 : cred.pid;
}

static int add(int fd, int err, pid_t pid)
{
	struct ustd_conn *conn = NULL;

	if (!err && nr_conns >= ustd_descriptors_conns())
		err = -EMFILE;
	if (!err) {
		conn = calloc(1, sizeof(*conn));
		err = conn ? 0 : -ENOMEM;
	}
	if (!err) {
		conn->watch.fd = fd;
		conn->watch.ready = conn_ready;
		conn->pid = pid;
		CDS_INIT_LIST_HEAD(&conn->queue);
		err = ustd_loop_watch(&conn->watch, EPOLLIN);
	}
	if (err) {
		free(conn);
		close(fd);
		return err;
	}
	cds_list_add_tail(&conn->node, &conns);
	nr_conns++;
	return 0;
}

int ustd_conn_add(int fd)
{
	pid_t pid = 0;
	int err = check_peer(fd, &pid);

	return add(fd, err, pid);
}

int ustd_conn_add_trusted(int fd)
{
	return add(fd, 0, ustd_conn_peer(fd));
}

unsigned int ustd_conn_nr_clients(void)
{
	return nr_clients;
}
