// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a trace. What is in one, is in walk.c; how large an event is, in shape.c.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ust/abi/packet.h>
#include <ust/abi/site.h>
#include <ust/ctl.h>

#include "count.h"
#include "graph.h"
#include "shape.h"
#include "tsdl.h"
#include "walk.h"

/* The environment block is near the metadata's beginning. */
#define ENV_SEARCH 65536

/* Says what the system refused; returns the negative errno. */
static int refused(struct ust_count *count, const char *path)
{
	int err = errno;

	snprintf(count->error, sizeof(count->error), "%.256s: %s", path, strerror(err));
	return -err;
}

static int count_file(const char *path, const struct ust_sizes *sizes, struct ust_count *count)
{
	struct ust_walk s = {.count = count, .sizes = sizes, .path = path};
	void *map;
	struct stat st;
	int fd, r;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		r = refused(count, path);
		if (fd >= 0)
			close(fd);
		return r;
	}
	if (!S_ISREG(st.st_mode) || !st.st_size) {
		close(fd);
		return 0;
	}
	map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	r = map == MAP_FAILED ? refused(count, path) : 0;
	close(fd);
	if (r < 0)
		return r;
	madvise(map, st.st_size, MADV_SEQUENTIAL);
	s.start = map;
	s.size = st.st_size;
	r = ust_walk_stream(&s);
	munmap(map, st.st_size);
	if (s.kind == UST_STREAM_LOSS) {
		count->loss_events += s.events;
		count->clock_unstable += s.loss_ids[UST_LOSS_CLOCK_UNSTABLE];
	} else {
		count->events += s.events;
	}
	count->nr_streams++;
	count->bytes += s.size;
	count->lost += s.lost;
	return r;
}

static int is_stream(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strncmp(entry->d_name, "metadata", 8) != 0;
}

/* All stream files of a directory, in the order of their names. */
static int count_dir(const char *dir, const struct ust_sizes *sizes, struct ust_count *count)
{
	struct dirent **names;
	char path[4096];
	int i, n, r = 0;

	n = scandir(dir, &names, is_stream, alphasort);
	if (n < 0)
		return refused(count, dir);
	for (i = 0; i < n; i++) {
		if (r == 0 && (size_t)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name) <
				      sizeof(path))
			r = count_file(path, sizes, count);
		free(names[i]);
	}
	free(names);
	return r;
}

/* The directory that holds the metadata: @dir/ust, or @dir itself. */
static int find_dir(const char *dir, char *buf, size_t size, struct ust_count *count)
{
	static const char *const below[] = {"ust/", ""};
	char path[4096];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s/%smetadata", dir, below[i]) >=
		    sizeof(path))
			return -ENAMETOOLONG;
		if (access(path, R_OK) == 0) {
			if ((size_t)snprintf(buf, size, "%s/%s", dir, below[i]) >= size)
				return -ENAMETOOLONG;
			buf[strlen(buf) - 1] = '\0';
			return 0;
		}
	}
	snprintf(count->error, sizeof(count->error), "%s holds no trace: there is no metadata file",
		 dir);
	return -ENOENT;
}

int ust_count_is_ours(const char *dir)
{
	char path[4096], *text;
	ssize_t n = -1;
	int fd, ours;

	text = calloc(1, ENV_SEARCH + 1);
	if (!text || (size_t)snprintf(path, sizeof(path), "%s/metadata", dir) >= sizeof(path)) {
		free(text);
		return 0;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, ENV_SEARCH);
		close(fd);
	}
	ours = n > 0 && strstr(text, "tracer_name = \"ust\"");
	free(text);
	return ours;
}

