/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Programs that this process executes: they are given variables of the environment with which they
 * bring libust along. The functions that execute are hooked for that like any other; see call.h.
 */
#ifndef UST_PRELOAD_FOLLOW_H
#define UST_PRELOAD_FOLLOW_H

#include <stddef.h>

#include "preload.h"

#pragma GCC visibility push(hidden)

#define UST_FOLLOW_FUNCTIONS(x)                                                                    \
	x(execve) x(execv) x(execvpe) x(execvp) x(execveat) x(fexecve) x(execl) x(execlp)          \
		x(execle) x(posix_spawn) x(posix_spawnp)

#define UST_FOLLOW_NUMBER(name) UST_FOLLOW_##name,
enum { UST_FOLLOW_FUNCTIONS(UST_FOLLOW_NUMBER) UST_FOLLOW_NR };

/* The functions themselves, NULL until ust_preload_resolve(). */
extern void *ust_follow_reals[UST_FOLLOW_NR];

/* What is hooked; ends with a NULL name. */
extern const struct ust_preload_entry ust_follow_functions[];

/*
 * Collects variables for ust_follow_start(). @line: NAME=VALUE, @len bytes. If it has the name of
 * the line before, its value becomes that one's next line. Result: 0, or -ENOSPC.
 */
int ust_follow_add(const char *line, size_t len);

/* From now on what was collected is given along; result: 0 if nothing was. */
int ust_follow_start(void);

/* From now on nothing is. Threads may be on their way to exec with what was. */
void ust_follow_stop(void);

#define UST_FOLLOW_KIND "libust-call" /* of the ways to them */

/*
 * Where an interposition library stands in for a function that is hooked here, too, it goes on to
 * the wrapper of this one (@on) or to the function itself. @real: of an entry of its table.
 */
void ust_follow_chain(const char *name, void **real, int on);

#pragma GCC visibility pop

#endif /* UST_PRELOAD_FOLLOW_H */
