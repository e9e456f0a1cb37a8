/* SPDX-License-Identifier: LGPL-2.1-only */
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <linux/close_range.h>

#include <ust/abi/control.h>

#include "../os/debug.h"
#include "../os/rundir.h"
#include "../stay/stay.h"

#define FIRST_FD 3  /* never one of the standard descriptors, even if they are closed */
#define HIGH_FD 512 /* where programs rarely are */

int64_t ust_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void ust_sleep_ms(long ms)
{
	struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	/* The kernel's own call: nanosleep() of libc is a cancellation point. */
	syscall(SYS_nanosleep, &ts, NULL);
}

static int move_fd(int fd, int at_least)
{
	int high;

	if (fd >= at_least)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, at_least);
	if (high < 0)
		return fd;
	close(fd);
	return high;
}

static int adopt(int fd, struct ust_connection *ret_conn)
{
	struct stat st;

	if (fstat(fd, &st)) {
		int err = -errno;

		close(fd);
		return err;
	}
	ret_conn->fd = fd;
	ret_conn->is_private = (int)ust_stay_thread.private_table;
	ret_conn->dev = st.st_dev;
	ret_conn->ino = st.st_ino;
	return 0;
}

static int new_socket(int flags)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | flags, 0);

	if (fd < 0)
		return -errno;
	fd = move_fd(fd, FIRST_FD);
	if (fd < FIRST_FD) {
		close(fd);
		return -EMFILE;
	}
	return fd;
}

/* Only our user and root may tell us what to do. */
static int check_peer(int fd)
{
	socklen_t size = sizeof(struct ucred);
	struct ucred cred;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size))
		return -errno;
	return cred.uid == geteuid() || cred.uid == 0 ? 0 : -EPERM;
}

static int set_address(struct sockaddr_un *addr, const char *path)
{
	if (strlen(path) >= sizeof(addr->sun_path))
		return -ENAMETOOLONG;
	memset(addr, 0, sizeof(*addr));
	addr->sun_family = AF_UNIX;
	strcpy(addr->sun_path, path);
	return 0;
}

int ust_connection_connect(int64_t deadline_ms, struct ust_connection *ret_conn)
{
	struct sockaddr_un addr;
	char dir[256], path[300];
	int fd, err;

	err = ust_rundir_path(dir, sizeof(dir));
	if (!err)
		err = ust_rundir_join(dir, UST_SOCKET_NAME, path, sizeof(path));
	if (!err)
		err = set_address(&addr, path);
	if (err)
		return err;
	fd = new_socket(SOCK_NONBLOCK);
	if (fd < 0)
		return fd;
	while (connect(fd, (const struct sockaddr *)&addr, sizeof(addr))) {
		err = -errno;
		if (err != -EINTR && (err != -EAGAIN || ust_now_ms() >= deadline_ms))
			goto close_fd;
		if (err == -EAGAIN)
			ust_sleep_ms(1);
	}
	err = check_peer(fd);
	if (err) {
		ust_debug("%s belongs to another user: not used", path);
		goto close_fd;
	}
	fcntl(fd, F_SETFL, 0);
	return adopt(fd, ret_conn);

close_fd:
	close(fd);
	return err;
}

int ust_connection_to(const char *path, struct ust_connection *ret_conn)
{
	struct sockaddr_un addr;
	int fd, err = set_address(&addr, path);

	if (err)
		return err;
	fd = new_socket(0);
	if (fd < 0)
		return fd;
	if (connect(fd, (const struct sockaddr *)&addr, sizeof(addr))) {
		err = -errno;
		close(fd);
		return err;
	}
	return adopt(fd, ret_conn);
}

static int make_listener(const char *path)
{
	struct sockaddr_un addr;
	int fd, err = set_address(&addr, path);

	if (err)
		return err;
	fd = new_socket(0);
	if (fd < 0)
		return fd;
	/* Left behind by an earlier process of this number, or by this one before exec. */
	unlink(path);
	if (bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 1)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

int ust_connection_listen(const char *dir, char *path, size_t path_size,
			  struct ust_connection *ret_conn)
{
	char top[256], apps[300], name[16];
	int err, fd;

	err = ust_rundir_make(top, sizeof(top));
	if (!err)
		err = ust_rundir_join(top, dir, apps, sizeof(apps));
	if (err)
		return err;
	snprintf(name, sizeof(name), "%d", (int)getpid());
	err = ust_rundir_join(apps, name, path, path_size);
	if (err)
		return err;
	fd = make_listener(path);
	if (fd == -ENOENT && mkdir(apps, 0700) == 0)
		fd = make_listener(path);
	if (fd < 0)
		return fd;
	return adopt(fd, ret_conn);
}

/* One of a pair of this process's own. */
static int is_own_pair(int fd)
{
	socklen_t cred_size = sizeof(struct ucred), type_size = sizeof(int);
	struct ucred cred;
	int type;

	return !getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &cred_size) &&
	       cred.pid == getpid() && !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) &&
	       type == SOCK_SEQPACKET;
}

