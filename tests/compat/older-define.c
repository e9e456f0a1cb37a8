/* SPDX-License-Identifier: GPL-2.0-only */
#define TRACEPOINT_DEFINE
#define TRACEPOINT_PROBE_DYNAMIC_LINKAGE
#include "older.h"
