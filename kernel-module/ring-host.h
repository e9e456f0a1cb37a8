/* SPDX-License-Identifier: GPL-2.0-only */
/* What the ring's source includes as its host (Kbuild: UST_RING_HOST): ours, with the clock. */
#ifndef UST_KERNEL_RING_HOST_H
#define UST_KERNEL_RING_HOST_H

#include <ust/ring/host-kernel.h>

#include "clock.h"

#endif /* UST_KERNEL_RING_HOST_H */
