/* SPDX-License-Identifier: GPL-2.0-only */
#define LIMITS_PROVIDER
#define TRACEPOINT_CREATE_PROBES
#define TRACEPOINT_DEFINE
#include "most.h"
