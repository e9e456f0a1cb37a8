/* SPDX-License-Identifier: GPL-2.0-only */
#include "paths.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef UST_LIBDIR
#define UST_LIBDIR "/usr/local/lib"
#endif
#ifndef UST_BIN_TO_LIB
#define UST_BIN_TO_LIB "../lib"
#endif
#ifndef UST_LIBEXECDIR
#define UST_LIBEXECDIR "/usr/local/libexec/ust"
#endif
#ifndef UST_BIN_TO_LIBEXEC
#define UST_BIN_TO_LIBEXEC "../libexec/ust"
#endif

static int join(const char *dir, const char *name, char *path, size_t size)
{
	if (snprintf(path, size, "%s/%s", dir, name) >= (int)size)
		return -ENAMETOOLONG;
	return access(path, R_OK) ? -ENOENT : 0;
}

/* "@exe's directory/@way/@name", if it can be read. */
static int beside(const char *exe, const char *way, const char *name, char *path, size_t size)
{
	char dir[2 * PATH_MAX], real[PATH_MAX];

	snprintf(dir, sizeof(dir), "%.*s/%s", (int)(strrchr(exe, '/') - exe), exe, way);
	return realpath(dir, real) && !join(real, name, path, size);
}

/* In the build tree or beside where ustctl is installed. Result: whether it is there. */
static int near(const char *way, const char *name, char *path, size_t size)
{
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (len <= 0)
		return 0;
	exe[len] = '\0';
	return beside(exe, "../libust", name, path, size) || beside(exe, way, name, path, size);
}

int ust_path_library(const char *name, char *path, size_t size)
{
	const char *env = getenv("UST_LIBDIR");
	char dir[PATH_MAX];

	if (env && *env) {
		/* The program may change its directory before it executes another. */
		if (!realpath(env, dir))
			snprintf(dir, sizeof(dir), "%s", env);
		return join(dir, name, path, size);
	}
	if (near(UST_BIN_TO_LIB, name, path, size))
		return 0;
	return join(UST_LIBDIR, name, path, size);
}

int ust_path_program(const char *name, char *path, size_t size)
{
	if (near(UST_BIN_TO_LIBEXEC, name, path, size))
		return 0;
	return join(UST_LIBEXECDIR, name, path, size);
}

/*
 * glibc's loader replaces $LIB by the name of the directory that it takes libraries from; musl's takes
 * it as it is, finds no such directory and goes on without the library. Whether the detour leads back
 * to the root here is tried with the C library, which is there already.
 */
const char *ust_path_preload_prefix(void)
{
	static const char prefix[] = "/usr/$LIB/../../..";
	char libc[PATH_MAX], path[PATH_MAX + sizeof(prefix)];
	Dl_info info;
	void *handle;

	if (!dladdr(dlsym(RTLD_DEFAULT, "gnu_get_libc_version"), &info) ||
	    !realpath(info.dli_fname, libc))
		return "";
	snprintf(path, sizeof(path), "%s%s", prefix, libc);
	handle = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
	if (!handle)
		return "";
	dlclose(handle);
	return prefix;
}
