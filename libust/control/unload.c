/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * What "ustctl detach --unload" calls in a process that libust was injected into: every way in is
 * closed and its thread ends. ustctl then looks whether any thread is still inside, and unloads it if
 * none is; if one is, libust is as in any process that was detached from.
 */
#include <errno.h>
#include <link.h>
#include <string.h>

#include <ust/abi/unload.h>

#include "../channel/channel.h"
#include "../fork.h"
#include "../os/debug.h"
#include "../os/elf.h"
#include "../os/hook.h"
#include "../session/lock.h"
#include "../stay/stay.h"
#include "listener.h"
#include "objects.h"

/*
 * In a thread of its own, with all signals blocked and a table of descriptors of its own. Result: 0,
 * or a negative errno: -EBUSY a ustd has the process, -EPERM this libust is none that is unloaded,
 * -EUSERS the program itself uses libust, -EAGAIN our thread cannot be woken, -ENOTRECOVERABLE a
 * thread may use our memory for ever, -ENOSPC too many libraries, -ENOTSUP a
 * function that was wrapped is not libc's: what it calls may come back later, on another stack.
 */
__attribute__((visibility("default"))) int ust_unload(struct ust_unload *ret_unload);

static int names_us(const struct ust_elf_object *object, long tag)
{
	return ust_elf_names(object, tag, "libust.so") || ust_elf_names(object, tag, "libust-");
}

static int has(const struct ust_elf_object *object, uintptr_t address)
{
	return ust_elf_segment(object, address, 1, 0) != NULL;
}

static int add_range(const struct ust_elf_object *object, struct ust_unload *unload)
{
	uint64_t begin = UINT64_MAX, end = 0;
	unsigned int i;

	if (unload->nr_ranges == UST_UNLOAD_MAX)
		return -ENOSPC;
	for (i = 0; i < object->nr_phdr; i++) {
		const ElfW(Phdr) *ph = &object->phdr[i];
		uintptr_t start = object->base + ph->p_vaddr;

		if (ph->p_type != PT_LOAD)
			continue;
		begin = start < begin ? start : begin;
		end = start + ph->p_memsz > end ? start + ph->p_memsz : end;
	}
	unload->ranges[unload->nr_ranges].begin = begin;
	unload->ranges[unload->nr_ranges++].end = end;
	return 0;
}

static int look_at(struct dl_phdr_info *info, size_t size, void *data)
{
	struct ust_unload *unload = data;
	struct ust_elf_object object;
	int stays;

	(void)size;
	ust_elf_object_init(info, &object);
	if (!names_us(&object, DT_SONAME))
		return names_us(&object, DT_NEEDED) ? -EUSERS : 0;
	stays = has(&object, (uintptr_t)&ust_stay_leaving);
	/* Linked or preloaded it is all one library, which is never unloaded. */
	if (stays && has(&object, (uintptr_t)ust_unload))
		return -EPERM;
	return stays ? 0 : add_range(&object, unload);
}

/* Under the lock. */
static int close_ways(void)
{
	if (ust_grace_gave_up())
		return -ENOTRECOVERABLE;
	ust_objects_release();
	ust_fork_fini();
	return 0;
}

int ust_unload(struct ust_unload *ret_unload)
{
	sigset_t mask;
	int err;

	memset(ret_unload, 0, sizeof(*ret_unload));
	ret_unload->leaving = (uintptr_t)&ust_stay_leaving;
	err = dl_iterate_phdr(look_at, ret_unload);
	if (!err)
		err = ust_control_leave();
	if (!err && ust_hook_close)
		err = ust_hook_close(ret_unload);
	if (!err) {
		ust_lock(&mask);
		err = close_ways();
		ust_unlock(&mask);
	}
	ust_debug("unload: %d", err);
	return err;
}