static int walk(const char *dir, const struct ust_ctl_event *events, unsigned int nr_events,
		unsigned int contexts, struct ust_count *ret)
{
	static struct ust_ctl_field fields[] = {
		{.word = UST_FIELD_WORD(UST_TYPE_S32, 0, 0)},    /* pid */
		{.word = UST_FIELD_WORD(UST_TYPE_STRING, 0, 0)}, /* event */
		{.word = UST_FIELD_WORD(UST_TYPE_STRING, 0, 0)}, /* reason */
		{.word = UST_FIELD_WORD(UST_TYPE_U64, 0, 0)},    /* count: the last bytes */
	};
	static struct ust_ctl_field clock_fields[] = {
		{.word = UST_FIELD_WORD(UST_TYPE_STRING, 0, 0)}, /* reason */
		{.word = UST_FIELD_WORD(UST_TYPE_S64, 0, 0)},    /* drift_ns */
	};
	static struct ust_ctl_field thread_fields[] = {
		{.word = UST_FIELD_WORD(UST_TYPE_S32, 0, 0)}, /* pid */
		{.word = UST_FIELD_WORD(UST_TYPE_S32, 0, 0)}, /* tid */
		{.word = UST_FIELD_WORD(UST_TYPE_S32, 0, 0)}, /* vpid */
		{.word = UST_FIELD_WORD(UST_TYPE_S32, 0, 0)}, /* vtid */
	};
	static const struct ust_ctl_event losses[] = {
		{.id = UST_LOSS_LOST, .nr_fields = 4, .fields = fields},
		{.id = UST_LOSS_CLOCK_UNSTABLE, .nr_fields = 2, .fields = clock_fields},
		{.id = UST_LOSS_THREAD, .nr_fields = 4, .fields = thread_fields},
	};
	struct ust_sizes sizes = {0};
	int r;

	r = ust_shapes_create(losses, sizeof(losses) / sizeof(losses[0]), 0,
			      &sizes.by_kind[UST_STREAM_LOSS]);
	if (r == 0 && nr_events) {
		r = ust_shapes_create(events, nr_events, contexts, &sizes.by_kind[UST_STREAM_RING]);
		if (r == 0) {
			ret->nr_ids = ust_shapes_nr(sizes.by_kind[UST_STREAM_RING]);
			ret->per_id = calloc(ret->nr_ids, sizeof(*ret->per_id));
			r = ret->per_id ? 0 : -ENOMEM;
		}
	}
	if (r == 0)
		r = count_dir(dir, &sizes, ret);
	ust_shapes_destroy(sizes.by_kind[UST_STREAM_RING]);
	ust_shapes_destroy(sizes.by_kind[UST_STREAM_LOSS]);
	return r;
}

/* With the definitions of the metadata. -ENOTSUP: they are not as ours. */
static int walk_by_metadata(const char *dir, struct ust_count *ret)
{
	struct ust_ctl_event *events;
	unsigned int contexts;
	int nr, r;

	nr = ust_tsdl_read(dir, &events, &contexts);
	if (nr < 0)
		return nr;
	r = walk(dir, events, nr, contexts, ret);
	ust_tsdl_free(events, nr);
	return r;
}

static void restart(struct ust_count *ret)
{
	ust_count_fini(ret);
	memset(ret, 0, sizeof(*ret));
}

int ust_count_trace(const char *dir, const struct ust_ctl_event *events, unsigned int nr_events,
		    unsigned int contexts, struct ust_count *ret)
{
	uint64_t losses;
	char path[4096];
	int r;

	memset(ret, 0, sizeof(*ret));
	r = find_dir(dir, path, sizeof(path), ret);
	if (r < 0)
		return r;
	if (ust_count_is_ours(path)) {
		r = nr_events ? walk(path, events, nr_events, contexts, ret) : -ENOENT;
		if (r == -ENOENT) {
			restart(ret);
			r = walk_by_metadata(path, ret);
		}
		if (r != -ENOENT && r != -ENOTSUP)
			return r;
		/* Without definitions this still gives bytes, packets and losses. */
		restart(ret);
		r = walk(path, NULL, 0, contexts, ret);
		if (r < 0)
			return r;
	}
	ret->by_reader = 1;
	return ust_graph_count(path, &ret->events, &losses, ret->error, sizeof(ret->error));
}

int ust_count_check(const char *dir, struct ust_count *ret)
{
	char path[4096];
	int r;

	memset(ret, 0, sizeof(*ret));
	r = find_dir(dir, path, sizeof(path), ret);
	if (r < 0)
		return r;
	if (!ust_count_is_ours(path))
		return -ENOTSUP;
	r = walk_by_metadata(path, ret);
	if (r == -ENOTSUP) {
		restart(ret);
		r = walk(path, NULL, 0, 0, ret);
	}
	return r == -ENOENT ? -EBADMSG : r;
}

void ust_count_fini(struct ust_count *count)
{
	free(count->per_id);
	count->per_id = NULL;
}
