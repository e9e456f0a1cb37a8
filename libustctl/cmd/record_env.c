/* SPDX-License-Identifier: GPL-2.0-only */
/* What record hands to the program, and what it takes back when the program did not start. */
#include "record.h"

#include "cmd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ust/abi/control.h>

extern char **environ;

#define PRELOAD "LD_PRELOAD="
#define SCOPE UST_ENV_SCOPE "="

/* Appends a library to "LD_PRELOAD=a:b". */
static int append_library(char **value, const char *file)
{
	char path[PATH_MAX], *grown;
	int err = ust_path_library(file, path, sizeof(path));

	if (err) {
		ust_cmd_error("cannot find %s (looked for %s); set UST_LIBDIR to its directory",
			      file, path);
		return err;
	}
	/* ld.so splits the list there, and knows no escape. */
	if (strpbrk(path, " :")) {
		ust_cmd_error(
			"the path %s has a space or a ':' in it, which LD_PRELOAD cannot hold; "
			"set UST_LIBDIR to a link to its directory",
			path);
		return -EINVAL;
	}
	if (asprintf(&grown, "%s%s%s%s", *value, (*value)[strlen(PRELOAD)] ? ":" : "",
		     ust_path_preload_prefix(), path) < 0)
		return -ENOMEM;
	free(*value);
	*value = grown;
	return 0;
}

int ust_record_preload(const struct ust_record *record, const char *users, char **ret_value)
{
	char *value = strdup(PRELOAD), *all;
	unsigned int i;
	int err = value ? append_library(&value, "libust.so") : -ENOMEM;

	for (i = 0; i < record->preloads.nr && !err; i++)
		err = append_library(&value, record->preloads.chosen[i]->file);
	if (!err && record->calls.nr)
		err = append_library(&value, "libust-call.so");
	if (!err && users && *users) {
		if (asprintf(&all, "%s:%s", value, users) < 0) {
			err = -ENOMEM;
		} else {
			free(value);
			value = all;
		}
	}
	if (err) {
		free(value);
		return err;
	}
	*ret_value = value;
	return 0;
}

/* What of the environment is ours alone. The first @nr_made of envp are made here. */
static unsigned int nr_made(const struct ust_record *record)
{
	return record->calls.nr ? 4 : 2;
}

static int is_made(const struct ust_record *record, const char *variable)
{
	static const char *const names[] = {PRELOAD, SCOPE, UST_ENV_CALL "=",
					    UST_ENV_CALL_STATUS "="};
	unsigned int i;

	for (i = 0; i < nr_made(record); i++)
		if (!strncmp(variable, names[i], strlen(names[i])))
			return 1;
	return 0;
}

int ust_record_environ(const struct ust_record *record, char ***ret_envp)
{
	unsigned int made = nr_made(record);
	size_t nr = 0, i, kept = made;
	char **envp;
	int err;

	while (environ[nr])
		nr++;
	envp = calloc(nr + made + 1, sizeof(*envp));
	if (!envp)
		return -ENOMEM;
	err = ust_record_preload(record, getenv("LD_PRELOAD"), &envp[0]);
	if (!err && asprintf(&envp[1], SCOPE "%s", record->scope) < 0) {
		envp[1] = NULL;
		err = -ENOMEM;
	}
	if (!err && record->calls.nr) {
		envp[2] = ust_calls_rules(&record->calls);
		envp[3] = ust_calls_status(&record->calls);
		if (!envp[2] || !envp[3])
			err = -ENOMEM;
	}
	if (err) {
		ust_record_environ_free(record, envp);
		return err;
	}
	for (i = 0; i < nr; i++)
		if (!is_made(record, environ[i]))
			envp[kept++] = environ[i];
	*ret_envp = envp;
	return 0;
}

void ust_record_environ_free(const struct ust_record *record, char **envp)
{
	unsigned int i;

	for (i = 0; i < nr_made(record); i++)
		free(envp[i]);
	free(envp);
}

/* No process ever recorded, so there are only ustd's own files: metadata and losses. */
static void remove_folder(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (stream && (entry = readdir(stream)))
		unlinkat(fd, entry->d_name, 0);
	if (stream)
		closedir(stream);
	else if (fd >= 0)
		close(fd);
	unlinkat(dir, name, AT_REMOVEDIR);
}

void ust_record_remove_trace(const char *dir, int made)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0) {
		remove_folder(fd, "ust");
		remove_folder(fd, "kernel");
		close(fd);
	}
	if (made)
		rmdir(dir);
}
