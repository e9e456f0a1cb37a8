/* SPDX-License-Identifier: LGPL-2.1-only */
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static void put(struct ust_wire_out *out, const void *data, size_t len)
{
	if (out->error || len > out->size - out->len) {
		out->error = -EMSGSIZE;
		return;
	}
	if (len)
		memcpy(out->buf + out->len, data, len);
	out->len += len;
}

void ust_wire_begin(struct ust_wire_out *out, void *buf, size_t size, enum ust_msg_type type,
		    uint32_t seq, int status)
{
	struct ust_msg_header header = {
		.version = UST_PROTOCOL_VERSION,
		.type = (uint16_t)type,
		.seq = seq,
		.status = status,
	};

	memset(out, 0, sizeof(*out));
	out->buf = buf;
	out->size = size;
	put(out, &header, sizeof(header));
}

void ust_wire_put_u32(struct ust_wire_out *out, uint32_t value)
{
	put(out, &value, sizeof(value));
}

void ust_wire_put_u64(struct ust_wire_out *out, uint64_t value)
{
	put(out, &value, sizeof(value));
}

void ust_wire_put_s32(struct ust_wire_out *out, int32_t value)
{
	put(out, &value, sizeof(value));
}

void ust_wire_put_bytes(struct ust_wire_out *out, const char *s, size_t len)
{
	if (len > UINT32_MAX) {
		out->error = -EMSGSIZE;
		return;
	}
	ust_wire_put_u32(out, (uint32_t)len);
	put(out, s, len);
}

void ust_wire_put_str(struct ust_wire_out *out, const char *s)
{
	ust_wire_put_bytes(out, s, s ? strlen(s) : 0);
}

void ust_wire_put_fd(struct ust_wire_out *out, int fd)
{
	if (out->nr_fds == UST_WIRE_MAX_FDS) {
		out->error = -EMSGSIZE;
		return;
	}
	out->fds[out->nr_fds++] = fd;
}

void ust_wire_patch_u32(struct ust_wire_out *out, size_t at, uint32_t value)
{
	if (!out->error && at + sizeof(value) <= out->len)
		memcpy(out->buf + at, &value, sizeof(value));
}

int ust_wire_send(int fd, struct ust_wire_out *out, int flags)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int) * UST_WIRE_MAX_FDS)];
	} control;
	struct iovec iov = {.iov_base = out->buf, .iov_len = out->len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	uint32_t size = (uint32_t)out->len;
	ssize_t sent;

	if (out->error)
		return out->error;
	memcpy(out->buf, &size, sizeof(size));
	if (out->nr_fds) {
		size_t bytes = sizeof(int) * (size_t)out->nr_fds;
		struct cmsghdr *cmsg;

		memset(&control, 0, sizeof(control));
		msg.msg_control = control.buf;
		msg.msg_controllen = CMSG_SPACE(bytes);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(bytes);
		memcpy(CMSG_DATA(cmsg), out->fds, bytes);
	}
	do {
		sent = sendmsg(fd, &msg, flags | MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* Keeps the descriptors that fit and closes the rest: a peer may send any number. */
static void take_fds(struct ust_wire_in *in, struct msghdr *msg)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		size_t i, nr;

		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		nr = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < nr; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(int), sizeof(fd));
			if (in->nr_fds < UST_WIRE_MAX_FDS)
				in->fds[in->nr_fds++] = fd;
			else
				close(fd);
		}
	}
}

/* Leaves the descriptors alone. */
static int open_bytes(struct ust_wire_in *in, const void *buf, size_t len)
{
	in->error = 0;
	if (len < sizeof(in->header))
		return in->error = -EBADMSG;
	memcpy(&in->header, buf, sizeof(in->header));
	in->p = (const unsigned char *)buf + sizeof(in->header);
	in->end = (const unsigned char *)buf + len;
	if (in->header.size != len || in->header.version != UST_PROTOCOL_VERSION)
		return in->error = -EBADMSG;
	return 0;
}

int ust_wire_open(struct ust_wire_in *in, const void *buf, size_t len)
{
	in->nr_fds = 0;
	return open_bytes(in, buf, len);
}

