// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ust/abi/packet.h>

#include "threads.h"

/* Of the reserved part: all of its events have an extended header, which has their length. */
static void take_events(struct ust_threads *threads, const unsigned char *p,
			const unsigned char *end)
{
	struct ust_thread_id *more;
	uint32_t word, id, len;

	while (end - p >= UST_EVENT_HEADER_EXTENDED) {
		memcpy(&word, p, sizeof(word));
		memcpy(&id, p + 4, sizeof(id));
		len = word >> UST_EVENT_ID_BITS;
		if ((word & UST_EVENT_ID_EXTENDED) != UST_EVENT_ID_EXTENDED ||
		    len < UST_EVENT_HEADER_EXTENDED || len > end - p)
			return;
		if (id == UST_LOSS_THREAD && len == UST_EVENT_HEADER_EXTENDED + sizeof(*more)) {
			more = reallocarray(threads->ids, threads->nr + 1, sizeof(*more));
			if (!more)
				return;
			threads->ids = more;
			memcpy(&more[threads->nr++], p + UST_EVENT_HEADER_EXTENDED, sizeof(*more));
		}
		p += len;
	}
}

static void take_file(struct ust_threads *threads, const unsigned char *p, uint64_t size)
{
	struct ust_packet_header header;
	uint64_t content, packet;

	while (size >= sizeof(header)) {
		memcpy(&header, p, sizeof(header));
		content = header.content_size / 8;
		packet = header.packet_size / 8;
		if (header.magic != UST_CTF_MAGIC || header.stream_id != UST_STREAM_LOSS ||
		    content < sizeof(header) || packet < content || packet > size)
			return;
		take_events(threads, p + sizeof(header), p + content);
		p += packet;
		size -= packet;
	}
}

void ust_threads_load(struct ust_threads *threads, const char *dir)
{
	char path[4096];
	struct stat st;
	void *map;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/kernel/lost", dir) >= sizeof(path))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size) {
		map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map != MAP_FAILED) {
			take_file(threads, map, st.st_size);
			munmap(map, st.st_size);
		}
	}
	close(fd);
}

void ust_threads_fini(struct ust_threads *threads)
{
	free(threads->ids);
	memset(threads, 0, sizeof(*threads));
}

int64_t ust_threads_find(const struct ust_threads *threads, int64_t pid, int64_t vtid)
{
	unsigned int i;

	/* The latest one: ids are used again. */
	for (i = threads->nr; i > 0; i--)
		if (threads->ids[i - 1].pid == pid && threads->ids[i - 1].vtid == vtid)
			return threads->ids[i - 1].tid;
	return vtid;
}
