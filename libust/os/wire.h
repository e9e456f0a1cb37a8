/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Messages of <ust/abi/control.h>: building, sending, receiving, reading. Shared by libust, ustd
 * and libustctl. No function here allocates, logs or keeps state; all are safe in any thread as
 * long as the objects are not shared.
 *
 * Writing past the buffer or reading past the message sets error once and makes every later call
 * harmless, so that a sequence of put or get calls needs one check at its end.
 */
#ifndef UST_OS_WIRE_H
#define UST_OS_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include <ust/abi/control.h>

#define UST_WIRE_MAX_FDS 4

/* A message under construction, in the caller's buffer. */
struct ust_wire_out {
	unsigned char *buf;
	size_t len, size;
	int error; /* 0, or -EMSGSIZE */
	int fds[UST_WIRE_MAX_FDS];
	int nr_fds;
};

/* Bytes inside a message; not NUL-terminated. */
struct ust_wire_str {
	const char *s;
	uint32_t len;
};

/* A message being read; strings point into the caller's buffer. */
struct ust_wire_in {
	struct ust_msg_header header;
	const unsigned char *p, *end;
	int error; /* 0, or -EBADMSG */
	int fds[UST_WIRE_MAX_FDS];
	int nr_fds; /* received and not yet taken; the caller closes them */
};

/* One event's definition and one of its fields, labels and attributes, in the order they travel; the
 * number of attributes stands in front of them. */
struct ust_wire_event {
	struct ust_wire_str provider, name, file;
	uint32_t line, loglevel, nr_fields;
};
struct ust_wire_field {
	struct ust_wire_str name;
	uint32_t word, nr_labels;
};
struct ust_wire_label {
	struct ust_wire_str label;
	int64_t value;
	uint64_t span;
};
struct ust_wire_attr {
	uint32_t kind, field; /* as in struct ust_attr_rec */
	struct ust_wire_str text;
};

void ust_wire_begin(struct ust_wire_out *out, void *buf, size_t size, enum ust_msg_type type,
		    uint32_t seq, int status);
void ust_wire_put_u32(struct ust_wire_out *out, uint32_t value);
void ust_wire_put_u64(struct ust_wire_out *out, uint64_t value);
void ust_wire_put_s32(struct ust_wire_out *out, int32_t value);
/* @s may be NULL: an empty string. */
void ust_wire_put_str(struct ust_wire_out *out, const char *s);
void ust_wire_put_bytes(struct ust_wire_out *out, const char *s, size_t len);
/* The descriptor is duplicated by the kernel at the send; the caller keeps it. */
void ust_wire_put_fd(struct ust_wire_out *out, int fd);
/* Overwrites an earlier u32 at byte offset @at (a value of out->len taken before it was put). */
void ust_wire_patch_u32(struct ust_wire_out *out, size_t at, uint32_t value);

/*
 * Sends. @flags: of sendmsg(2), MSG_NOSIGNAL is added. Result: 0 or a negative errno (-EAGAIN with
 * MSG_DONTWAIT, -EPIPE, -EMSGSIZE when the buffer was too small...).
 */
int ust_wire_send(int fd, struct ust_wire_out *out, int flags);

/*
 * Receives one message into @buf (UST_MSG_MAX bytes). Result: 1 a message, 0 the peer closed, or a
 * negative errno: -EAGAIN, -EBADMSG (size or version refused; the descriptors are closed).
 */
int ust_wire_recv(int fd, void *buf, size_t size, struct ust_wire_in *in, int flags);
/* Reads a message that is in memory, without descriptors. 0 or -EBADMSG. */
int ust_wire_open(struct ust_wire_in *in, const void *buf, size_t len);

uint32_t ust_wire_get_u32(struct ust_wire_in *in);
uint64_t ust_wire_get_u64(struct ust_wire_in *in);
int32_t ust_wire_get_s32(struct ust_wire_in *in);
struct ust_wire_str ust_wire_get_str(struct ust_wire_in *in);
/* Copies a string with a NUL; -ENAMETOOLONG sets error too. */
int ust_wire_get_cstr(struct ust_wire_in *in, char *buf, size_t size);
/* Takes the next descriptor, or -1. The caller owns it. */
int ust_wire_get_fd(struct ust_wire_in *in);
/* Closes what was not taken. */
void ust_wire_close_fds(struct ust_wire_in *in);

void ust_wire_put_event(struct ust_wire_out *out, const struct ust_wire_event *event);
void ust_wire_put_field(struct ust_wire_out *out, const struct ust_wire_field *field);
void ust_wire_put_label(struct ust_wire_out *out, const struct ust_wire_label *label);
void ust_wire_put_attr(struct ust_wire_out *out, const struct ust_wire_attr *attr);
struct ust_wire_event ust_wire_get_event(struct ust_wire_in *in);
struct ust_wire_field ust_wire_get_field(struct ust_wire_in *in);
struct ust_wire_label ust_wire_get_label(struct ust_wire_in *in);
struct ust_wire_attr ust_wire_get_attr(struct ust_wire_in *in);

#endif /* UST_OS_WIRE_H */
