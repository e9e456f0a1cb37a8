/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* A server that works for a long time and then crashes. What were its last requests? */
#include <stdlib.h>

#include <ust/tracepoint.h>

static int serve(int id)
{
	int bytes = id * 37 % 4096;

	UST_EVENT(server, request, id, bytes);
	return bytes;
}

int main(int argc, char **argv)
{
	int id, last = argc > 1 ? atoi(argv[1]) : 1000000;

	for (id = 1; id < last; id++)
		serve(id);
	UST_EVENT(server, error, id, UST_STR(what, "no such request"));
	abort();
}
