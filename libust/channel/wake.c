/* SPDX-License-Identifier: LGPL-2.1-only */
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/ring/host.h>

/*
 * The only system call of the tracing path: once for a sub-buffer at most, and only if ustd sleeps.
 * It does not block. Callers keep errno.
 */
void ust_host_doorbell(struct ust_doorbell_shm *bell)
{
	__atomic_fetch_add(&bell->rings, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&bell->waiting, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &bell->rings, FUTEX_WAKE, 1, NULL, NULL, 0);
}