int ust_wire_recv(int fd, void *buf, size_t size, struct ust_wire_in *in, int flags)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int) * UST_WIRE_MAX_FDS)];
	} control;
	struct iovec iov = {.iov_base = buf, .iov_len = size};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	ssize_t got;

	memset(in, 0, sizeof(*in));
	do {
		got = recvmsg(fd, &msg, flags | MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == ECONNRESET ? 0 : -errno;
	take_fds(in, &msg);
	if (got == 0 && in->nr_fds == 0)
		return 0;
	if ((msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || open_bytes(in, buf, (size_t)got)) {
		ust_wire_close_fds(in);
		return -EBADMSG;
	}
	return 1;
}

static void get(struct ust_wire_in *in, void *data, size_t len)
{
	if (in->error || len > (size_t)(in->end - in->p)) {
		in->error = -EBADMSG;
		memset(data, 0, len);
		return;
	}
	memcpy(data, in->p, len);
	in->p += len;
}

uint32_t ust_wire_get_u32(struct ust_wire_in *in)
{
	uint32_t value;

	get(in, &value, sizeof(value));
	return value;
}

uint64_t ust_wire_get_u64(struct ust_wire_in *in)
{
	uint64_t value;

	get(in, &value, sizeof(value));
	return value;
}

int32_t ust_wire_get_s32(struct ust_wire_in *in)
{
	int32_t value;

	get(in, &value, sizeof(value));
	return value;
}

struct ust_wire_str ust_wire_get_str(struct ust_wire_in *in)
{
	struct ust_wire_str str = {.s = "", .len = ust_wire_get_u32(in)};

	if (in->error || str.len > (size_t)(in->end - in->p)) {
		in->error = -EBADMSG;
		str.len = 0;
		return str;
	}
	str.s = (const char *)in->p;
	in->p += str.len;
	return str;
}

int ust_wire_get_cstr(struct ust_wire_in *in, char *buf, size_t size)
{
	struct ust_wire_str str = ust_wire_get_str(in);

	buf[0] = '\0';
	if (in->error)
		return in->error;
	if (str.len >= size || memchr(str.s, '\0', str.len)) {
		in->error = -EBADMSG;
		return str.len >= size ? -ENAMETOOLONG : -EBADMSG;
	}
	memcpy(buf, str.s, str.len);
	buf[str.len] = '\0';
	return 0;
}

int ust_wire_get_fd(struct ust_wire_in *in)
{
	int fd;

	if (!in->nr_fds)
		return -1;
	fd = in->fds[0];
	in->nr_fds--;
	memmove(in->fds, in->fds + 1, sizeof(int) * (size_t)in->nr_fds);
	return fd;
}

void ust_wire_close_fds(struct ust_wire_in *in)
{
	while (in->nr_fds)
		close(ust_wire_get_fd(in));
}

void ust_wire_put_event(struct ust_wire_out *out, const struct ust_wire_event *event)
{
	ust_wire_put_bytes(out, event->provider.s, event->provider.len);
	ust_wire_put_bytes(out, event->name.s, event->name.len);
	ust_wire_put_bytes(out, event->file.s, event->file.len);
	ust_wire_put_u32(out, event->line);
	ust_wire_put_u32(out, event->loglevel);
	ust_wire_put_u32(out, event->nr_fields);
}

void ust_wire_put_field(struct ust_wire_out *out, const struct ust_wire_field *field)
{
	ust_wire_put_bytes(out, field->name.s, field->name.len);
	ust_wire_put_u32(out, field->word);
	ust_wire_put_u32(out, field->nr_labels);
}

void ust_wire_put_label(struct ust_wire_out *out, const struct ust_wire_label *label)
{
	ust_wire_put_bytes(out, label->label.s, label->label.len);
	ust_wire_put_u64(out, (uint64_t)label->value);
	ust_wire_put_u64(out, label->span);
}

void ust_wire_put_attr(struct ust_wire_out *out, const struct ust_wire_attr *attr)
{
	ust_wire_put_u32(out, attr->kind);
	ust_wire_put_u32(out, attr->field);
	ust_wire_put_bytes(out, attr->text.s, attr->text.len);
}

struct ust_wire_event ust_wire_get_event(struct ust_wire_in *in)
{
	struct ust_wire_event event;

	event.provider = ust_wire_get_str(in);
	event.name = ust_wire_get_str(in);
	event.file = ust_wire_get_str(in);
	event.line = ust_wire_get_u32(in);
	event.loglevel = ust_wire_get_u32(in);
	event.nr_fields = ust_wire_get_u32(in);
	return event;
}

struct ust_wire_field ust_wire_get_field(struct ust_wire_in *in)
{
	struct ust_wire_field field;

	field.name = ust_wire_get_str(in);
	field.word = ust_wire_get_u32(in);
	field.nr_labels = ust_wire_get_u32(in);
	return field;
}

struct ust_wire_label ust_wire_get_label(struct ust_wire_in *in)
{
	struct ust_wire_label label;

	label.label = ust_wire_get_str(in);
	label.value = (int64_t)ust_wire_get_u64(in);
	label.span = ust_wire_get_u64(in);
	return label;
}

struct ust_wire_attr ust_wire_get_attr(struct ust_wire_in *in)
{
	struct ust_wire_attr attr;

	attr.kind = ust_wire_get_u32(in);
	attr.field = ust_wire_get_u32(in);
	attr.text = ust_wire_get_str(in);
	return attr;
}
