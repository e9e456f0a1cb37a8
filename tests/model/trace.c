// SPDX-License-Identifier: GPL-2.0-only
/* The schedule that led to a violation, for people. */
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "host-model.h"

struct step trace[MAX_DEPTH];
int trace_depth, trace_quiet;

/* Where a location is, for people. */
static const char *memory_name(const void *p, char *buf)
{
	static const struct {
		unsigned int at;
		const char *name;
	} members[] = {{0, "offset"},     {8, "limit"},    {16, "deadline"},
		       {128, "consumed"}, {136, "reader"}, {256, "lost"}};
	uint64_t at, ring;
	unsigned int i;

	if (!p || !memory_is_shared(p))
		return "";
	at = (uint64_t)((const unsigned char *)p - model_channel - UST_RINGS_OFFSET);
	ring = at >> MODEL_RING_SHIFT;
	at = memory_ring_part(p);
	if (at >= UST_RING_PAGE_SIZE) {
		sprintf(buf, "%llu.data+%llu", (unsigned long long)ring,
			(unsigned long long)at - UST_RING_PAGE_SIZE);
		return buf;
	}
	sprintf(buf, "%llu.commit[%llu]", (unsigned long long)ring,
		((unsigned long long)at - 1024) / 8);
	for (i = 0; i < sizeof(members) / sizeof(*members); i++) {
		if (members[i].at == at)
			sprintf(buf, "%llu.%s", (unsigned long long)ring, members[i].name);
	}
	return buf;
}

void sched_fail(const char *fmt, ...)
{
	static const char *const kinds[] = {"", " SIGNAL", " COPY", " MIGRATE", " RESTART"};
	static const char *const ops[] = {"start", "load",   "store", "order",  "clock",
					  "step",  "copied", "bell",  "settle", "done"};
	char name[64];
	va_list ap;
	int i;

	va_start(ap, fmt);
	printf("VIOLATION: ");
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
	for (i = 0; i < trace_depth && !trace_quiet; i++) {
		const struct step *s = &trace[i];

		name[0] = 0;
		memory_name(s->addr, name);
		printf("  %3d: thread %d%s %s %s", i, s->action.thread, kinds[s->action.kind],
		       ops[s->op], name);
		if (s->action.choice)
			printf(" (choice %u)", s->action.choice);
		putchar('\n');
	}
	fflush(stdout);
	_Exit(1);
}
