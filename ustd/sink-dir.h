/* SPDX-License-Identifier: GPL-2.0-only */
/* The output directory of a session. */
#ifndef USTD_SINK_DIR_H
#define USTD_SINK_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * Creates @path with its parents, and "ust" in it. @path must be absolute and either missing or an
 * empty directory. Result: a descriptor of PATH/ust, or -EEXIST (not a directory), -ENOTEMPTY,
 * -EINVAL, or mkdir's errno.
 */
int ustd_sink_dir_create(const char *path);

/* "BESIDE-WHAT-NR" on the heap, whatever number of slashes @beside ends in. NULL: no memory. */
char *ustd_sink_dir_numbered(const char *beside, const char *what, uint32_t nr);
/* How many numbers are tried before the user has to name a directory. */
#define USTD_SINK_MAX_NUMBERS 100000

/* Takes it back: the files in the directory of @dirfd, that directory, and @path if @made. */
void ustd_sink_dir_remove(int dirfd, const char *path, bool made);

/* Makes the empty directory @name beside the one of @dirfd. Its descriptor or a negative errno. */
int ustd_sink_dir_add(int dirfd, const char *name);

/* Makes a file name of a process's name: no '/', no leading dot, nothing a terminal obeys. */
void ustd_sink_dir_name(const char *comm, char *buf, size_t size);

/* Opens a file of the directory for writing. @flags: O_CREAT | O_EXCL or nothing. */
int ustd_sink_open(int dirfd, const char *name, int flags);

/* Writes all of it. 0 or a negative errno; a part may have been written then. */
int ustd_sink_write(int fd, const struct iovec *iov, int nr_iov, uint64_t offset);

#endif /* USTD_SINK_DIR_H */
