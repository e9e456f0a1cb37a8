/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the files of libustctl share. Not installed; <ust/ctl.h> is the interface. */
#ifndef USTCTL_LIB_CTL_H
#define USTCTL_LIB_CTL_H

#include <stdint.h>

#include <ust/abi/control.h>
/* The library is compiled with hidden visibility; the interface is what the symbol map exports. */
#pragma GCC visibility push(default)
#include <ust/ctl.h>
#pragma GCC visibility pop

#include "libust/os/wire.h"

#define UST_CTL_TIMEOUT_S 10  /* for an answer */
#define UST_CTL_SPAWN_MS 5000 /* for a new ustd to become ready */
#define UST_CTL_ERROR_SIZE 1024

struct ust_ctl {
	int fd;
	pid_t daemon;
	uint32_t seq;
	char error[UST_CTL_ERROR_SIZE];
	struct ust_wire_out out; /* the request under construction, in out_buf */
	struct ust_wire_in in;   /* the answer, in in_buf */
	unsigned char out_buf[UST_MSG_MAX];
	unsigned char in_buf[UST_MSG_MAX];
};

/* Keeps a sentence for ust_ctl_error() and returns @err. @ctl NULL: for this thread's last failure
 * without a handle. */
int ust_ctl_fail(struct ust_ctl *ctl, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Starts a request; the caller puts its body and calls ust_ctl_call() or ust_ctl_send(). */
struct ust_wire_out *ust_ctl_begin(struct ust_ctl *ctl, enum ust_msg_type type);

/* Sends the request and waits for its REPLY, past any PROGRESS, whose body is then read from ctl->in.
 * @what and @on name the request and its object in the error's sentence; @on may be NULL. Result: 0, or
 * the negative errno of the transport or of the answer. */
int ust_ctl_call(struct ust_ctl *ctl, const char *what, const char *on);

/* The halves of ust_ctl_call(), for requests with several answers. ust_ctl_receive() skips answers
 * to earlier requests that had timed out. */
int ust_ctl_send(struct ust_ctl *ctl, const char *what);
int ust_ctl_receive(struct ust_ctl *ctl, const char *what);

/* @path as ustd is to see it, whose working directory is not ours. 0, -ENAMETOOLONG or getcwd's errno. */
int ust_ctl_absolute(const char *path, char *buf, size_t size);

/* After all of an answer was read: 0, or -EBADMSG with a sentence. */
int ust_ctl_finish(struct ust_ctl *ctl, const char *what);

/* Sends the request and collects its EVENTS. Result: their number, to be freed by
 * ust_ctl_events_free(), or a negative errno with a sentence. */
int ust_ctl_collect_events(struct ust_ctl *ctl, const char *what,
			   struct ust_ctl_event **ret_events);

/* Whether there is a session of that name. Keeps the sentence of the last failure. */
int ust_ctl_session_exists(struct ust_ctl *ctl, const char *name);

/* Explains a refused request on a session, naming the sessions there are for -ENOENT. */
int ust_ctl_explain(struct ust_ctl *ctl, int err, const char *what, const char *name);

/* Starts ustd and waits until it is ready. Result: 0 or a negative errno with a sentence in @ctl.
 */
int ust_ctl_spawn_daemon(struct ust_ctl *ctl);

/* A counted string of a message as a C string on the heap; bytes behind a NUL are cut. NULL: no
 * memory. */
char *ust_ctl_dup(struct ust_wire_str str);

/* Room for @nr elements announced by a peer that must occupy at least @min_bytes each of what is
 * left of the message. On success *@ret is NULL only if @nr is 0. -EBADMSG, -ENOMEM. */
int ust_ctl_alloc(struct ust_wire_in *in, uint32_t nr, size_t min_bytes, size_t size, void *ret);

/* Reads what follows a definition's start. The event is zeroed first and may be handed to
 * ust_ctl_event_fini() after a failure. */
/* Says of an event or field what an attribute of its record or definition says. 0 or -ENOMEM. */
int ust_ctl_add_attr(struct ust_ctl_event *event, uint32_t kind, uint32_t field, const char *text,
		     size_t len);
int ust_ctl_get_event(struct ust_wire_in *in, struct ust_ctl_event *event);
void ust_ctl_event_fini(struct ust_ctl_event *event);

/* Reads a session block; likewise. */
int ust_ctl_get_session(struct ust_wire_in *in, struct ust_ctl_session *session);

#endif /* USTCTL_LIB_CTL_H */
