/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Whether a program takes libust: one for this machine and word size, started by glibc's dynamic
 * linker. Others would complain of a library that they cannot load. A script is what its
 * interpreter is. Safe in signal handlers and in the child of vfork(); errno is kept.
 */
#ifndef UST_PRELOAD_PROGRAM_KIND_H
#define UST_PRELOAD_PROGRAM_KIND_H

#pragma GCC visibility push(hidden)

/* @path: relative to the directory @dirfd. What cannot be read, or is NULL, takes nothing. */
int ust_program_takes(int dirfd, const char *path);

/* The file that is open as @fd, also if it is only a place (O_PATH). */
int ust_program_fd_takes(int fd);

/* As execvp() finds it. */
int ust_program_in_path_takes(const char *file);

#pragma GCC visibility pop

#endif /* UST_PRELOAD_PROGRAM_KIND_H */
