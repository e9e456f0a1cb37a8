/* SPDX-License-Identifier: LGPL-2.1-only */
/* The moment in which a thread of the target is stopped. */
#ifndef USTCTL_INJECT_BORROW_H
#define USTCTL_INJECT_BORROW_H

#include "image.h"
#include "remote.h"

struct ust_borrow_result {
	uint64_t region; /* where the image is in the target */
	uint64_t stopped_ns;
	unsigned int tries;
	char why[256];
};

/*
 * Has one thread of the target map the image and start its code, from a process of its own.
 * @is_filtered: seccomp filters are looked at first. Result: 0: the code runs, or a negative errno
 * with ret_result->why: nothing is left in the target.
 */
int ust_borrow(const struct ust_remote *remote, const struct ust_image_libc *libc,
	       const struct ust_image_opts *opts, int is_filtered,
	       struct ust_borrow_result *ret_result);

#endif /* USTCTL_INJECT_BORROW_H */
