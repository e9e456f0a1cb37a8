/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the raw thread would leave behind. */
#ifndef USTCTL_INJECT_CACHE_H
#define USTCTL_INJECT_CACHE_H

#include "remote.h"
#include "stub.h"

/*
 * If the raw thread had to allocate, malloc has made a cache for it, which libc frees at the end of a
 * thread of its own. Result: its address, once that thread is gone, or 0: none was found.
 */
uint64_t ust_cache_find(const struct ust_remote *remote, const struct ust_stub_args *args);

#endif /* USTCTL_INJECT_CACHE_H */
