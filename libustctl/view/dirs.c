// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dirs.h"

/* LTTng's deepest is SESSION/ust/uid/0/64-bit; a link that leads back is not followed for ever. */
#define DEPTH_MAX 6

static int add_path(struct ust_dirs *dirs, const char *path)
{
	char **paths = reallocarray(dirs->paths, dirs->nr + 1, sizeof(*paths));

	if (!paths)
		return -ENOMEM;
	dirs->paths = paths;
	paths[dirs->nr] = strdup(path);
	if (!paths[dirs->nr])
		return -ENOMEM;
	dirs->nr++;
	return 0;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* LTTng's packet indexes. */
static int is_index(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, ".idx") == 0;
}

static int find(const char *dir, int depth, struct ust_dirs *dirs)
{
	struct dirent **names;
	char path[4096];
	struct stat st;
	int i, n, r = 0;

	n = scandir(dir, &names, is_visible, alphasort);
	if (n < 0)
		return depth ? 0 : -errno;
	for (i = 0; i < n; i++) {
		if (r < 0 ||
		    (size_t)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name) >=
			    sizeof(path) ||
		    stat(path, &st) < 0) {
			free(names[i]);
			continue;
		}
		if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			r = find(path, depth + 1, dirs);
		else if (S_ISREG(st.st_mode) && strcmp(names[i]->d_name, "metadata") == 0)
			r = add_path(dirs, dir);
		else if (S_ISREG(st.st_mode) && !is_index(names[i]->d_name))
			dirs->bytes += st.st_size;
		free(names[i]);
	}
	free(names);
	return r;
}

int ust_dirs_find(const char *dir, struct ust_dirs *ret_dirs)
{
	memset(ret_dirs, 0, sizeof(*ret_dirs));
	return find(dir, 0, ret_dirs);
}

void ust_dirs_fini(struct ust_dirs *dirs)
{
	unsigned int i;

	for (i = 0; i < dirs->nr; i++)
		free(dirs->paths[i]);
	free(dirs->paths);
}
