/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * A site is toggled by a store of one byte: a thread that runs into it executes the instruction as
 * it was or as it is, both whole. membarrier(SYNC_CORE) after the batch makes sure that no CPU goes
 * on with the old one.
 */
#include "patch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/abi/site.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10u
#endif

#define PAGE_SIZE 4096ul /* of x86-64, whatever larger pages are in use */

static int membarrier(int command)
{
	return (int)syscall(SYS_membarrier, command, 0, 0);
}

void ust_patch_sync(void)
{
	int saved = errno;

	if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE)) {
		membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
		membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE);
	}
	errno = saved;
}

/* The kernel's way to memory, which ignores the protection of pages. */
static int open_mem(void)
{
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int write_at(int fd, const void *bytes, size_t size, uintptr_t at)
{
	ssize_t done;

	do {
		done = pwrite(fd, bytes, size, (off_t)at);
	} while (done < 0 && errno == EINTR);
	if (done < 0)
		return -errno;
	return (size_t)done == size ? 0 : -EIO;
}

int ust_patch_write(void *addr, const void *bytes, size_t size, int prot)
{
	uintptr_t page = (uintptr_t)addr & ~(PAGE_SIZE - 1);
	size_t len = ((uintptr_t)addr + size - page + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	int fd, err;

	if (mprotect((void *)page, len, prot | PROT_WRITE) == 0) {
		volatile unsigned char *to = addr;
		const unsigned char *from = bytes;
		size_t i = size;

		/* Backwards: an instruction changes when all that follows its first byte is there.
		 */
		while (i--)
			to[i] = from[i];
		mprotect((void *)page, len, prot);
		return 0;
	}
	fd = open_mem();
	if (fd < 0)
		return fd;
	err = write_at(fd, bytes, size, (uintptr_t)addr);
	close(fd);
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct ust_patch *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* In place and without recursion or allocation (qsort(3) may call malloc). */
static void sort(struct ust_patch *patches, size_t nr)
{
	size_t start = nr / 2, end = nr, root, child;

	for (root = 1; root < nr && compare(&patches[root - 1], &patches[root]) <= 0; root++)
		;
	if (root >= nr)
		return;
	while (end > 1) {
		struct ust_patch tmp;

		if (start) {
			start--;
		} else {
			end--;
			tmp = patches[end];
			patches[end] = patches[0];
			patches[0] = tmp;
		}
		for (root = start; (child = 2 * root + 1) < end; root = child) {
			if (child + 1 < end && compare(&patches[child], &patches[child + 1]) < 0)
				child++;
			if (compare(&patches[root], &patches[child]) >= 0)
				break;
			tmp = patches[root];
			patches[root] = patches[child];
			patches[child] = tmp;
		}
	}
}

static uintptr_t page_of(const struct ust_patch *patch)
{
	return (uintptr_t)patch->addr & ~(PAGE_SIZE - 1);
}

/* The number of patches from the first on whose pages follow each other. */
static size_t run_length(const struct ust_patch *patches, size_t nr)
{
	size_t i;

	for (i = 1; i < nr; i++)
		if (page_of(&patches[i]) - page_of(&patches[i - 1]) > PAGE_SIZE ||
		    patches[i].prot != patches[0].prot)
			break;
	return i;
}

/* As many patches as lie in one page, in one write: its other bytes stay what they are. */
static int write_page(int fd, uintptr_t base, const struct ust_patch *patches, size_t nr)
{
	size_t size = (size_t)(patches[nr - 1].addr - patches[0].addr) + 1, i;
	unsigned char bytes[PAGE_SIZE];

	memcpy(bytes, patches[0].addr, size);
	for (i = 0; i < nr; i++)
		if (!patches[i].result)
			bytes[patches[i].addr - patches[0].addr] = patches[i].opcode;
	return write_at(fd, bytes, size, (uintptr_t)patches[0].addr - base);
}

/* Into a file that holds the memory from @base on. */
static int write_run(int fd, uintptr_t base, const struct ust_patch *patches, size_t nr)
{
	size_t i, end;
	int err = 0;

	for (i = 0; i < nr && !err; i = end) {
		for (end = i + 1; end < nr && page_of(&patches[end]) == page_of(&patches[i]); end++)
			;
		err = write_page(fd, base, &patches[i], end - i);
	}
	return err;
}

static int write_self(const struct ust_patch *patches, size_t nr)
{
	int fd = open_mem(), err;

	if (fd < 0)
		return fd;
	err = write_run(fd, 0, patches, nr);
	close(fd);
	return err;
}

static int copy_fd(void)
{
	int fd = (int)syscall(SYS_memfd_create, "ust-text", MFD_CLOEXEC | MFD_EXEC);

	/* Kernels before 6.3 have no such flag and no need of it. */
	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(SYS_memfd_create, "ust-text", MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/*
 * The last resort, where text can be written in no way: maps a patched copy over it. A thread that
 * runs there meanwhile waits in a page fault.
 */
static int replace_text(uintptr_t start, size_t len, const struct ust_patch *patches, size_t nr)
{
	int fd = copy_fd(), err;

	if (fd < 0)
		return fd;
	err = write_at(fd, (const void *)start, len, 0);
	if (!err)
		err = write_run(fd, start, patches, nr);
	if (!err &&
	    mmap((void *)start, len, patches[0].prot, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED)
		err = -errno;
	close(fd);
	return err;
}

/* Patches of pages that follow each other. Result: how many failed. */
static size_t apply_run(struct ust_patch *patches, size_t nr)
{
	uintptr_t start = page_of(&patches[0]);
	size_t len = page_of(&patches[nr - 1]) + PAGE_SIZE - start, i, failed = 0;
	int prot = patches[0].prot, err = 0;

	for (i = 0; i < nr; i++) {
		unsigned char now = __atomic_load_n(patches[i].addr, __ATOMIC_RELAXED);
		int known = now == UST_SITE_OPCODE_ON || now == UST_SITE_OPCODE_OFF;

		patches[i].result = known ? 0 : -EBADMSG;
	}
	if (mprotect((void *)start, len, prot | PROT_WRITE) == 0) {
		for (i = 0; i < nr; i++)
			if (!patches[i].result)
				__atomic_store_n(patches[i].addr, patches[i].opcode,
						 __ATOMIC_RELEASE);
		mprotect((void *)start, len, prot);
	} else if (write_self(patches, nr)) {
		err = replace_text(start, len, patches, nr);
	}
	for (i = 0; i < nr; i++) {
		if (!patches[i].result)
			patches[i].result = (int16_t)err;
		failed += patches[i].result != 0;
	}
	return failed;
}

size_t ust_patch_apply(struct ust_patch *patches, size_t nr)
{
	size_t i, len, failed = 0;
	int saved = errno;

	if (!nr)
		return 0;
	sort(patches, nr);
	for (i = 0; i < nr; i += len) {
		len = run_length(&patches[i], nr - i);
		failed += apply_run(&patches[i], len);
	}
	ust_patch_sync();
	errno = saved;
	return failed;
}
