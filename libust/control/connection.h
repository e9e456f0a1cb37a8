/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * libust's one descriptor. The parked thread keeps it in a descriptor table of its own, so that the
 * program neither sees it, closes it, nor passes it on. Where that cannot be done it is moved out
 * of the way in the program's table, and its identity is checked before each use: a program that
 * closes descriptors it did not open, and uses the number again, never gets a byte of ours.
 */
#ifndef UST_CONTROL_CONNECTION_H
#define UST_CONTROL_CONNECTION_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ust_connection {
	int fd;         /* -1: none */
	int is_private; /* in a table that the program does not share */
	dev_t dev;
	ino_t ino;
};

#define UST_NO_CONNECTION                                                                          \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t ust_now_ms(void);
void ust_sleep_ms(long ms);

/* What an exchange with a ustd that answers may take in all. */
#define UST_ALL_MS 2000

/*
 * Connects to ustd if one runs. Waits only for a ustd that is there but has its queue full, until
 * @deadline_ms. Negative errno: -ECONNREFUSED or -ENOENT no ustd, -EPERM it is somebody else's.
 */
int ust_connection_connect(int64_t deadline_ms, struct ust_connection *ret_conn);

/* Connects to a socket by its path, ours or ustd's, without waiting for it. */
int ust_connection_to(const char *path, struct ust_connection *ret_conn);

/* A socket for ustd to connect to, runtime directory/@dir/<pid>. @path: where it is. */
int ust_connection_listen(const char *dir, char *path, size_t path_size,
			  struct ust_connection *ret_conn);
/*
 * Moves a socket that is connected to this process itself to a high number. A low one is no good in
 * the program's table: programs close numbers that they think nobody has, and get them again from
 * their next open(). Result: the new number, @fd if the limit allows no high one, or -EAGAIN: the
 * program has closed it already; what it has there now is left alone.
 */
int ust_connection_raise(int fd);
/* Two ends of a connection, at numbers that the program does not close by mistake. Result: 0 or a negative
 * errno. */
int ust_connection_pair(int pair[2]);
/* A connected socket that came another way. Takes @fd over; a negative errno closes it. */
int ust_connection_adopt(int fd, struct ust_connection *ret_conn);
/* Waits for ustd. Peers of other users are turned away. */
int ust_connection_accept(const struct ust_connection *listener, struct ust_connection *ret_conn);

/* Whether the descriptor is still ours. */
int ust_connection_ok(const struct ust_connection *conn);
/* Closes it if it is still ours. */
void ust_connection_close(struct ust_connection *conn);

/* 1 if the process at the other end is there and not stopped: it may be slow, but it will answer. 0
 * also when that cannot be found out. */
int ust_connection_peer_works(const struct ust_connection *conn);

/* Waits until a message is there: 1, 0 at the deadline, or a negative errno. */
int ust_connection_wait(const struct ust_connection *conn, int64_t deadline_ms);

/* How long a send may block. */
void ust_connection_set_timeout(const struct ust_connection *conn, int ms);

/*
 * Gives the calling thread a descriptor table with nothing in it but the connection (and stderr
 * when debugging); @conn may be without one. What the thread opens from then on is its own as well.
 * On failure the connection moves to a high number of the shared table.
 */
int ust_connection_make_private(struct ust_connection *conn);

/* The calling thread has a table of its own: is_private of connections it makes. */
int ust_connection_table_is_private(void);

#endif /* UST_CONTROL_CONNECTION_H */
