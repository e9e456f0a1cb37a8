/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls in a source of their own; struct older_hidden is only a name in the tracepoints' header. */
#include <string.h>

#include "older.h"

#include "every-calls.h"
#include "older-hidden.h"

#ifdef __cplusplus
extern "C"
#endif
	void
	older_calls(void)
{
	static const int numbers[] = {1, -2, 0x01020304};
	struct older_hidden hidden = {42, "hidden"};
	int i;

	tracepoint(older, empty);
	tracepoint(older, hidden, &hidden);
	for (i = 0; i < 6; i++)
		tracepoint(older, fields, i, "text", numbers, (size_t)i % 4, i / 2.0);
	if (tracepoint_enabled(older, circle))
		do_tracepoint(older, circle, 1);
	do_tracepoint(older, square, 2);
}
