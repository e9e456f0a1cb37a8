/* SPDX-License-Identifier: LGPL-2.1-only */
/* Interposition in a program that runs: libust-call.so, opened when it is wanted. */
#ifndef UST_OS_HOOK_H
#define UST_OS_HOOK_H

#include <stddef.h>

#include <ust/abi/unload.h>

/*
 * @text: the path of libust-call.so on the first line, then rules for its ust_call_hook(). An empty
 * text unhooks everything. Result: 0, -ELIBACC: the library cannot be opened, or a negative errno
 * of ust_call_hook(); @why, then, a sentence. Not under any lock. NULL in the static library.
 */
int ust_hook_apply(const char *text, char *why, size_t size) __attribute__((weak));

/* Puts all imports back that were hooked. Likewise. */
void ust_hook_remove(void) __attribute__((weak));

/*
 * Nothing of the program leads to what hooked any more. Adds the libraries' handles, and where calls
 * are counted. Result: 0, or a negative errno of ust_call_close(). Likewise.
 */
int ust_hook_close(struct ust_unload *unload) __attribute__((weak));

#endif /* UST_OS_HOOK_H */
