/* SPDX-License-Identifier: GPL-2.0-only */
/* The provider: linked into the program, or a shared object of its own. */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "mill.h"
