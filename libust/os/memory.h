/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Private memory for libust's own tables. The program's malloc is not used: it may be traced,
 * replaced, broken or not ready yet. All calls are made under the session lock.
 */
#ifndef UST_OS_MEMORY_H
#define UST_OS_MEMORY_H

#include <stddef.h>

/* Zeroed memory, or NULL. */
void *ust_memory_alloc(size_t size);
/* NULL is allowed. */
void ust_memory_free(void *ptr);
/* Grows an array to at least @nr elements of @size bytes; the new part is zero. Result: 0, -ENOMEM.
 */
int ust_memory_grow(void **array, size_t *capacity, size_t nr, size_t size);
/* Gives all of it back. Nobody may use any of it any more. */
void ust_memory_fini(void);
/* Bytes now mapped; for tests. */
size_t ust_memory_mapped(void);

#endif /* UST_OS_MEMORY_H */
