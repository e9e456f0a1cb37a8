/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls the tracepoints of most.h; prints whether limits:differs is on (it never is) and whether libust is there. */
#include <stdio.h>

#include "most.h"

int lttng_ust_loaded __attribute__((weak));

int main(void)
{
	tracepoint(limits, many, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
		   20.5);
	tracepoint(limits, most, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
		   20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, "thirty-two");
	tracepoint(limits, differs, 1);
	tracepoint(limits, renamed, 7);
	tracepoint(limits, blobs, "\001\002\003\377", 4);
	tracepoint_disable_destructors();
	printf("%d %d\n", (int)tracepoint_enabled(limits, differs), lttng_ust_loaded);
	return 0;
}
