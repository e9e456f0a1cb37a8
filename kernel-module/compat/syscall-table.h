/* SPDX-License-Identifier: GPL-2.0-only */
/* The names of the kernel's system calls by number, as the kernel's own table has them. */
#ifndef UST_COMPAT_SYSCALL_TABLE_H
#define UST_COMPAT_SYSCALL_TABLE_H

#include <linux/types.h>

#undef __SYSCALL
#define __SYSCALL(nr, symbol) [nr] = #symbol,
#undef __SYSCALL_WITH_COMPAT
#define __SYSCALL_WITH_COMPAT(nr, symbol, compat) __SYSCALL(nr, symbol)
#undef __SYSCALL_NORETURN
#define __SYSCALL_NORETURN(nr, symbol) __SYSCALL(nr, symbol)

static const char *const ust_syscall_symbols[] = {
#if defined(CONFIG_X86_64)
#include <asm/syscalls_64.h>
#else
#include <asm/unistd.h>
#endif
};

#undef __SYSCALL
#undef __SYSCALL_WITH_COMPAT
#undef __SYSCALL_NORETURN

#endif /* UST_COMPAT_SYSCALL_TABLE_H */
