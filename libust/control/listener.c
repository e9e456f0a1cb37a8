/* SPDX-License-Identifier: LGPL-2.1-only */
#include "listener.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "../os/debug.h"
#include "../os/hook.h"
#include "../os/thread.h"
#include "../os/wire.h"
#include "../session/lock.h"
#include "../session/session.h"
#include "connection.h"
#include "encode.h"
#include "handlers.h"
#include "objects.h"

#define REGISTER_MS 100 /* of the constructor, of a forked child: how long ustd may be silent */
#define CHILD_MS 300    /* a forked child that does not live longer leaves no socket behind */
#define SEND_MS 1000
#define LEAVE_MS 2000 /* after which a thread that was told to end is not waited for */

/* Whether the thread has taken the connection over. */
enum handover {
	HANDOVER_WAIT,
	HANDOVER_PRIVATE, /* the starter's copy of the descriptor is not needed */
	HANDOVER_SHARED,
};

/*
 * conn is the thread's once it runs; the starter's before. The descriptor's number means nothing in
 * other threads when it is private.
 */
static struct ust_connection conn = UST_NO_CONNECTION;
static struct ust_connection listener = UST_NO_CONNECTION;
static uint32_t handover;
static int connected; /* ustd is there, as far as is known */
static char socket_path[sizeof(((struct sockaddr_un *)0)->sun_path)];
static pid_t socket_pid; /* who made it */
static int exiting;
static int is_leaving;  /* libust is to be unloaded: the thread ends */
static int detached;    /* silent until woken */
static int visited;     /* attached: nothing outlasts the connection */
static int is_offered;  /* the connection was made for us: nobody has said hello on it */
static int running;     /* the thread is there */
static int was_running; /* in the parent */
static int is_answered; /* ustd has said something on this connection */
static int nr_refused;  /* connections in a row on which it has not */
static int is_child;    /* forked, and not yet known to live on */
static unsigned char receive_buffer[UST_MSG_MAX];

static int listening_wanted(void)
{
	const char *value = secure_getenv(UST_ENV_LISTEN);

	return !value || value[0] != '0';
}

/* Receives one message and obeys it. Result: as ust_handle_message(), -EPIPE at the end. */
static int serve_one(int locked)
{
	struct ust_wire_in in;
	sigset_t mask;
	int ret;

	if (!ust_connection_ok(&conn))
		return -EBADF;
	ret = ust_wire_recv(conn.fd, receive_buffer, sizeof(receive_buffer), &in, 0);
	if (ret <= 0)
		return ret ? ret : -EPIPE;
	is_answered = 1;
	if (in.header.type == UST_MSG_HOOK && !locked) {
		ret = ust_handle_hook(&conn, &in);
		ust_wire_close_fds(&in);
		return ret;
	}
	if (!locked)
		ust_lock(&mask);
	ret = ust_handle_message(&conn, &in);
	if (!locked)
		ust_unlock(&mask);
	ust_wire_close_fds(&in);
	return ret;
}

/*
 * Obeys ustd until READY. A ustd that is stopped or cannot be seen may be silent for REGISTER_MS;
 * one that works has UST_ALL_MS in all, because hundreds of processes may start at once. Result: 0,
 * or a negative errno: the connection is gone.
 */
static int serve_until_ready(void)
{
	int64_t end = ust_now_ms() + UST_ALL_MS;
	int ret;

	do {
		int64_t deadline = ust_now_ms() + REGISTER_MS;

		ret = ust_connection_wait(&conn, deadline < end ? deadline : end);
		if (ret > 0)
			ret = serve_one(1);
		else if (ret == 0 && (ust_now_ms() >= end || !ust_connection_peer_works(&conn)))
			return 0;
	} while (ret == 0);
	return ret < 0 ? ret : 0;
}

/* Says hello on a new connection. Under the lock. */
static int greet(uint32_t flags, int timeout_ms)
{
	int err;

	ust_session_new_connection();
	ust_connection_set_timeout(&conn, timeout_ms);
	err = ust_send_hello(conn.fd, flags);
	if (err)
		ust_connection_close(&conn);
	connected = !err;
	is_answered = 0;
	ust_debug("hello to ustd: %d", err);
	return err;
}

static void remove_socket(void)
{
	if (socket_pid == getpid())
		unlink(socket_path);
	socket_pid = 0;
}

/* Most children call exec or _exit at once, which would leave the socket's file where it is. */
static void let_child_live(void)
{
	if (is_child)
		ust_sleep_ms(CHILD_MS);
	is_child = 0;
}

