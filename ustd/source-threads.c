/* SPDX-License-Identifier: GPL-2.0-only */
#include "source-threads.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "channel.h"
#include "session.h"
#include "source.h"

#define MAX_TID (1u << 22) /* the kernel's own limit */

/* The innermost id of a thread, and whether it has more than one; 0: it has gone. */
static int32_t inner_id(const char *status_path, bool *ret_several)
{
	FILE *file = fopen(status_path, "re");
	char line[256], *p, *end;
	int32_t id = 0;
	int nr = 0;

	if (!file)
		return 0;
	while (!nr && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "NSpid:", 6) != 0)
			continue;
		for (p = line + 6;; p = end, nr++) {
			long value = strtol(p, &end, 10);

			if (end == p)
				break;
			id = (int32_t)value;
		}
	}
	fclose(file);
	*ret_several = nr > 1;
	return id;
}

/* Marks a thread; false: it was marked before. */
static bool is_new(struct ustd_source *source, uint32_t tid)
{
	unsigned char bit = (unsigned char)(1u << (tid % 8));

	if (!source->told)
		source->told = calloc(1, MAX_TID / 8);
	if (!source->told || tid >= MAX_TID || (source->told[tid / 8] & bit))
		return false;
	source->told[tid / 8] |= bit;
	return true;
}

static void tell_thread(struct ustd_session *session, const struct ustd_app *app, int32_t vpid,
			const char *name)
{
	int32_t ids[4] = {app->pid, (int32_t)atoi(name), vpid, 0};
	char path[96];
	bool several;

	if (ids[1] <= 0 || !is_new(session->source, (uint32_t)ids[1]))
		return;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", (int)app->pid, (int)ids[1]);
	ids[3] = inner_id(path, &several);
	if (ids[3])
		ustd_losses_thread(session, &session->source->losses, ids);
}

void ustd_source_threads(struct ustd_session *session, struct ustd_app *app)
{
	struct dirent *entry;
	bool several = false;
	char path[64];
	int32_t vpid;
	DIR *dir;

	if (!session->source || app->same_namespace)
		return;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)app->pid);
	vpid = inner_id(path, &several);
	app->same_namespace = vpid && !several;
	if (!several)
		return;
	snprintf(path, sizeof(path), "/proc/%d/task", (int)app->pid);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			tell_thread(session, app, vpid, entry->d_name);
	closedir(dir);
}

void ustd_source_threads_all(struct ustd_session *session)
{
	struct ustd_channel *channel;

	if (!session->source || session->source->closed)
		return;
	cds_list_for_each_entry (channel, &session->channels, session_node) {
		if (channel->app)
			ustd_source_threads(session, channel->app);
	}
}