int ust_connection_raise(int fd)
{
	struct stat low, high;
	int raised = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);

	if (raised < 0)
		return errno == EBADF ? -EAGAIN : fd;
	if (!is_own_pair(raised)) {
		close(raised);
		return -EAGAIN;
	}
	if (!fstat(fd, &low) && !fstat(raised, &high) && low.st_dev == high.st_dev &&
	    low.st_ino == high.st_ino)
		close(fd);
	return raised;
}

int ust_connection_pair(int pair[2])
{
	int i, low[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, low))
		return -errno;
	for (i = 0; i < 2; i++)
		pair[i] = ust_connection_raise(low[i]);
	if (pair[0] >= 0 && pair[1] >= 0)
		return 0;
	for (i = 0; i < 2; i++)
		if (pair[i] >= 0)
			close(pair[i]);
	return -EAGAIN;
}

int ust_connection_adopt(int fd, struct ust_connection *ret_conn)
{
	fd = move_fd(fd, FIRST_FD);
	if (fd < FIRST_FD) {
		close(fd);
		return -EMFILE;
	}
	return adopt(fd, ret_conn);
}

int ust_connection_accept(const struct ust_connection *listener, struct ust_connection *ret_conn)
{
	for (;;) {
		int fd;

		if (!ust_connection_ok(listener))
			return -EBADF;
		fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0)
			return -errno;
		if (check_peer(fd)) {
			ust_debug("a connection of another user: closed");
			close(fd);
			continue;
		}
		return adopt(ust_stay_thread.private_table ? fd : move_fd(fd, HIGH_FD), ret_conn);
	}
}

int ust_connection_ok(const struct ust_connection *conn)
{
	struct stat st;

	if (conn->fd < 0 || conn->is_private)
		return conn->fd >= 0;
	return fstat(conn->fd, &st) == 0 && st.st_dev == conn->dev && st.st_ino == conn->ino;
}

void ust_connection_close(struct ust_connection *conn)
{
	if (ust_connection_ok(conn))
		close(conn->fd);
	conn->fd = -1;
}

int ust_connection_wait(const struct ust_connection *conn, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd poll_fd = {.fd = conn->fd, .events = POLLIN};
		int64_t left = deadline_ms - ust_now_ms();
		int ret = poll(&poll_fd, 1, left > 0 ? (int)left : 0);

		if (ret >= 0)
			return ret > 0;
		if (errno != EINTR)
			return -errno;
	}
}

int ust_connection_peer_works(const struct ust_connection *conn)
{
	socklen_t size = sizeof(struct ucred);
	char path[32], text[256], *state;
	struct ucred cred;
	ssize_t got;
	int fd;

	if (getsockopt(conn->fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) || cred.pid <= 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)cred.pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	/* "pid (name) state": a name may hold anything, also a bracket. */
	state = strrchr(text, ')');
	return state && state[1] == ' ' && strchr("RSD", state[2]) && state[2];
}

void ust_connection_set_timeout(const struct ust_connection *conn, int ms)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

	setsockopt(conn->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

static int close_range_(int first, unsigned int last, unsigned int flags)
{
	if ((unsigned int)first > last)
		return 0;
	return syscall(SYS_close_range, first, last, flags) ? -errno : 0;
}

int ust_connection_make_private(struct ust_connection *conn)
{
	int keep[2] = {-1, conn->fd}, i, next = 0, err;
	int top = conn->fd;

	if (ust_debug_enabled) {
		keep[0] = STDERR_FILENO;
		if (top < STDERR_FILENO)
			top = STDERR_FILENO;
	}
	if (ust_stay_thread.private_table)
		return 0;
	/* Everything above in the same call that makes the table: it is not even copied. */
	err = close_range_(top + 1, ~0u, CLOSE_RANGE_UNSHARE);
	if (err) {
		if (conn->fd >= 0)
			conn->fd = move_fd(conn->fd, HIGH_FD);
		ust_debug("no descriptor table of our own: error %d", -err);
		return err;
	}
	for (i = 0; i < 2; i++) {
		if (keep[i] < 0)
			continue;
		close_range_(next, (unsigned int)keep[i] - 1, 0);
		next = keep[i] + 1;
	}
	conn->is_private = 1;
	ust_stay_thread.private_table = 1;
	return 0;
}

int ust_connection_table_is_private(void)
{
	return (int)ust_stay_thread.private_table;
}
