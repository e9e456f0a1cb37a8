/* SPDX-License-Identifier: LGPL-2.1-only */
#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/ring/host.h>

/*
 * The only system call of the tracing path: once for a sub-buffer at most, and only if ustd asked
 * this ring for it. It does not block. Callers keep errno.
 *
 * Every traced process can write to the page and wait on it. So nothing in it is believed, and all
 * who wait are woken: a hostile process can make ustd look in vain, but not deaf to the others.
 */
void ust_host_doorbell(struct ust_doorbell_shm *bell)
{
	__atomic_fetch_add(&bell->rings, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &bell->rings, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
