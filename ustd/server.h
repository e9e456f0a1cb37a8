/* SPDX-License-Identifier: GPL-2.0-only */
/* The runtime directory: the lock, the socket, the processes that were there before us. */
#ifndef USTD_SERVER_H
#define USTD_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Takes the lock and listens. Result: 1 ready, 0 another ustd serves this directory and is ready,
 * or a negative errno that has been explained.
 */
int ustd_server_init(void);
/* Connects to the processes whose sockets are in the runtime directory. */
void ustd_server_scan(void);
/* Connects to one of them, which may also be detached. 0, -ESRCH: it has no socket there, or another
 * negative errno. */
int ustd_server_reach(pid_t pid, bool *ret_detached);
/* Stops listening; the socket's file goes. */
void ustd_server_fini(void);

/* Path of the runtime directory, after ustd_server_init(). */
const char *ustd_server_dir(void);

#endif /* USTD_SERVER_H */
