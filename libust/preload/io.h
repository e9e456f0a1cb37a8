/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the lines of io.tab use. */
#ifndef UST_PRELOAD_IO_H
#define UST_PRELOAD_IO_H

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "preload.h"

/* The mode is passed on as it came; it means something only when a file may be made. */
static inline mode_t ust_io_mode(int flags, mode_t mode)
{
	return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? mode : 0;
}

static inline int ust_io_fd(int result, const int *fds, int index)
{
	return result ? -1 : fds[index];
}

/* Room in a vector; 0 after a failure, when the vector may be at no good address. */
static inline size_t ust_io_size(ssize_t result, const struct iovec *iov, size_t nr_iov)
{
	size_t size = 0;

	while (result >= 0 && nr_iov--)
		size += iov++->iov_len;
	return size;
}

static inline size_t ust_io_msg_size(ssize_t result, const struct msghdr *msg)
{
	return result < 0 ? 0 : ust_io_size(result, msg->msg_iov, msg->msg_iovlen);
}

/* "192.0.2.1:80", "[2001:db8:0:0:0:0:0:1]:80", the path of a unix socket ('@' in front of an
 * abstract one), "family 17". */
#define UST_IO_TEXT_SIZE 128
#define UST_IO_TEXT ((char[UST_IO_TEXT_SIZE]){0})

#pragma GCC visibility push(hidden)
const char *ust_io_address(char *text, const struct sockaddr *addr, socklen_t len, int err);
/* Of accept: @result is a descriptor if the address is there. */
const char *ust_io_peer(char *text, const struct sockaddr *addr, const socklen_t *len, int result);
#pragma GCC visibility pop

#endif /* UST_PRELOAD_IO_H */
