/* SPDX-License-Identifier: LGPL-2.1-only */
#include "call.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

void ust_call_read_text(const char *address, char *text)
{
	struct iovec local = {text, UST_CALL_TEXT_SIZE - 1};
	/* Two pieces, so that what is in front of a hole is read. */
	size_t page = 4096, first = page - (uintptr_t)address % page;
	struct iovec remote[2] = {{(void *)(uintptr_t)address, UST_CALL_TEXT_SIZE - 1}};
	int saved = ust_errno, nr = 1;
	ssize_t got;

	if (!address) {
		strcpy(text, "(null)");
		return;
	}
	if (first < UST_CALL_TEXT_SIZE - 1) {
		remote[0].iov_len = first;
		remote[1].iov_base = (char *)(uintptr_t)address + first;
		remote[1].iov_len = UST_CALL_TEXT_SIZE - 1 - first;
		nr = 2;
	}
	got = syscall(SYS_process_vm_readv, (long)getpid(), &local, 1, remote, nr, 0);
	ust_errno = saved;
	if (got <= 0)
		strcpy(text, "(unreadable)");
	else
		text[got] = '\0';
}
