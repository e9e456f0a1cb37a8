/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes a provider. Compiled as C and as C++. */

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#ifndef WITHOUT_DEFINE
#define LTTNG_UST_TRACEPOINT_DEFINE
#endif
#include "every.h"
/* Its class is in the header above. */
#include "every-other.h"
