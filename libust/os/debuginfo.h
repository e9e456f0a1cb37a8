/* SPDX-License-Identifier: LGPL-2.1-only */
#ifndef UST_OS_DEBUGINFO_H
#define UST_OS_DEBUGINFO_H

#include <stddef.h>

/*
 * The parameters of a function, from the debug information of the object that holds it: one enum
 * ust_field_type for each, ended by UST_TYPE_NONE. libdw is loaded for it when it is there.
 * Result: 0; -ENOENT: no debug information; -E2BIG: more than fit @size; -EINVAL: a parameter is a
 * structure, or there are variable ones. Not under the session lock.
 * Weak: not there in static programs, which cannot load libraries.
 */
__attribute__((weak)) int ust_debuginfo_parameters(void *function, unsigned char *types,
						   size_t size);

#endif /* UST_OS_DEBUGINFO_H */
