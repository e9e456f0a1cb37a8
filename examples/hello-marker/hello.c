// SPDX-License-Identifier: GPL-2.0-only
/* Markers: printf-like events, recorded as typed fields. */
#include <stdio.h>
#include <stdlib.h>
#include <ust/marker.h>

int main(int argc, char **argv)
{
	int i, n = argc > 1 ? atoi(argv[1]) : 10;

	trace_mark(hello, start, "program %s count %d", argv[0], n);
	for (i = 0; i < n; i++) {
		trace_mark(hello, loop, "i %d squared #4u%u", i, (unsigned int)i * (unsigned int)i);
		ust_marker(tick, "where %p", (void *)&i);
	}
	trace_mark(hello, end, MARK_NOARGS);
	printf("hello, %d times\n", n);
	return 0;
}
