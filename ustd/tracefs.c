/* SPDX-License-Identifier: GPL-2.0-only */
#include "tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CHUNK 65536

static int root_fd = -1;

/* Where a distribution mounts it, if it does. */
static int open_mounted(void)
{
	static const char *const paths[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};
	unsigned int i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int fd = open(paths[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (faccessat(fd, "instances", W_OK, 0) == 0)
			return fd;
		close(fd);
	}
	return -1;
}

/* A mount that is in no directory tree and goes with its last descriptor. */
static int open_detached(void)
{
	int fs, mnt = -1, fd = -1, err;

	fs = (int)syscall(SYS_fsopen, "tracefs", 1 /* FSOPEN_CLOEXEC */);
	if (fs >= 0 && syscall(SYS_fsconfig, fs, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0) == 0)
		mnt = (int)syscall(SYS_fsmount, fs, 1 /* FSMOUNT_CLOEXEC */, 0);
	if (mnt >= 0)
		fd = openat(mnt, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = errno;
	if (mnt >= 0)
		close(mnt);
	if (fs >= 0)
		close(fs);
	return fd >= 0 ? fd : -err;
}

static void explain(int err, char *why, size_t size)
{
	if (!why)
		return;
	if (err == -ENODEV)
		snprintf(why, size, "this kernel has no tracefs (CONFIG_TRACING)");
	else if ((err == -EPERM || err == -EACCES) && geteuid() != 0)
		snprintf(why, size,
			 "kernel events from tracefs need root: this ustd belongs to user %u and "
			 "has no access to it; run ustctl as root (sudo), or drop -k",
			 (unsigned int)geteuid());
	else if (err == -EPERM || err == -EACCES)
		snprintf(why, size,
			 "tracefs is not mounted, and this process may not mount it (a container "
			 "without CAP_SYS_ADMIN?); on the host: mount -t tracefs nodev "
			 "/sys/kernel/tracing, and make that directory visible here, writable");
	else
		snprintf(why, size,
			 "tracefs cannot be opened (%s); try: mount -t tracefs nodev "
			 "/sys/kernel/tracing",
			 strerror(-err));
}

int ustd_tracefs_root(char *why, size_t size)
{
	int err;

	if (root_fd >= 0)
		return root_fd;
	root_fd = open_mounted();
	if (root_fd >= 0)
		return root_fd;
	err = open_detached();
	if (err < 0) {
		explain(err, why, size);
		return err;
	}
	root_fd = err;
	return root_fd;
}

int ustd_tracefs_write(int dir, const char *path, const char *text, int flags)
{
	size_t len = strlen(text), done = 0;
	int fd = openat(dir, path, O_WRONLY | O_CLOEXEC | flags), err = 0;

	if (fd < 0)
		return -errno;
	/* Some of its files take one word at a time. */
	while (done < len && !err) {
		ssize_t part = write(fd, text + done, len - done);

		if (part < 0 && errno != EINTR)
			err = -errno;
		else if (part == 0)
			err = -EIO;
		else if (part > 0)
			done += (size_t)part;
	}
	close(fd);
	return err;
}

ssize_t ustd_tracefs_read(int dir, const char *path, char **ret_text)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	size_t len = 0, size = CHUNK;
	char *text = NULL, *more;
	ssize_t part;

	if (fd < 0)
		return -errno;
	do {
		more = !text || len + 1 >= size ? realloc(text, size *= 2) : text;
		if (!more) {
			errno = ENOMEM;
			break;
		}
		text = more;
		part = read(fd, text + len, size - len - 1);
		if (part > 0)
			len += (size_t)part;
	} while (part > 0);
	if (!more || part < 0) {
		int err = -errno;

		free(text);
		close(fd);
		return err;
	}
	close(fd);
	text[len] = '\0';
	*ret_text = text;
	return (ssize_t)len;
}
