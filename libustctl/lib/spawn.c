/* SPDX-License-Identifier: LGPL-2.1-only */
/* Finding and starting ustd. */
#include "ctl.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef UST_LIBEXECDIR
#define UST_LIBEXECDIR "/usr/local/libexec/ust"
#endif
#ifndef UST_BIN_TO_LIBEXEC
#define UST_BIN_TO_LIBEXEC "../libexec/ust"
#define UST_LIB_TO_LIBEXEC "../libexec/ust"
#endif

extern char **environ;

static int is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* "@file's directory/@name", if that is a program. */
static int beside(const char *file, const char *name, char *path)
{
	const char *slash = strrchr(file, '/');

	if (!slash ||
	    snprintf(path, PATH_MAX, "%.*s/%s", (int)(slash - file), file, name) >= PATH_MAX)
		return 0;
	return is_program(path);
}

/* In the build tree ustd is in the folder next to ours, in an installed tree beside us or in
 * libexec, to which @way leads from ours.
 */
static int near_file(const char *file, const char *way, char *path)
{
	return beside(file, "ustd", path) || beside(file, "../ustd/ustd", path) ||
	       beside(file, way, path);
}

static int in_path(char *path)
{
	const char *dir = getenv("PATH");

	while (dir && *dir) {
		size_t len = strcspn(dir, ":");

		/* Relative entries are passed over: a daemon is not started from the cwd. */
		if (dir[0] == '/' &&
		    snprintf(path, PATH_MAX, "%.*s/ustd", (int)len, dir) < PATH_MAX &&
		    is_program(path))
			return 1;
		dir += len;
		dir += *dir == ':';
	}
	return 0;
}

static int find_daemon(struct ust_ctl *ctl, char *path)
{
	const char *env = getenv("UST_USTD");
	char exe[PATH_MAX];
	ssize_t len;
	Dl_info info;

	if (env && *env) {
		if (!is_program(env))
			return ust_ctl_fail(ctl, -ENOENT,
					    "no ustd runs and UST_USTD names '%s', which is not an "
					    "executable file; correct or unset it",
					    env);
		return snprintf(path, PATH_MAX, "%s", env) < PATH_MAX ? 0 : -ENAMETOOLONG;
	}
	len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (len > 0) {
		exe[len] = '\0';
		if (near_file(exe, UST_BIN_TO_LIBEXEC "/ustd", path))
			return 0;
	}
	if (dladdr((void *)ust_ctl_open, &info) && info.dli_fname &&
	    near_file(info.dli_fname, UST_LIB_TO_LIBEXEC "/ustd", path))
		return 0;
	snprintf(path, PATH_MAX, "%s", UST_LIBEXECDIR "/ustd");
	if (is_program(path) || in_path(path))
		return 0;
	return ust_ctl_fail(
		ctl, -ENOENT,
		"no ustd runs and none was found beside this program, in %s or in PATH; "
		"install it or set UST_USTD to its path",
		UST_LIBEXECDIR);
}

/* The daemon outlives us and is nobody's traced program: no preloaded library, no scope. */
static char **daemon_environ(void)
{
	size_t nr = 0, i, kept = 0;
	char **env;

	while (environ && environ[nr])
		nr++;
	env = calloc(nr + 1, sizeof(*env));
	if (!env)
		return NULL;
	for (i = 0; i < nr; i++)
		if (strncmp(environ[i], "LD_PRELOAD=", 11) &&
		    strncmp(environ[i], UST_ENV_SCOPE "=", sizeof(UST_ENV_SCOPE)))
			env[kept++] = environ[i];
	return env;
}

/* Descriptors of the daemon: 0 and 1 nothing, 2 @log, 3 @ready; none of ours leaks into it. */
static int spawn(const char *path, int ready, int log, pid_t *ret_pid)
{
	char *argv[] = {(char *)"ustd", (char *)"--daemonize", (char *)"--ready-fd", (char *)"3",
			NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, all;
	char **env = daemon_environ();
	int err;

	if (!env)
		return -ENOMEM;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETSID);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawn_file_actions_init(&actions);
	/* @ready and @log are above 9, so that no dup2 overwrites the source of a later one. */
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, log, 2);
	posix_spawn_file_actions_adddup2(&actions, ready, 3);
	posix_spawn_file_actions_addclosefrom_np(&actions, 4);
	err = posix_spawn(ret_pid, path, &actions, &attr, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	free(env);
	return -err;
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* 0: ready, -ETIMEDOUT, or -ECONNREFUSED when every holder of the other end is gone. */
static int wait_ready(int fd)
{
	long end = now_ms() + UST_CTL_SPAWN_MS;
	char byte;

	for (;;) {
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		long left = end - now_ms();
		ssize_t got;

		if (left <= 0 || poll(&pfd, 1, (int)left) == 0)
			return -ETIMEDOUT;
		got = read(fd, &byte, 1);
		if (got > 0)
			return 0;
		if (got == 0)
			return -ECONNREFUSED;
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
}

/* Collects the process that daemonized; a ustd that stays in the foreground is left to init. */
static void reap(pid_t pid)
{
	struct timespec pause = {.tv_nsec = 1000000};
	int i;

	for (i = 0; i < 200; i++) {
		pid_t got = waitpid(pid, NULL, WNOHANG);

		if (got == pid || (got < 0 && errno != EINTR))
			return;
		nanosleep(&pause, NULL);
	}
}

/* What ustd said before it gave up: its last line, without its own name in front. */
static void read_log(int fd, char *buf, size_t size)
{
	ssize_t len = pread(fd, buf, size - 1, 0);
	char *line;

	buf[len > 0 ? len : 0] = '\0';
	len = (ssize_t)strlen(buf);
	while (len && buf[len - 1] == '\n')
		buf[--len] = '\0';
	line = strrchr(buf, '\n');
	line = line ? line + 1 : buf;
	if (!strncmp(line, "ustd: ", 6))
		line += 6;
	memmove(buf, line, strlen(line) + 1);
}

static int high_fd(int fd)
{
	int high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 10);

	if (fd >= 0)
		close(fd);
	return high;
}

int ust_ctl_spawn_daemon(struct ust_ctl *ctl)
{
	char path[PATH_MAX], said[512];
	int ready[2], log, err;
	pid_t pid;

	err = find_daemon(ctl, path);
	if (err)
		return err;
	if (pipe2(ready, O_CLOEXEC))
		return ust_ctl_fail(ctl, -errno, "cannot start ustd: %s", strerror(errno));
	ready[1] = high_fd(ready[1]);
	log = high_fd(memfd_create("ustd-start", MFD_CLOEXEC));
	err = ready[1] < 0 || log < 0 ? -EMFILE : spawn(path, ready[1], log, &pid);
	if (ready[1] >= 0)
		close(ready[1]);
	if (err) {
		ust_ctl_fail(ctl, err, "cannot start %s: %s", path, strerror(-err));
	} else {
		err = wait_ready(ready[0]);
		reap(pid);
		read_log(log, said, sizeof(said));
		if (err == -ETIMEDOUT)
			ust_ctl_fail(ctl, err, "%s was started but not ready within %d s%s%s", path,
				     UST_CTL_SPAWN_MS / 1000, *said ? ": " : "", said);
		else if (err)
			ust_ctl_fail(ctl, err, "%s ended at once: %s", path,
				     *said ? said : "it said nothing; run it with --help");
	}
	close(ready[0]);
	if (log >= 0)
		close(log);
	return err;
}
