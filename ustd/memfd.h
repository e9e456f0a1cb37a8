/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef USTD_MEMFD_H
#define USTD_MEMFD_H

#include <stdint.h>

/*
 * Shared memory whose size nobody can change, mapped. Result: the descriptor, or a negative errno;
 * @ret_map is the mapping, which the caller unmaps.
 */
int ustd_memfd_create(const char *name, uint64_t size, void **ret_map);

#endif /* USTD_MEMFD_H */
