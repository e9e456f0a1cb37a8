/* SPDX-License-Identifier: GPL-2.0-only */
/* A mill with tracepoints. Argument: the provider, if it is not linked in but to be loaded. */
#include <dlfcn.h>
#include <stdio.h>

#include <lttng/tracef.h>

#ifdef MILL_LOADS_PROVIDER
#define LTTNG_UST_TRACEPOINT_DEFINE
#define LTTNG_UST_TRACEPOINT_PROBE_DYNAMIC_LINKAGE
#endif
#include "mill.h"

int main(int argc, char **argv)
{
	static const char *const farmers[] = {"Anna", "Brun", "Cato"};
	int wear[] = {3, 1, 4}, i;

	if (argc > 1 && !dlopen(argv[1], RTLD_NOW)) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	for (i = 0; i < 3; i++)
		lttng_ust_tracepoint(mill, sack, i, farmers[i], i);
	if (lttng_ust_tracepoint_enabled(mill, stone))
		lttng_ust_do_tracepoint(mill, stone, 12.5, wear, 3);
	lttng_ust_tracef("%d sacks are ground", i);
	return 0;
}
