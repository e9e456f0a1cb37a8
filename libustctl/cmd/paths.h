/* SPDX-License-Identifier: GPL-2.0-only */
/* Where our own files are, in the build tree and installed. */
#ifndef USTCTL_CMD_PATHS_H
#define USTCTL_CMD_PATHS_H

#include <stddef.h>

/* A library that a traced program preloads, by file name: $UST_LIBDIR, else the folder libust next
 * to ustctl's own (build tree), else the installed libdir. Result: 0, or -ENOENT with @path naming
 * the place that was looked at last. */
int ust_path_library(const char *name, char *path, size_t size);

#endif /* USTCTL_CMD_PATHS_H */
