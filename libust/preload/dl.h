/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the lines of dl.tab use. */
#ifndef UST_PRELOAD_DL_H
#define UST_PRELOAD_DL_H

#include <dlfcn.h>

#include "preload.h"

#pragma GCC visibility push(hidden)
/* Whether dlopen could find another object if somebody else called it. */
int ust_dl_needs_caller(const char *path, const void *caller);
#pragma GCC visibility pop

#define UST_DL_NEEDS_CALLER(path) ust_dl_needs_caller(path, __builtin_return_address(0))

#endif /* UST_PRELOAD_DL_H */
