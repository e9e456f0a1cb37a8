/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes a provider. Compiled as C and as C++. */
#include "older-hidden.h"

#define TRACEPOINT_CREATE_PROBES
#ifndef WITHOUT_DEFINE
#define TRACEPOINT_DEFINE
#endif
#include "older.h"
