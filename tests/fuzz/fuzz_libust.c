/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The library with a hostile daemon: it gets any messages, with real memory for the sessions they
 * ask for, and records events in between.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ust/marker.h>
#include <ust/tracepoint.h>

#include "input.h"
#include "libust/control/handlers.h"
#include "libust/session/lock.h"

#define MAX_BODY 1024

static int peer;
static struct ust_connection conn;
static unsigned char buf[UST_MSG_MAX];

static void __attribute__((noinline)) record(int number, const char *string)
{
	UST_EVENT(fuzz, words, number);
	UST_EVENT(fuzz, text, number, UST_STR(string, string));
	trace_mark(fuzz, mark, "number %d string %s", number, string);
}

static void connect_peer(void)
{
	struct stat st;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) ||
	    fstat(fds[0], &st))
		abort();
	conn = (struct ust_connection){.fd = fds[0], .dev = st.st_dev, .ino = st.st_ino};
	peer = fds[1];
}

static int memory(size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)size))
		abort();
	return fd;
}

static void drain(void)
{
	while (recv(peer, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
}

/* A session that would work, or nearly. */
static void put_session(struct fuzz_input *in, struct ust_wire_out *out)
{
	static const uint32_t sizes[] = {0,   1,          2,  3,  4,   8, 256,
					 512, 0xffffffff, 16, 64, 128, 7, 100};
	uint8_t odd = fuzz_u8(in);

	ust_wire_put_u64(out, fuzz_u8(in) % 4);
	ust_wire_put_u64(out,
			 odd & 1 ? (uint64_t)sizes[fuzz_u8(in) % 14] << fuzz_u8(in) % 40 : 4096);
	ust_wire_put_u32(out, odd & 2 ? sizes[fuzz_u8(in) % 14] : 2);
	ust_wire_put_u32(out, odd & 4 ? sizes[fuzz_u8(in) % 14] : 2);
	ust_wire_put_u32(out, odd & 8 ? sizes[fuzz_u8(in) % 14] : 14);
	ust_wire_put_u32(out, fuzz_u8(in) % 3);
	ust_wire_put_u32(out, odd & 16 ? fuzz_u8(in) : fuzz_u8(in) % 8);
	ust_wire_put_u32(out, odd & 32 ? fuzz_u8(in) : 1 + fuzz_u8(in) % 3);
}

static void message(struct fuzz_input *in)
{
	static const size_t memory_sizes[] = {0,       4096,     1 << 20, 1 << 20,
					      1 << 20, 16 << 20, 299008,  299007};
	unsigned int type = UST_MSG_SESSION + fuzz_u8(in) % 12, fds = 0;
	unsigned char body[MAX_BODY];
	struct ust_wire_out out;
	struct ust_wire_in msg;
	size_t len;

	ust_wire_begin(&out, buf, sizeof(buf), (enum ust_msg_type)type, fuzz_u8(in), 0);
	if (type == UST_MSG_SESSION) {
		put_session(in, &out);
		fds = fuzz_u8(in) % 8 ? 2 : fuzz_u8(in) % 4;
		if (fds)
			ust_wire_put_fd(&out, memory(memory_sizes[fuzz_u8(in) % 8]));
		if (fds > 1)
			ust_wire_put_fd(&out, memory(fuzz_u8(in) % 8 ? 4096 : 0));
	} else {
		if (fuzz_u8(in) % 8)
			ust_wire_put_u64(&out, fuzz_u8(in) % 4);
		if (type == UST_MSG_EVENT_IDS && fuzz_u8(in) % 4) {
			uint32_t i, nr = fuzz_u8(in) % 8;

			ust_wire_put_u32(&out, nr);
			for (i = 0; i < nr; i++) {
				ust_wire_put_u32(&out, fuzz_u8(in) % 5);
				ust_wire_put_u32(&out, fuzz_u16(in));
			}
		}
		len = fuzz_u8(in) % 64 * 4;
		if (len > in->len)
			len = in->len;
		fuzz_bytes(in, body, len);
		memcpy(out.buf + out.len, body, len);
		out.len += len;
	}
	if (ust_wire_send(peer, &out, MSG_DONTWAIT))
		abort();
	while (out.nr_fds)
		close(out.fds[--out.nr_fds]);
	if (ust_wire_recv(conn.fd, buf, sizeof(buf), &msg, MSG_DONTWAIT) > 0) {
		ust_handle_message(&conn, &msg);
		ust_wire_close_fds(&msg);
	}
	drain();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {.p = data, .len = size};
	struct ust_session *session;
	unsigned int nr = 0;
	sigset_t mask;

	if (!peer)
		connect_peer();
	while (in.len && nr++ < 100) {
		if (fuzz_u8(&in) % 4 == 0) {
			record((int)nr, "a string");
			continue;
		}
		ust_lock(&mask);
		message(&in);
		ust_unlock(&mask);
	}
	ust_lock(&mask);
	while ((session = ust_session_next(NULL)))
		ust_session_close(session);
	ust_unlock(&mask);
	record(0, "nobody listens");
	return 0;
}
