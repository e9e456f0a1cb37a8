/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The daemon with hostile peers: a process and a control client send it any messages, and the
 * process writes what it likes into the memory that it shares with it. The input is a list of
 * actions. Everything is real but the loop's waits; files go to a directory in /dev/shm.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* For a turn of the loop that does not wait. */
#include "ustd/loop.c"

#include <ust/abi/packet.h>

#include "input.h"
#include "libust/os/wire.h"
#include "ustd/clock.h"
#include "ustd/conn.h"
#include "ustd/consumer.h"
#include "ustd/log.h"
#include "ustd/session.h"
#include "ustd/snapshot.h"
#include "ustd/source.h"

#define SUBBUF_SIZE 4096
#define NR_SUBBUFS 2
#define MAX_BODY 2048

/* In place of ustd/log.c. */
void ustd_warn(const char *fmt, ...)
{
	(void)fmt;
}

void ustd_info(const char *fmt, ...)
{
	(void)fmt;
}

static char top[64];
static int app = -1, client = -1;
static unsigned char *map;
static size_t map_size;
static unsigned char buf[UST_MSG_MAX];

static void turns(void)
{
	int i, more = 1;

	for (i = 0; i < 64 && more; i++) {
		int n;

		batch_len = epoll_wait(epoll_fd, batch, BATCH, 0);
		n = batch_len;
		for (int j = 0; j < batch_len; j++) {
			struct ustd_watch *watch = batch[j].data.ptr;

			if (watch)
				watch->ready(watch, batch[j].events);
		}
		batch_len = 0;
		more = ustd_consumer_work() || n > 0;
		more |= ustd_snapshot_work();
		more |= ustd_source_work();
		ustd_conn_reap();
	}
}

static int connect_peer(void)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds))
		abort();
	return ustd_conn_add(fds[0]) ? (close(fds[1]), -1) : fds[1];
}

static void send_out(int *fd, struct ust_wire_out *out)
{
	if (*fd >= 0 && ust_wire_send(*fd, out, MSG_DONTWAIT) == -EPIPE) {
		close(*fd);
		*fd = -1;
	}
}