/* Waits for a ustd to come. Result: 0 with a connection, or an errno: nobody can reach us. */
static int wait_for_ustd(void)
{
	int err;

	let_child_live();
	err = ust_connection_listen(detached ? UST_DETACHED_DIR : UST_APPS_DIR, socket_path,
				    sizeof(socket_path), &listener);
	if (err) {
		ust_debug("nowhere to wait for ustd: error %d", -err);
		return err;
	}
	__atomic_store_n(&socket_pid, getpid(), __ATOMIC_SEQ_CST);
	/* The program may have ended in between. */
	if (__atomic_load_n(&exiting, __ATOMIC_SEQ_CST) ||
	    __atomic_load_n(&is_leaving, __ATOMIC_SEQ_CST)) {
		ust_connection_close(&listener);
		remove_socket();
		return -ESHUTDOWN;
	}
	/* A ustd that started in between has not seen the socket. */
	err = detached ? -ENOENT : ust_connection_connect(ust_now_ms(), &conn);
	if (err) {
		ust_debug("waiting for ustd at %s", socket_path);
		err = ust_connection_accept(&listener, &conn);
	}
	ust_connection_close(&listener);
	remove_socket();
	visited = detached && !err;
	return err;
}

static void serve(void)
{
	sigset_t mask;
	int ret;

	do {
		ret = serve_one(0);
	} while (ret >= 0);
	ust_debug("connection to ustd ended: error %d", -ret);
	nr_refused = is_answered ? 0 : nr_refused + 1;
	ust_connection_close(&conn);
	__atomic_store_n(&connected, 0, __ATOMIC_RELAXED);
	if (ust_hook_remove && (visited || detached))
		ust_hook_remove();
	if (!visited || detached)
		return;
	ust_lock(&mask);
	ust_handle_detach();
	ust_unlock(&mask);
}

/* A ustd that has no room for us closes the connection without a word: each time we wait longer. */
static void let_ustd_rest(void)
{
	if (nr_refused)
		ust_sleep_ms(500l << (nr_refused < 8 ? nr_refused : 8));
}

/* Finds a ustd, now or later. */
static int reconnect(void)
{
	sigset_t mask;
	int err = -ENOENT;

	/* Whoever is detached calls no ustd, and must be found when one comes. */
	if (!detached) {
		let_ustd_rest();
		err = ust_connection_connect(ust_now_ms() + REGISTER_MS, &conn);
	}
	if (!err)
		ust_connection_make_private(&conn);
	if (err && (detached || listening_wanted()))
		err = wait_for_ustd();
	if (err)
		return err;
	ust_lock(&mask);
	if (is_leaving) {
		ust_unlock(&mask);
		ust_connection_close(&conn);
		return -ESHUTDOWN;
	}
	if (detached) {
		detached = 0;
		ust_objects_init();
	}
	err = greet(0, SEND_MS);
	ust_unlock(&mask);
	return err == -EBADF ? err : 0;
}

