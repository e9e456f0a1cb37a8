/* SPDX-License-Identifier: LGPL-2.1-only */
/* The calls that a thread was in, from a copy of its registers and of its stack. */
#ifndef USTCTL_INJECT_UNWIND_H
#define USTCTL_INJECT_UNWIND_H

#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include <ust/abi/unload.h>

/* Whether an address is in unload->ranges or right behind one, as that of a return may be. */
static inline int ust_unload_has(const struct ust_unload *unload, uint64_t address)
{
	uint32_t i;

	for (i = 0; i < unload->nr_ranges; i++)
		if (address >= unload->ranges[i].begin && address <= unload->ranges[i].end)
			return 1;
	return 0;
}

struct ust_unwind {
	pid_t pid, tid;
	struct user_regs_struct regs;
	const unsigned char *stack; /* from @stack_at on */
	uint64_t stack_at, stack_size;
	const struct ust_unload *unload;
	/* One of them that is in unload->ranges: where it is executing, and of what function. */
	uint64_t inside;
	char function[64];
};

/*
 * Follows the calls to the thread's first function, by the tables that are there for exceptions. Result: 0
 * none of them is in unload->ranges, 1 one is, or a negative errno: -ENODATA they cannot be followed to
 * the end, because some code has no table or the copy is too short. A file of the process is read, but
 * not its memory.
 */
int ust_unwind(struct ust_unwind *unwind);

#endif /* USTCTL_INJECT_UNWIND_H */
