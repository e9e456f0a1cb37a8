/* SPDX-License-Identifier: GPL-2.0-only */
#include "metadata-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "log.h"
#include "sink-dir.h"
#include "version.h"

/* The block of the largest definition that fits a message, with room for what escaping adds; or
 * those of many small ones: what text_file has to append is collected in front. */
static char text_buf[16 * UST_MSG_MAX];
static struct ustd_metadata_file *text_file;
static size_t text_len;

static void random_uuid(uint8_t uuid[16])
{
	if (getrandom(uuid, 16, 0) != 16)
		memset(uuid, 0x55, 16);
	uuid[6] = (uuid[6] & 0x0f) | 0x40;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

void ustd_metadata_describe(struct ust_ctf_trace *ret_trace, const char *session, uint32_t contexts,
			    const struct ustd_clock *clock)
{
	static struct utsname host;

	memset(ret_trace, 0, sizeof(*ret_trace));
	uname(&host);
	random_uuid(ret_trace->uuid);
	ret_trace->hostname = host.nodename;
	ret_trace->version = USTD_VERSION;
	ret_trace->clock_source = ustd_clock_source_name(clock->mode);
	ret_trace->session = session;
	ret_trace->contexts = contexts;
	ustd_clock_describe(clock, &ret_trace->clock);
}

static int write_text(int fd, uint64_t at, const struct ust_ctf_text *text)
{
	struct iovec iov = {.iov_base = text->buf, .iov_len = text->len};

	return text->error ? text->error : ustd_sink_write(fd, &iov, 1, at);
}

static int append_text(struct ustd_metadata_file *file, const struct ust_ctf_text *text)
{
	int err = write_text(file->fd, file->size, text);

	if (!err)
		file->size += text->len;
	else if (ftruncate(file->fd, (off_t)file->size))
		ustd_warn("metadata: cannot cut a torn block off: %s", strerror(errno));
	return err;
}

int ustd_metadata_flush(struct ustd_metadata_file *file)
{
	struct ust_ctf_text text = {.buf = text_buf, .len = text_len, .size = sizeof(text_buf)};

	if (text_file != file)
		return 0;
	text_file = NULL;
	text_len = 0;
	return append_text(file, &text);
}

/* Makes the buffer free for @file. What another file had there is written; a failure of that is
 * told when it is closed, or at its next block. */
static int take_buffer(struct ustd_metadata_file *file)
{
	struct ustd_metadata_file *other = text_file;
	int err = 0;

	/* A flush clears text_file. */
	if (other && other != file)
		other->error = ustd_metadata_flush(other);
	else if (other)
		err = ustd_metadata_flush(file);
	return err ? err : file->error;
}

int ustd_metadata_create(struct ustd_metadata_file *file, int dirfd,
			 const struct ust_ctf_trace *trace)
{
	struct ust_ctf_text text;

	file->dirfd = dirfd;
	file->size = 0;
	file->error = 0;
	file->fd = ustd_sink_open(dirfd, "metadata", O_CREAT | O_EXCL);
	if (file->fd < 0)
		return file->fd;
	take_buffer(file);
	ust_ctf_text_init(&text, text_buf, sizeof(text_buf));
	ust_ctf_metadata_trace(&text, trace);
	return append_text(file, &text);
}

int ustd_metadata_append(struct ustd_metadata_file *file, const struct ust_ctf_event *event)
{
	struct ust_ctf_text text;
	int err = 0, again;

	for (again = 0; again < 2; again++) {
		if (text_file != file || again)
			err = take_buffer(file);
		if (err)
			return err;
		ust_ctf_text_init(&text, text_buf + text_len, sizeof(text_buf) - text_len);
		ust_ctf_metadata_event(&text, event);
		if (!text.error) {
			text_file = file;
			text_len += text.len;
			return 0;
		}
	}
	return text.error;
}

/* Copies what is behind the head. */
static int copy_rest(struct ustd_metadata_file *to, const struct ustd_metadata_file *from)
{
	int fd = openat(from->dirfd, "metadata", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int err = fd < 0 ? -errno : 0;

	while (!err && to->size < from->size) {
		struct iovec iov = {.iov_base = text_buf};
		ssize_t len = pread(fd, text_buf, sizeof(text_buf), (off_t)to->size);

		if (len <= 0) {
			err = len ? -errno : -EIO;
			break;
		}
		iov.iov_len = (size_t)len;
		err = ustd_sink_write(to->fd, &iov, 1, to->size);
		to->size += (uint64_t)len;
	}
	if (fd >= 0)
		close(fd);
	return err;
}

/* The head makes as many bytes with other numbers: see ust_ctf_metadata_clock(). */
static int write_refreshed(struct ustd_metadata_file *fresh, const struct ustd_metadata_file *file,
			   const struct ust_ctf_trace *was, const struct ust_ctf_trace *now)
{
	struct ust_ctf_text text;
	size_t head;
	int err;

	ust_ctf_text_init(&text, text_buf, sizeof(text_buf));
	ust_ctf_metadata_trace(&text, was);
	head = text.len;
	ust_ctf_text_init(&text, text_buf, sizeof(text_buf));
	ust_ctf_metadata_trace(&text, now);
	if (text.len != head)
		return -EINVAL;
	err = append_text(fresh, &text);
	if (!err)
		err = copy_rest(fresh, file);
	if (!err && renameat(file->dirfd, "metadata.new", file->dirfd, "metadata"))
		err = -errno;
	return err;
}

int ustd_metadata_refresh(struct ustd_metadata_file *file, struct ust_ctf_trace *trace,
			  const struct ustd_clock *clock)
{
	struct ustd_metadata_file fresh = {.dirfd = file->dirfd, .fd = -1};
	struct ust_ctf_trace now = *trace;
	int err = take_buffer(file);

	if (err)
		return err;
	ustd_clock_describe(clock, &now.clock);
	fresh.fd = ustd_sink_open(file->dirfd, "metadata.new", O_CREAT | O_EXCL);
	if (fresh.fd < 0)
		return fresh.fd;
	err = write_refreshed(&fresh, file, trace, &now);
	if (err) {
		unlinkat(file->dirfd, "metadata.new", 0);
		close(fresh.fd);
		return err;
	}
	close(file->fd);
	*file = fresh;
	*trace = now;
	return 0;
}

void ustd_metadata_close(struct ustd_metadata_file *file)
{
	/* A message that broke off left something behind, which nobody waits for. */
	if (ustd_metadata_flush(file))
		ustd_warn("metadata: the last definitions are not written");
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}