static void tell_starter(uint32_t value)
{
	__atomic_store_n(&handover, value, __ATOMIC_RELEASE);
	syscall(SYS_futex, &handover, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Nobody can reach us any more. */
static void end_thread(void)
{
	sigset_t mask;

	ust_lock(&mask);
	ust_handle_detach();
	__atomic_store_n(&running, 0, __ATOMIC_RELEASE);
	ust_unlock(&mask);
}

/* Says hello on a connection that was made for us. */
static void introduce(void)
{
	sigset_t mask;

	ust_lock(&mask);
	is_offered = 0;
	detached = 0;
	if (ust_objects_init() || greet(0, SEND_MS))
		ust_connection_close(&conn);
	ust_unlock(&mask);
}

static void *thread_main(void *unused)
{
	(void)unused;
	/* libust's own events would be recorded into the buffers that it manages. */
	ust_thread_mute();
	prctl(PR_SET_NAME, "ust");
	tell_starter(ust_connection_make_private(&conn) ? HANDOVER_SHARED : HANDOVER_PRIVATE);
	if (is_offered)
		introduce();
	do {
		if (conn.fd >= 0)
			serve();
	} while (!reconnect());
	end_thread();
	ust_thread_count();
	return NULL;
}

/* Waits for the thread to have its own copy of the descriptor; then the program need not have one.
 */
static void hand_over(int fd)
{
	struct timespec limit = {.tv_sec = 1};
	uint32_t state;

	while ((state = __atomic_load_n(&handover, __ATOMIC_ACQUIRE)) == HANDOVER_WAIT)
		if (syscall(SYS_futex, &handover, FUTEX_WAIT_PRIVATE, HANDOVER_WAIT, &limit, NULL,
			    0) &&
		    errno == ETIMEDOUT)
			break;
	if (state == HANDOVER_PRIVATE)
		close(fd);
}

/* Parks a thread, with the connection or without. */
static int start_thread(void)
{
	int fd = conn.fd, err;

	handover = HANDOVER_WAIT;
	/* It may end at once. */
	running = 1;
	err = ust_thread_create(thread_main);
	if (err) {
		running = 0;
		ust_debug("no thread: error %d", -err);
		ust_connection_close(&conn);
		return err;
	}
	ust_thread_discount();
	if (fd >= 0)
		hand_over(fd);
	return 0;
}

void ust_control_start(uint32_t flags)
{
	int err;

	/* The parent let go of everything, its thread as well: so does the child. */
	if (detached && !was_running && (flags & UST_HELLO_FORKED))
		return;
	is_child = flags & UST_HELLO_FORKED;
	err = detached ? -ENOENT : ust_connection_connect(ust_now_ms() + REGISTER_MS, &conn);
	if (!err)
		err = greet(flags, REGISTER_MS);
	if (!err) {
		err = serve_until_ready();
		if (err)
			ust_connection_close(&conn);
		else
			ust_connection_set_timeout(&conn, SEND_MS);
	}
	if (conn.fd < 0 && !listening_wanted())
		return;
	start_thread();
}

void ust_control_detach(void)
{
	detached = 1;
	__atomic_store_n(&connected, 0, __ATOMIC_RELAXED);
}

/* Under the lock: a way to the thread that is there, or 0: there is none, and it is ours to make. */
static int find_thread(void)
{
	struct ust_connection own;
	int err;

	/* Nobody has come by a connection that ustctl made, if that was killed: it ends soon. */
	if (ust_control_connected())
		return is_answered ? -EBUSY : -EAGAIN;
	if (!running) {
		running = 1;
		return 0;
	}
	/* It waits in accept: what knocks there is its next connection. */
	err = socket_pid == getpid() ? ust_connection_to(socket_path, &own) : -EAGAIN;
	if (!err)
		return ust_connection_raise(own.fd);
	/* The program has closed the descriptor, taking the number for one of its own; or the thread has
	 * just been found by somebody else, and its socket is gone. */
	return err == -EBADF || err == -ENOENT || err == -ECONNREFUSED ? -EAGAIN : err;
}

int ust_control_offer(void)
{
	int pair[2] = {-1, -1}, ret;
	sigset_t mask;

	ust_lock(&mask);
	is_leaving = 0;
	ret = find_thread();
	ust_unlock(&mask);
	if (ret)
		return ret;
	ret = ust_connection_pair(pair);
	if (!ret) {
		ret = ust_connection_adopt(pair[0], &conn);
		/* Not under our lock: it takes the dynamic linker's, whose holder may wait for ours. */
		visited = 1;
		is_offered = 1;
		if (!ret)
			ret = start_thread();
		if (!ret)
			return pair[1];
		close(pair[1]);
	}
	running = 0;
	return ret;
}

int ust_control_leave(void)
{
	struct ust_connection own;
	sigset_t mask;
	int i, is_busy;

	ust_lock(&mask);
	is_busy = ust_control_connected();
	if (!is_busy)
		__atomic_store_n(&is_leaving, 1, __ATOMIC_SEQ_CST);
	ust_unlock(&mask);
	for (i = 0; i < LEAVE_MS && !is_busy; i++) {
		if (!__atomic_load_n(&running, __ATOMIC_ACQUIRE))
			return 0;
		/* It waits in accept. */
		if (__atomic_load_n(&socket_pid, __ATOMIC_SEQ_CST) == getpid() &&
		    !ust_connection_to(socket_path, &own))
			ust_connection_close(&own);
		ust_sleep_ms(1);
	}
	return is_busy ? -EBUSY : -EAGAIN;
}

int ust_control_connected(void)
{
	return __atomic_load_n(&connected, __ATOMIC_RELAXED);
}

void ust_control_forked(void)
{
	/* Private descriptors were not inherited. */
	if (!conn.is_private)
		ust_connection_close(&conn);
	if (!listener.is_private)
		ust_connection_close(&listener);
	conn.fd = -1;
	listener.fd = -1;
	socket_pid = 0;
	connected = 0;
	nr_refused = 0;
	was_running = running;
	running = 0;
}

void ust_control_exit(void)
{
	__atomic_store_n(&exiting, 1, __ATOMIC_SEQ_CST);
	remove_socket();
}
