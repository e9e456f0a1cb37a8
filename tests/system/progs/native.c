// SPDX-License-Identifier: GPL-2.0-only
/* One of each of the native API's events. With an argument it waits for a line of input in between. */
#include <stdio.h>

#include <ust/class.h>
#include <ust/counter.h>
#include <ust/marker.h>
#include <ust/span.h>
#include <ust/state.h>

UST_COUNTER(native, count);
UST_ENUM_TABLE(sizes, {"none", 0}, UST_RANGE("few", 1, 9), UST_RANGE("many", 10, 4000000000u));

struct package {
	unsigned int number;
	short sides[3];
	char label[8];
};
UST_EVENT_CLASS(request, (int id, const char *who), id,
		UST_HELP(UST_STR(client, who), "Who asked."));
UST_EVENT_CLASS(package, (const struct package *p, double weight), UST_F(number, p->number),
		UST_ARRAY(sides, p->sides), UST_STR(label, p->label),
		UST_ENUM(size, p->number, sizes), UST_UNIT(weight, "kg"));

static int nested(int depth)
{
	UST_SPAN(native, nested, depth);
	if (depth == 2)
		return depth;
	return nested(depth + 1);
}

static void classes(void)
{
	const struct package package = {12, {1, -2, 3}, "fragile"};
	int evaluated = 0, i;

	for (i = 0; i < 2; i++)
		UST_CLASS_EVENT(request, native, class_first, ++evaluated, "me");
	UST_CLASS_EVENT_LEVEL(UST_NOTICE, request, native, class_other, evaluated, NULL);
	UST_CLASS_EVENT(package, native, class_package, &package, 1.5);
}

static void wait_here(int argc)
{
	puts("here");
	fflush(stdout);
	if (argc > 1)
		getchar();
}

int main(int argc, char **argv)
{
	unsigned int n;
	int asked = 0, i;

	(void)argv;
	for (i = 0; i < 3; i++) {
		UST_STATE(native, state, UST_F(key, i), UST_STR(value, "before"));
		UST_STATE(native, state, UST_F(key, i), UST_STR(value, "last"));
	}
	wait_here(argc);
	for (n = 0; n < 20; n += 5)
		UST_EVENT(native, UST_HELP(described, "An event with all there is to say."),
			  UST_HELP(UST_UNIT(n, "apples"), "How many."), UST_ENUM(size, n, sizes));
	UST_EVENT_LEVEL(UST_EMERG, native, emergency, n);
	UST_EVENT_LEVEL(UST_WARNING, native, warning, n);
	UST_EVENT_LEVEL(UST_DEBUG, native, debug, n);
	trace_mark_level(UST_INFO, native, mark, "n %u", n);
	asked |= ust_enabled(native, warning) ? 1 : 0;
	asked |= ust_enabled(native, debug) ? 2 : 0;
	asked |= ust_enabled(native, nothing) ? 4 : 0;
	UST_COUNTER_ADD(native, count, 5);
	UST_COUNTER_ADD(native, count, -2);
	UST_COUNTER_SET(native, count, 10);
	classes();
	{
		UST_SPAN(native, outer);
		nested(0);
	}
	printf("%d %lld\n", asked, (long long)UST_COUNTER_GET(native, count));
	wait_here(argc);
	return 0;
}
