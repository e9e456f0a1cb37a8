/* SPDX-License-Identifier: GPL-2.0-only */
/* For a program whose provider comes in a shared object, which may not be there. */
#define LTTNG_UST_TRACEPOINT_DEFINE
#define LTTNG_UST_TRACEPOINT_PROBE_DYNAMIC_LINKAGE
#include "every.h"
#include "every-other.h"
/* A header may be included twice. */
#include "every.h"