/* Takes what came for the process; keeps the memory of the last session. */
static void receive(int fd)
{
	struct ust_wire_in in;

	while (fd >= 0 && ust_wire_recv(fd, buf, sizeof(buf), &in, MSG_DONTWAIT) > 0) {
		if (in.header.type == UST_MSG_SESSION) {
			int memfd = ust_wire_get_fd(&in);
			off_t size = lseek(memfd, 0, SEEK_END);

			if (map)
				munmap(map, map_size);
			/* Sealed: a peer that shrinks it would end ustd by SIGBUS. */
			if (!ftruncate(memfd, 0) || !ftruncate(memfd, size + 4096))
				abort();
			map_size = (size_t)size;
			map = mmap(NULL, map_size, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
			if (map == MAP_FAILED)
				map = NULL;
			close(memfd);
		}
		ust_wire_close_fds(&in);
	}
}

static void hello(void)
{
	struct ust_wire_out out;

	ust_wire_begin(&out, buf, sizeof(buf), UST_MSG_HELLO, 1, 0);
	ust_wire_put_s32(&out, getpid());
	ust_wire_put_s32(&out, 1);
	ust_wire_put_u32(&out, 3);
	ust_wire_put_u32(&out, 3);
	ust_wire_put_u32(&out, 0);
	ust_wire_put_u32(&out, 0);
	ust_wire_put_str(&out, "fuzz");
	ust_wire_put_str(&out, "/fuzz");
	ust_wire_put_str(&out, "");
	send_out(&app, &out);
	turns();
	receive(app);
}

static void request(enum ust_msg_type type, const char *pattern)
{
	struct ust_wire_out out;

	ust_wire_begin(&out, buf, sizeof(buf), type, 2, 0);
	ust_wire_put_str(&out, "s");
	if (type == UST_MSG_CREATE) {
		ust_wire_put_str(&out, top);
		ust_wire_put_u64(&out, SUBBUF_SIZE);
		ust_wire_put_u32(&out, NR_SUBBUFS);
		ust_wire_put_u32(&out, (uint32_t)(uintptr_t)pattern);
		ust_wire_put_u32(&out, UST_CONTEXT_TID);
		ust_wire_put_str(&out, "");
	} else if (pattern) {
		ust_wire_put_str(&out, pattern);
	}
	send_out(&client, &out);
	turns();
	receive(app);
}

static void snapshot_or_chunk(unsigned int number)
{
	char path[sizeof(top) + 16];

	snprintf(path, sizeof(path), "%s/%u", top, number);
	request(number & 1 ? UST_MSG_ROTATE : UST_MSG_SNAPSHOT, path);
}

/* Any body. For the process's messages that name a session, it exists more often than not. */
static void any_message(struct fuzz_input *in, int *fd, unsigned int first, unsigned int nr)
{
	static const unsigned int lens[] = {0, 8, 32, 128, 512, MAX_BODY, 12, 64};
	struct ust_wire_out out;
	unsigned int type = fuzz_u8(in);
	size_t len = lens[fuzz_u8(in) % 8];
	unsigned char body[MAX_BODY];

	type = type & 0x80 ? type & 0x7f : first + type % nr;
	/* Files anywhere, and the end. */
	if (type == UST_MSG_CREATE || type == UST_MSG_SHUTDOWN)
		type = UST_MSG_STATUS;
	ust_wire_begin(&out, buf, sizeof(buf), (enum ust_msg_type)type, fuzz_u8(in), 0);
	if (len > in->len)
		len = in->len;
	fuzz_bytes(in, body, len);
	if (fd == &app && !cds_list_empty(ustd_sessions()) && (body[0] & 7) && len >= 8) {
		struct ustd_session *session =
			cds_list_entry(ustd_sessions()->next, struct ustd_session, node);

		memcpy(body, &session->id, 8);
	}
	if (len && (fuzz_u8(in) & 1) && fd == &client) {
		ust_wire_put_str(&out, "s");
	}
	if (len > out.size - out.len)
		abort();
	memcpy(out.buf + out.len, body, len);
	out.len += len;
	send_out(fd, &out);
}

static void scribble(struct fuzz_input *in)
{
	uint32_t nr = (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	size_t ring, at = UST_RINGS_OFFSET;
	uint64_t v = fuzz_offset(in, SUBBUF_SIZE);
	static const uint16_t words[] = {0,    0,    0,    128,  256,  1024,
					 1032, 4096, 4104, 4136, 8192, 8232};
	uint8_t what = fuzz_u8(in);

	if (!map)
		return;
	ring = (map_size - UST_RINGS_OFFSET) / (2 * nr);
	at += (what >> 6) % (2 * nr) * ring;
	what &= 63;
	if (what < 12) {
		memcpy(map + at + words[what], &v, 8);
	} else if (what < 20) {
		/* the losses of any event */
		at = UST_LEDGER_OFFSET + fuzz_u16(in) % (UST_LEDGER_ENTRIES * 64);
		memcpy(map + (at & ~7ul), &v, 8);
	} else {
		at += fuzz_u16(in) % (UST_RING_PAGE_SIZE + SUBBUF_SIZE * NR_SUBBUFS - 256);
		fuzz_bytes(in, map + at, fuzz_u8(in));
	}
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void clean_up(void)
{
	int i;

	if (app >= 0)
		close(app);
	/* A process that says HELLO takes the place of the one before, which has no connection. */
	app = connect_peer();
	hello();
	close(app);
	app = -1;
	/* One that is being rotated refuses at first, and leaves another. */
	for (i = 0; i < 50 && !cds_list_empty(ustd_sessions()); i++) {
		if (client < 0)
			client = connect_peer();
		request(UST_MSG_DESTROY, NULL);
	}
	close(client);
	client = -1;
	if (!cds_list_empty(ustd_sessions()))
		abort();
	nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	if (map)
		munmap(map, map_size);
	map = NULL;
}

static void set_up(void)
{
	snprintf(top, sizeof(top), "/dev/shm/ust-fuzz-%d", (int)getpid());
	if (ustd_loop_init())
		abort();
	ustd_clock_init();
	if (ustd_consumer_init())
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {.p = data, .len = size};
	unsigned int nr = 0;
	uint8_t flags;

	if (!top[0])
		set_up();
	flags = fuzz_u8(&in);
	client = connect_peer();
	app = connect_peer();
	if (flags & 1)
		hello();
	request(UST_MSG_CREATE, (const char *)(uintptr_t)(flags >> 1 & 1));
	request(UST_MSG_ENABLE_EVENT, "*");
	request(UST_MSG_START_SESSION, NULL);
	if (!(flags & 1))
		hello();
	while (in.len && nr++ < 200) {
		switch (fuzz_u8(&in) % 8) {
		case 0:
		case 1:
			any_message(&in, &app, UST_MSG_HELLO, 6);
			break;
		case 2:
			any_message(&in, &client, UST_MSG_CONTROL, 11);
			break;
		case 3:
		case 4:
			scribble(&in);
			break;
		case 5:
			ustd_consumer_rung();
			turns();
			receive(app);
			receive(client);
			break;
		case 6: {
			uint8_t what = fuzz_u8(&in);

			if (what & 2)
				snapshot_or_chunk(what >> 2);
			else
				request(what & 1 ? UST_MSG_STOP_SESSION : UST_MSG_START_SESSION,
					NULL);
			break;
		}
		case 7:
			if (app >= 0)
				close(app);
			app = connect_peer();
			if (fuzz_u8(&in) & 7)
				hello();
			break;
		}
		if (client < 0)
			client = connect_peer();
		if (app < 0)
			app = connect_peer();
	}
	turns();
	clean_up();
	return 0;
}
