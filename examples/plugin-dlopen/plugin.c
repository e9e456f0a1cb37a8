// SPDX-License-Identifier: GPL-2.0-only
/* A shared object with events of its own; it links nothing. */
#include <ust/tracepoint.h>

int plugin_work(int input);

int plugin_work(int input)
{
	int i, sum = 0;

	for (i = 0; i < 10; i++) {
		sum += i * input;
		UST_EVENT(plugin, step, i, sum);
	}
	return sum;
}
