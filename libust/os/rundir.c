/* SPDX-License-Identifier: LGPL-2.1-only */
#include "rundir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ust/abi/control.h>

static char chosen[256]; /* instead of all else; empty: not chosen */

static int format_result(int len, size_t size)
{
	return len < 0 || (size_t)len >= size ? -ENAMETOOLONG : 0;
}

/* An absolute path from the environment, or NULL. */
static const char *env_path(const char *name)
{
	const char *value = secure_getenv(name);

	return value && value[0] == '/' ? value : NULL;
}

int ust_rundir_join(const char *dir, const char *name, char *buf, size_t size)
{
	return format_result(snprintf(buf, size, "%s/%s", dir, name), size);
}

int ust_rundir_set(const char *dir)
{
	return format_result(snprintf(chosen, sizeof(chosen), "%s", dir), sizeof(chosen));
}

int ust_rundir_path(char *buf, size_t size)
{
	unsigned int uid = (unsigned int)geteuid();
	const char *dir = env_path(UST_ENV_RUNTIME_DIR);
	char user[48];

	if (chosen[0])
		dir = chosen;
	if (dir)
		return format_result(snprintf(buf, size, "%s", dir), size);
	dir = env_path("XDG_RUNTIME_DIR");
	if (dir)
		return ust_rundir_join(dir, "ust", buf, size);
	snprintf(user, sizeof(user), "/run/user/%u", uid);
	if (access(user, F_OK) == 0)
		return ust_rundir_join(user, "ust", buf, size);
	if (uid == 0)
		return format_result(snprintf(buf, size, "/run/ust"), size);
	return format_result(snprintf(buf, size, "/tmp/ust-%u", uid), size);
}

int ust_rundir_make(char *buf, size_t size)
{
	struct stat st;
	int err = ust_rundir_path(buf, size);

	if (err)
		return err;
	if (mkdir(buf, 0700) && errno != EEXIST)
		return -errno;
	/* A link is refused as well: in /tmp anybody could have put it there. */
	if (lstat(buf, &st))
		return -errno;
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
		return -EPERM;
	return 0;
}
