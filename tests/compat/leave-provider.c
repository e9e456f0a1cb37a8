/* SPDX-License-Identifier: GPL-2.0-only */
static int leave_slowly(int n)
{
	volatile int i;

	for (i = 0; i < 300; i++)
		;
	return n;
}

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#include "leave.h"
