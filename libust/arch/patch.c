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
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/abi/site.h>

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

/* Writes through the kernel, which ignores the protection of the page. */
static int write_mem(int *fd, const void *addr, const void *bytes, size_t size)
{
	ssize_t done;

	if (*fd < 0)
		*fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	if (*fd < 0)
		return -errno;
	do {
		done = pwrite(*fd, bytes, size, (off_t)(uintptr_t)addr);
	} while (done < 0 && errno == EINTR);
	if (done < 0)
		return -errno;
	return (size_t)done == size ? 0 : -EIO;
}

int ust_patch_write(void *addr, const void *bytes, size_t size, int prot)
{
	uintptr_t page = (uintptr_t)addr & ~(PAGE_SIZE - 1);
	size_t len = ((uintptr_t)addr + size - page + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
	int fd = -1, err;

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
	err = write_mem(&fd, addr, bytes, size);
	if (fd >= 0)
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

static size_t apply_run(struct ust_patch *patches, size_t nr, int *fd)
{
	uintptr_t start = page_of(&patches[0]);
	size_t len = page_of(&patches[nr - 1]) + PAGE_SIZE - start, i, failed = 0;
	int prot = patches[0].prot;
	int direct = mprotect((void *)start, len, prot | PROT_WRITE) == 0;

	for (i = 0; i < nr; i++) {
		unsigned char now = __atomic_load_n(patches[i].addr, __ATOMIC_RELAXED);

		patches[i].result = 0;
		if (now == patches[i].opcode)
			continue;
		if (now != UST_SITE_OPCODE_ON && now != UST_SITE_OPCODE_OFF)
			patches[i].result = -EBADMSG;
		else if (direct)
			__atomic_store_n(patches[i].addr, patches[i].opcode, __ATOMIC_RELEASE);
		else
			patches[i].result =
				(int16_t)write_mem(fd, patches[i].addr, &patches[i].opcode, 1);
		failed += patches[i].result != 0;
	}
	if (direct)
		mprotect((void *)start, len, prot);
	return failed;
}

size_t ust_patch_apply(struct ust_patch *patches, size_t nr)
{
	int fd = -1, saved = errno;
	size_t i, len, failed = 0;

	if (!nr)
		return 0;
	sort(patches, nr);
	for (i = 0; i < nr; i += len) {
		len = run_length(&patches[i], nr - i);
		failed += apply_run(&patches[i], len, &fd);
	}
	if (fd >= 0)
		close(fd);
	ust_patch_sync();
	errno = saved;
	return failed;
}
