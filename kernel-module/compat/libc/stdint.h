/* SPDX-License-Identifier: GPL-2.0-only */
/* What the ring's source finds in the kernel as <stdint.h>. */
#include <linux/limits.h>
#include <linux/types.h>

#ifndef UINT64_MAX
#define UINT64_MAX U64_MAX
#endif
