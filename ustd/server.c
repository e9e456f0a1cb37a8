/* SPDX-License-Identifier: GPL-2.0-only */
#include "server.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <ust/abi/control.h>

#include "conn.h"
#include "libust/os/rundir.h"
#include "log.h"
#include "loop.h"

/* A program may fork hundreds of children at once; none may be turned away. */
#define BACKLOG 4096
#define ACCEPT_NS 100000000u /* after a failure */
#define LOCK_NAME "ustd.lock"
#define LOCK_TRIES 200 /* of 10 ms */

static char dir[PATH_MAX];
static int dir_fd = -1, lock_fd = -1;
static struct ustd_watch listener = {.fd = -1};
static struct ustd_timer accept_timer;
static int inherited;

const char *ustd_server_dir(void)
{
	return dir;
}

/* A path of any length becomes an address by way of the directory's descriptor. */
static int make_address(int at, const char *name, struct sockaddr_un *ret_addr)
{
	int len;

	memset(ret_addr, 0, sizeof(*ret_addr));
	ret_addr->sun_family = AF_UNIX;
	len = snprintf(ret_addr->sun_path, sizeof(ret_addr->sun_path), "/proc/self/fd/%d/%s", at,
		       name);
	return len < 0 || (size_t)len >= sizeof(ret_addr->sun_path) ? -ENAMETOOLONG : 0;
}

/* Without waiting: -EAGAIN if the peer's backlog is full. */
static int connect_to(int at, const char *name)
{
	struct sockaddr_un addr;
	int err = make_address(at, name, &addr), fd;

	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static void accept_again(struct ustd_timer *timer USTD_UNUSED)
{
	ustd_loop_rewatch(&listener, EPOLLIN);
}

static void accept_ready(struct ustd_watch *watch, uint32_t events USTD_UNUSED)
{
	int i;

	for (i = 0; i < 16; i++) {
		int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		int err;

		if (fd < 0 && errno != EAGAIN && errno != ECONNABORTED) {
			/* It waits on: asking without a pause would take a CPU. */
			ustd_warn("cannot accept a connection: %s", strerror(errno));
			ustd_loop_rewatch(&listener, 0);
			ustd_timer_arm(&accept_timer, ACCEPT_NS);
		}
		if (fd < 0)
			return;
		err = ustd_conn_add(fd);
		if (err)
			ustd_warn("a connection is refused: %s", strerror(-err));
	}
}

/* Result: 1 locked, 0 another one is there and answers, -EBUSY it does not. */
static int take_lock(void)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	int i;

	for (i = 0; i < LOCK_TRIES; i++) {
		int fd;

		if (flock(lock_fd, LOCK_EX | LOCK_NB) == 0)
			return 1;
		/* It may be just starting, or just ending. */
		fd = connect_to(dir_fd, UST_SOCKET_NAME);
		if (fd >= 0) {
			close(fd);
			return 0;
		}
		nanosleep(&pause, NULL);
	}
	return -EBUSY;
}

/* systemd's way of handing a listening socket over. */
static int inherited_socket(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	int type = 0;
	socklen_t len = sizeof(type);

	if (!pid || !fds || atoi(pid) != (int)getpid() || atoi(fds) < 1)
		return -1;
	if (getsockopt(3, SOL_SOCKET, SO_TYPE, &type, &len) || type != SOCK_SEQPACKET)
		return -1;
	fcntl(3, F_SETFD, FD_CLOEXEC);
	fcntl(3, F_SETFL, O_NONBLOCK);
	return 3;
}

static int listen_here(void)
{
	struct sockaddr_un addr;
	int err = make_address(dir_fd, UST_SOCKET_NAME, &addr);
	mode_t old;

	if (err)
		return err;
	listener.fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener.fd < 0)
		return -errno;
	/* We hold the lock: whoever made an older one is dead. */
	unlinkat(dir_fd, UST_SOCKET_NAME, 0);
	old = umask(0177);
	err = bind(listener.fd, (struct sockaddr *)&addr, sizeof(addr)) ? -errno : 0;
	umask(old);
	if (!err && listen(listener.fd, BACKLOG))
		err = -errno;
	return err;
}

int ustd_server_init(void)
{
	int ret = ust_rundir_make(dir, sizeof(dir));

	if (ret) {
		ustd_warn("cannot use the runtime directory %s: %s; it must belong to user %u with "
			  "mode 0700, or set %s to another one",
			  dir, strerror(-ret), (unsigned int)geteuid(), UST_ENV_RUNTIME_DIR);
		return ret;
	}
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	lock_fd = dir_fd < 0 ? -1 : openat(dir_fd, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock_fd < 0) {
		ret = -errno;
		ustd_warn("cannot open %s/%s: %s", dir, LOCK_NAME, strerror(-ret));
		return ret;
	}
	ret = take_lock();
	if (ret <= 0) {
		if (ret < 0)
			ustd_warn("another ustd holds %s/%s but does not answer: end it first", dir,
				  LOCK_NAME);
		return ret;
	}
	listener.ready = accept_ready;
	accept_timer.fire = accept_again;
	listener.fd = inherited_socket();
	inherited = listener.fd >= 0;
	ret = inherited ? 0 : listen_here();
	if (!ret)
		ret = ustd_loop_watch(&listener, EPOLLIN);
	if (ret) {
		ustd_warn("cannot listen on %s/%s: %s", dir, UST_SOCKET_NAME, strerror(-ret));
		return ret;
	}
	return 1;
}

void ustd_server_scan(void)
{
	int fd = openat(dir_fd, UST_APPS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *apps = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!apps) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(apps))) {
		int conn;

		if (entry->d_name[0] == '.')
			continue;
		conn = connect_to(fd, entry->d_name);
		/* Nobody listens any more: the process was killed. */
		if (conn == -ECONNREFUSED)
			unlinkat(fd, entry->d_name, 0);
		else if (conn < 0)
			ustd_info("%s/%s: %s", UST_APPS_DIR, entry->d_name, strerror(-conn));
		else
			ustd_conn_add(conn);
	}
	closedir(apps);
}

int ustd_server_reach(pid_t pid, bool *ret_detached)
{
	static const char *const dirs[] = {UST_APPS_DIR, UST_DETACHED_DIR};
	int err = -ESRCH;
	unsigned int i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		char name[32];
		int conn;

		snprintf(name, sizeof(name), "%s/%d", dirs[i], (int)pid);
		conn = connect_to(dir_fd, name);
		/* Of a process that lives it is not listened to yet, and is not found without its name. */
		if (conn == -ECONNREFUSED && kill(pid, 0) && errno == ESRCH)
			unlinkat(dir_fd, name, 0);
		*ret_detached = i == 1;
		if (conn >= 0)
			return ustd_conn_add(conn);
		if (conn != -ENOENT && conn != -ECONNREFUSED)
			err = conn;
	}
	return err;
}

void ustd_server_fini(void)
{
	if (listener.fd < 0)
		return;
	if (!inherited)
		unlinkat(dir_fd, UST_SOCKET_NAME, 0);
	ustd_timer_disarm(&accept_timer);
	ustd_loop_unwatch(&listener);
	close(listener.fd);
	listener.fd = -1;
}
