/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the arguments of a native system call are, without copying all of them. */
#ifndef UST_COMPAT_SYSCALL_ARGS_H
#define UST_COMPAT_SYSCALL_ARGS_H

#include <linux/compat.h>
#include <linux/stddef.h>
#include <asm/ptrace.h>
#include <asm/syscall.h>

static __always_inline unsigned long ust_syscall_arg(const struct pt_regs *regs, u32 index)
{
#if defined(CONFIG_X86_64)
	static const u8 places[] = {
		offsetof(struct pt_regs, di), offsetof(struct pt_regs, si),
		offsetof(struct pt_regs, dx), offsetof(struct pt_regs, r10),
		offsetof(struct pt_regs, r8), offsetof(struct pt_regs, r9),
	};

	return *(const unsigned long *)((const char *)regs + places[index]);
#else
	return index ? regs->regs[index] : regs->orig_x0;
#endif
}

/* Whether the call is one of a 32-bit program. */
static __always_inline bool ust_syscall_is_compat(void)
{
#if defined(CONFIG_X86_64)
	return in_ia32_syscall();
#elif defined(CONFIG_COMPAT)
	return in_compat_syscall();
#else
	return false;
#endif
}

#endif /* UST_COMPAT_SYSCALL_ARGS_H */
