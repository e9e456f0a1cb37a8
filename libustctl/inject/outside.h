/* SPDX-License-Identifier: LGPL-2.1-only */
/* Whether threads of a process are inside of what is going to be unmapped. */
#ifndef USTCTL_INJECT_OUTSIDE_H
#define USTCTL_INJECT_OUTSIDE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <ust/abi/unload.h>

#include "image.h"
#include "remote.h"

/*
 * Waits until every thread but @except has been seen outside: no address of unload->ranges is in its
 * registers, on its stack, nor on that which a signal handler has interrupted. Whoever is outside must
 * have no way in, and new threads must begin outside. A thread that waits in a system call is not
 * disturbed; one that does not within a second is stopped for some microseconds. Result: 0; -EBUSY, with
 * a sentence without subject in @why: a thread has been inside all the time, or it cannot be told; or
 * another negative errno.
 */
int ust_outside_wait(const struct ust_remote *remote, const struct ust_image_libc *libc,
		     const struct ust_unload *unload, pid_t except, char *why, size_t why_size);

#endif /* USTCTL_INJECT_OUTSIDE_H */
