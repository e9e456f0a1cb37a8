/* SPDX-License-Identifier: GPL-2.0-only */
#include "metadata-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "sink-dir.h"
#include "version.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

/* The block of the largest definition that fits a message, with room for what escaping adds; or
 * those of many small ones: what text_file has to append is collected in front. */
static char text_buf[16 * UST_MSG_MAX];
static struct ustd_metadata_file *text_file;
static size_t text_len;

/* Traces of one boot share the clock, so its uuid is the boot's: readers may correlate them. */
static void clock_uuid(uint8_t uuid[16])
{
	char text[64] = "";
	unsigned int byte, nr = 0;
	FILE *file = fopen(BOOT_ID, "re");
	const char *p = text;

	memset(uuid, 0, 16);
	if (file) {
		if (!fgets(text, sizeof(text), file))
			text[0] = '\0';
		fclose(file);
	}
	while (nr < 16 && *p) {
		if (*p == '-') {
			p++;
		} else if (sscanf(p, "%2x", &byte) == 1) {
			uuid[nr++] = (uint8_t)byte;
			p += 2;
		} else {
			break;
		}
	}
	/* The same boot, another clock. */
	if (ustd_clock_mode() != UST_CLOCK_TSC)
		uuid[15] ^= 1;
}

static void random_uuid(uint8_t uuid[16])
{
	if (getrandom(uuid, 16, 0) != 16)
		memset(uuid, 0x55, 16);
	uuid[6] = (uuid[6] & 0x0f) | 0x40;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

static void set_clock(struct ust_ctf_clock *clock)
{
	struct ustd_clock_cal cal;

	ustd_clock_calibrate(&cal);
	clock->freq = cal.freq;
	clock->offset_s = cal.offset_s;
	clock->offset = cal.offset;
}

void ustd_metadata_describe(struct ust_ctf_trace *ret_trace, const char *session, uint32_t contexts)
{
	static struct utsname host;
	int tsc = ustd_clock_mode() == UST_CLOCK_TSC;

	memset(ret_trace, 0, sizeof(*ret_trace));
	uname(&host);
	random_uuid(ret_trace->uuid);
	ret_trace->hostname = host.nodename;
	ret_trace->version = USTD_VERSION;
	ret_trace->clock_source = tsc ? "tsc" : "monotonic";
	ret_trace->session = session;
	ret_trace->contexts = contexts;
	clock_uuid(ret_trace->clock.uuid);
	ret_trace->clock.description = tsc ? "cycle counter of the CPU" : "CLOCK_MONOTONIC";
	set_clock(&ret_trace->clock);
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

int ustd_metadata_refresh(struct ustd_metadata_file *file, struct ust_ctf_trace *trace,
			  const struct ustd_defs *defs)
{
	struct ustd_metadata_file fresh = {.dirfd = file->dirfd, .fd = -1};
	struct ust_ctf_text text;
	struct ust_ctf_trace now = *trace;
	uint32_t i;
	int err;

	set_clock(&now.clock);
	if (now.clock.freq == trace->clock.freq)
		return ustd_metadata_flush(file);
	fresh.fd = ustd_sink_open(file->dirfd, "metadata.new", O_CREAT | O_EXCL);
	if (fresh.fd < 0)
		return fresh.fd;
	/* What the old file still lacks will be in the new one, and if that fails, in the old one.
	 */
	take_buffer(&fresh);
	ust_ctf_text_init(&text, text_buf, sizeof(text_buf));
	ust_ctf_metadata_trace(&text, &now);
	err = append_text(&fresh, &text);
	for (i = 0; !err && i < defs->nr; i++) {
		struct ustd_def_view view;

		ustd_def_view(defs->by_id[i], &view);
		err = ustd_metadata_append(&fresh, &view.event);
	}
	if (!err)
		err = ustd_metadata_flush(&fresh);
	if (!err && renameat(file->dirfd, "metadata.new", file->dirfd, "metadata"))
		err = -errno;
	if (err) {
		unlinkat(file->dirfd, "metadata.new", 0);
		ustd_metadata_close(&fresh);
		return err;
	}
	ustd_metadata_close(file);
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
