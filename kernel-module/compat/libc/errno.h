/* SPDX-License-Identifier: GPL-2.0-only */
/* What the ring's source finds in the kernel as <errno.h>. */
#include <linux/errno.h>
