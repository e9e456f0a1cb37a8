/* SPDX-License-Identifier: GPL-2.0-only */
/* Instances of tracefs that carry the name of their ustd. */
#include "tracefs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define REMOVE_TRIES 100 /* of 10 ms */

/* When a process was started, in the kernel's ticks since boot; 0: there is none of that id, or
 * nothing but its entry in the table is left of it. */
static unsigned long long start_time(unsigned int pid)
{
	char path[64], text[1024], *p;
	unsigned long long start = 0;
	size_t len;
	FILE *file;
	int i;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	/* The 22nd word; the second is a name in brackets that may hold anything. */
	p = strrchr(text, ')');
	if (p && (p[2] == 'Z' || p[2] == 'X'))
		return 0;
	for (i = 0; p && i < 20; i++)
		p = strchr(p + 1, ' ');
	if (p)
		sscanf(p, " %llu", &start);
	return start;
}

static unsigned long long pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) ? 0 : (unsigned long long)st.st_ino;
}

static void refused(int err, char *why, size_t size)
{
	snprintf(why, size, "no instance of tracefs can be made (%s)%s", strerror(-err),
		 err == -EPERM || err == -EACCES
			 ? ": kernel events need root, on a kernel that is not locked down"
			 : "");
}

int ustd_tracefs_instance_create(uint64_t session, char *name, size_t name_size, char *why,
				 size_t size)
{
	int root = ustd_tracefs_root(why, size), fd;
	char path[160];
	unsigned int pid = (unsigned int)getpid();

	if (root < 0)
		return root;
	snprintf(name, name_size, "ust-%u-%llu-%llu-%llu", pid, (unsigned long long)session,
		 start_time(pid), pid_namespace());
	snprintf(path, sizeof(path), "instances/%s", name);
	if (mkdirat(root, path, 0700) && errno != EEXIST) {
		int err = -errno;

		refused(err, why, size);
		return err;
	}
	fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		fd = -errno;
		refused(fd, why, size);
		ustd_tracefs_instance_remove(name);
	}
	return fd;
}

int ustd_tracefs_instance_remove(const char *name)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	int root = ustd_tracefs_root(NULL, 0), i;
	char path[320];

	if (root < 0)
		return root;
	snprintf(path, sizeof(path), "instances/%s", name);
	/* Somebody may be looking at one of its files. */
	for (i = 0; i < REMOVE_TRIES; i++) {
		if (unlinkat(root, path, AT_REMOVEDIR) == 0 || errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			break;
		nanosleep(&pause, NULL);
	}
	return -errno;
}

/* Whether an instance is one of ours whose ustd is dead. */
static bool is_left_behind(const char *name)
{
	unsigned long long session, start, namespace;
	unsigned int pid;
	int end = 0;

	if (sscanf(name, "ust-%u-%llu-%llu-%llu%n", &pid, &session, &start, &namespace, &end) !=
		    4 ||
	    name[end])
		return false;
	/* What runs in another namespace cannot be judged from here. */
	if (namespace != pid_namespace())
		return false;
	return start_time(pid) != start;
}

void ustd_tracefs_clean(void)
{
	int root = ustd_tracefs_root(NULL, 0), fd;
	struct dirent *entry;
	DIR *dir;

	fd = root < 0 ? -1 : openat(root, "instances", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir))) {
		int err;

		if (!is_left_behind(entry->d_name))
			continue;
		err = ustd_tracefs_instance_remove(entry->d_name);
		if (err)
			ustd_warn("the tracefs instance %s, left behind by a ustd that is dead, "
				  "cannot be removed: %s",
				  entry->d_name, strerror(-err));
		else
			ustd_info("removed the tracefs instance %s of a dead ustd", entry->d_name);
	}
	closedir(dir);
}
