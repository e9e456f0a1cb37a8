/* SPDX-License-Identifier: LGPL-2.1-only */
/* The connection to ustd and the words for what goes wrong. */
#include "ctl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "libust/os/rundir.h"

/* ust_ctl_open() fails without leaving a handle: its sentence is kept for ust_ctl_error(NULL). */
static __thread char open_error[UST_CTL_ERROR_SIZE];

int ust_ctl_fail(struct ust_ctl *ctl, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(ctl ? ctl->error : open_error, UST_CTL_ERROR_SIZE, fmt, args);
	va_end(args);
	return err;
}

const char *ust_ctl_error(const struct ust_ctl *ctl)
{
	return ctl ? ctl->error : open_error;
}

pid_t ust_ctl_daemon_pid(const struct ust_ctl *ctl)
{
	return ctl->daemon;
}

int ust_ctl_runtime_dir(char *buf, size_t size)
{
	return ust_rundir_path(buf, size);
}

static int connect_socket(struct ust_ctl *ctl)
{
	struct timeval timeout = {.tv_sec = UST_CTL_TIMEOUT_S};
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct ucred peer;
	socklen_t peer_len = sizeof(peer);
	char dir[sizeof(addr.sun_path)];
	int fd, err;

	err = ust_rundir_path(dir, sizeof(dir));
	if (!err)
		err = ust_rundir_join(dir, UST_SOCKET_NAME, addr.sun_path, sizeof(addr.sun_path));
	if (err)
		return ust_ctl_fail(ctl, err,
				    "the runtime directory's path is too long for a socket; "
				    "set UST_RUNTIME_DIR to a shorter one");
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return ust_ctl_fail(ctl, -errno, "cannot make a socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		err = errno == ENOENT ? -ECONNREFUSED : -errno;
		close(fd);
		if (err == -ECONNREFUSED)
			return ust_ctl_fail(ctl, err, "no ustd runs (nobody answers at %s)",
					    addr.sun_path);
		return ust_ctl_fail(ctl, err, "cannot connect to ustd at %s: %s", addr.sun_path,
				    strerror(-err));
	}
	/* A daemon of somebody else would be told where to write our traces. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len) ||
	    (peer.uid != geteuid() && peer.uid != 0)) {
		close(fd);
		return ust_ctl_fail(ctl, -EPERM, "the ustd at %s belongs to another user",
				    addr.sun_path);
	}
	ctl->fd = fd;
	ctl->daemon = peer.pid;
	return 0;
}

static int other_protocol(struct ust_ctl *ctl)
{
	return ust_ctl_fail(ctl, -EPROTO,
			    "ustd (pid %d) speaks another protocol than this library, which speaks "
			    "%u; end it with \"kill %d\" and try again",
			    (int)ctl->daemon, UST_PROTOCOL_VERSION, (int)ctl->daemon);
}

static int greet(struct ust_ctl *ctl)
{
	uint32_t version;
	int err;

	ust_wire_put_u32(ust_ctl_begin(ctl, UST_MSG_CONTROL), UST_PROTOCOL_VERSION);
	err = ust_ctl_call(ctl, "greet ustd", NULL);
	if (err)
		return err == -EBADMSG ? other_protocol(ctl) : err;
	version = ust_wire_get_u32(&ctl->in);
	ctl->daemon = ust_wire_get_s32(&ctl->in);
	err = ust_ctl_finish(ctl, "greet ustd");
	if (err)
		return err;
	return version == UST_PROTOCOL_VERSION ? 0 : other_protocol(ctl);
}

static int connect_and_greet(struct ust_ctl *ctl)
{
	int err = connect_socket(ctl);

	if (err)
		return err;
	err = greet(ctl);
	if (err) {
		close(ctl->fd);
		ctl->fd = -1;
	}
	return err;
}

int ust_ctl_open(unsigned int flags, struct ust_ctl **ret_ctl)
{
	struct ust_ctl *ctl;
	int err;

	if (!ret_ctl || (flags & ~(unsigned int)UST_CTL_SPAWN))
		return ust_ctl_fail(NULL, -EINVAL, "ust_ctl_open: an argument is refused");
	ctl = calloc(1, sizeof(*ctl));
	if (!ctl)
		return ust_ctl_fail(NULL, -ENOMEM, "no memory for a connection to ustd");
	ctl->fd = -1;
	err = connect_and_greet(ctl);
	/* -ECONNRESET: a ustd that was just about to end. */
	if ((err == -ECONNREFUSED || err == -ECONNRESET) && (flags & UST_CTL_SPAWN)) {
		err = ust_ctl_spawn_daemon(ctl);
		/* A second ustd refuses to start beside the one that somebody else started
		 * meanwhile, so a failure counts only if nobody answers. Its sentence says more
		 * than that of the connection. */
		if (err) {
			char why[UST_CTL_ERROR_SIZE];

			memcpy(why, ctl->error, sizeof(why));
			if (connect_and_greet(ctl))
				memcpy(ctl->error, why, sizeof(why));
			else
				err = 0;
		} else {
			err = connect_and_greet(ctl);
		}
	}
	if (err) {
		ust_ctl_fail(NULL, err, "%s", ctl->error);
		ust_ctl_close(ctl);
		return err;
	}
	*ret_ctl = ctl;
	return 0;
}

void ust_ctl_close(struct ust_ctl *ctl)
{
	if (!ctl)
		return;
	if (ctl->fd >= 0)
		close(ctl->fd);
	free(ctl);
}
