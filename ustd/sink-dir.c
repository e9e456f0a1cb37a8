/* SPDX-License-Identifier: GPL-2.0-only */
#include "sink-dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* Traces tell a lot about a program: others get no access; the umask may take the group's. */
#define DIR_MODE 0770
#define FILE_MODE 0660

static int is_empty(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), nr = 0;
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);

	if (!dir) {
		int err = -errno;

		if (copy >= 0)
			close(copy);
		return err;
	}
	while (nr <= 2 && readdir(dir))
		nr++;
	closedir(dir);
	return nr <= 2;
}

static int make_parents(const char *path)
{
	char buf[PATH_MAX];
	size_t len = strlen(path);
	char *slash;

	if (len >= sizeof(buf))
		return -ENAMETOOLONG;
	memcpy(buf, path, len + 1);
	for (slash = strchr(buf + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(buf, DIR_MODE) && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	if (mkdir(buf, DIR_MODE) && errno != EEXIST)
		return -errno;
	return 0;
}

int ustd_sink_dir_create(const char *path)
{
	int fd, sub, err;

	if (path[0] != '/')
		return -EINVAL;
	err = make_parents(path);
	if (err)
		return err == -ENOTDIR ? -EEXIST : err;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOTDIR ? -EEXIST : -errno;
	err = is_empty(fd);
	if (err == 0)
		err = -ENOTEMPTY;
	else if (err > 0)
		err = mkdirat(fd, "ust", DIR_MODE) ? -errno : 0;
	sub = err ? err : openat(fd, "ust", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!err && sub < 0)
		sub = -errno;
	close(fd);
	return sub;
}

char *ustd_sink_dir_numbered(const char *beside, const char *what, uint32_t nr)
{
	size_t len = strlen(beside);
	char *path;

	while (len > 1 && beside[len - 1] == '/')
		len--;
	return asprintf(&path, "%.*s-%s-%u", (int)len, beside, what, nr) < 0 ? NULL : path;
}

void ustd_sink_dir_remove(int dirfd, const char *path, bool made)
{
	int copy = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!dir && copy >= 0)
		close(copy);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd, entry->d_name, 0);
	if (dir)
		closedir(dir);
	unlinkat(dirfd, "../ust", AT_REMOVEDIR);
	if (made)
		rmdir(path);
}

int ustd_sink_dir_add(int dirfd, const char *name)
{
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "../%s", name);
	if (mkdirat(dirfd, path, DIR_MODE))
		return -errno;
	fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void ustd_sink_dir_name(const char *comm, char *buf, size_t size)
{
	size_t i;

	for (i = 0; comm[i] && i + 1 < size; i++) {
		unsigned char c = (unsigned char)comm[i];
		bool ok = c > 0x20 && c < 0x7f && c != '/' && !(c == '.' && i == 0);

		buf[i] = (char)(ok ? c : '_');
	}
	if (i == 0)
		buf[i++] = '_';
	buf[i] = '\0';
}

int ustd_sink_open(int dirfd, const char *name, int flags)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, FILE_MODE);

	return fd < 0 ? -errno : fd;
}

int ustd_sink_write(int fd, const struct iovec *iov, int nr_iov, uint64_t offset)
{
	struct iovec left[4];
	int at = 0;

	memcpy(left, iov, sizeof(*iov) * (size_t)nr_iov);
	while (at < nr_iov) {
		ssize_t done = pwritev(fd, left + at, nr_iov - at, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		if (done == 0 && left[at].iov_len)
			return -ENOSPC;
		offset += (uint64_t)done;
		while (at < nr_iov && (size_t)done >= left[at].iov_len) {
			done -= (ssize_t)left[at].iov_len;
			at++;
		}
		if (at < nr_iov) {
			left[at].iov_base = (char *)left[at].iov_base + done;
			left[at].iov_len -= (size_t)done;
		}
	}
	return 0;
}
