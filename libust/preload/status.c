/* SPDX-License-Identifier: LGPL-2.1-only */
#include "call.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct ust_call_status *ust_call_open_status(const char *path)
{
	size_t size = UST_CALL_MAX_RULES * sizeof(struct ust_call_status);
	/* Not by libc's names, which may be traced. */
	int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
	void *map = MAP_FAILED;

	if (fd < 0)
		return NULL;
	if (syscall(SYS_lseek, fd, 0, SEEK_END) >= (long)size)
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	syscall(SYS_close, fd);
	return map == MAP_FAILED ? NULL : map;
}
