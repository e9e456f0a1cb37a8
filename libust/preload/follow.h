/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Programs that this process executes: they are given variables of the environment with which they
 * bring libust along. The functions that execute are hooked for that like any other; see call.h.
 */
#ifndef UST_PRELOAD_FOLLOW_H
#define UST_PRELOAD_FOLLOW_H

#include <stddef.h>
#include <stdio.h>

#include "preload.h"

#pragma GCC visibility push(hidden)

#define UST_FOLLOW_FUNCTIONS(x)                                                                    \
	x(execve) x(execv) x(execvpe) x(execvp) x(execveat) x(fexecve) x(execl) x(execlp)          \
		x(execle) x(posix_spawn) x(posix_spawnp)

/* Those that execute a shell inside of libc, where nothing of the environment can be told. */
#define UST_FOLLOW_SHELLS(x) x(system) x(popen)

#define UST_FOLLOW_NUMBER(name) UST_FOLLOW_##name,
enum { UST_FOLLOW_FUNCTIONS(UST_FOLLOW_NUMBER) UST_FOLLOW_SHELLS(UST_FOLLOW_NUMBER) UST_FOLLOW_NR };

/* The functions themselves, NULL until ust_preload_resolve(). */
extern void *ust_follow_reals[UST_FOLLOW_NR];

#define UST_FOLLOW_REAL(name)                                                                      \
	((__typeof__(name) *)ust_preload_real(&ust_follow_reals[UST_FOLLOW_##name]))

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

/* One environment in the making. */
struct ust_follow_environment {
	const struct ust_follow_set *set;
	char *const *theirs;
	size_t nr;
	size_t nr_kept;      /* after ust_follow_make(): how many of theirs are in front of ours */
	const char *preload; /* theirs: its value, or NULL */
	size_t size;         /* of the memory for ours; 0: theirs is passed on */
};

/* Measures the environment of a program; @takes: whether libust gets into it. */
struct ust_follow_environment ust_follow_measure(char *const envp[], int takes);

/* Makes it in @memory, of env->size bytes. Result: it, or theirs. */
char *const *ust_follow_make(struct ust_follow_environment *env, void *memory);

/* The program that starts a shell anew, see shell.c. @path: @len bytes. Result: 0, or
 * -ENAMETOOLONG. */
int ust_follow_use_shell(const char *path, size_t len);

/* Stand for system() and popen(). */
int ust_follow_system(const char *command);
FILE *ust_follow_popen(const char *command, const char *mode);

#define UST_FOLLOW_KIND "libust-call" /* of the ways to them */

/*
 * Where an interposition library stands in for a function that is hooked here, too, it goes on to
 * the wrapper of this one (@on) or to the function itself. @real: of an entry of its table.
 */
void ust_follow_chain(const char *name, void **real, int on);

#pragma GCC visibility pop

#endif /* UST_PRELOAD_FOLLOW_H */
