/* SPDX-License-Identifier: GPL-2.0-only */
/* Where our own files are, in the build tree and installed. */
#ifndef USTCTL_CMD_PATHS_H
#define USTCTL_CMD_PATHS_H

#include <stddef.h>

/* A library that a traced program preloads, by file name: $UST_LIBDIR, else the folder libust next
 * to ustctl's own (build tree), else where libdir is from there, else the configured libdir. Result: 0, or -ENOENT with @path naming
 * the place that was looked at last. */
int ust_path_library(const char *name, char *path, size_t size);

/* A program that only others execute, likewise: beside ustctl, else the configured libexec directory. */
int ust_path_program(const char *name, char *path, size_t size);

/* What goes in front of an absolute path in LD_PRELOAD, so that it leads to the same file in programs
 * with our C library and nowhere in those with another one, which would fail with our libraries. "" if
 * there is no such thing here. */
const char *ust_path_preload_prefix(void);

#endif /* USTCTL_CMD_PATHS_H */
