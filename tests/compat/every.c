/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls every tracepoint of every.h and older.h. Argument: a shared object to load and close. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <lttng/tracef.h>
#include <lttng/tracelog.h>

#include "every.h"

#include "every-other.h"

#include "every-calls.h"

static int evaluated;

static int count(int value)
{
	evaluated++;
	return value;
}

static void messages(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	lttng_ust_vtracef(format, ap);
	va_end(ap);
	va_start(ap, format);
	lttng_ust_vtracelog(LTTNG_UST_TRACEPOINT_LOGLEVEL_ERR, format, ap);
	va_end(ap);
}

static void numbers(void)
{
	static const long long values[] = {0, 1, -1, 127, 128, 0x7fffffff, -0x123456789abll};
	unsigned int i;

	for (i = 0; i < sizeof(values) / sizeof(*values); i++)
		lttng_ust_tracepoint(every, integers, values[i], (void *)0xabcdef,
				     i & 1 ? EVERY_SECOND : EVERY_FIRST);
	lttng_ust_tracepoint(every, bases, 0xfedcba98u, htons(80), htonl(0x80000001u),
			     ((unsigned long long)htonl(0x11223344u) << 32) | htonl(1));
	lttng_ust_tracepoint(every, floats, 3.25, -0.5f);
	lttng_ust_tracepoint(every, floats, 1e300, 1e30f);
}

static void texts(void)
{
	char buf[] = "buffer with more than sixteen bytes";

	lttng_ust_tracepoint(every, strings, "a", buf);
	lttng_ust_tracepoint(every, strings, NULL, NULL);
	lttng_ust_tracepoint(every, one_string, 1, "");
	lttng_ust_tracepoint(every, one_string, 2, buf);
	lttng_ust_tracepoint(every, one_string, 3, NULL);
	lttng_ust_tracepoint(every, string_first, buf, 4);
}

static void arrays(void)
{
	static const int v[] = {1, -2, 3};
	static const long w[] = {-1, 0x7fffffffffffffff, 3, 4};
	uint16_t net[4];
	size_t n;

	for (n = 0; n < 4; n++)
		net[n] = htons((uint16_t)(n * 257 + 1));
	lttng_ust_tracepoint(every, arrays, v, net, "text that is longer than any field of it");
	lttng_ust_tracepoint(every, arrays, v, net, "abc");
	for (n = 0; n < 5; n += 2)
		lttng_ust_tracepoint(every, sequences, w, net, "some text", n);
}

static void others(void)
{
	static const int values[] = {0, 5, 6, 15, 21, 22, 100};
	static const int signs[] = {-1, 0, -10, -40, 7, -41, 1};
	struct every_point point = {-5, "label"};
	unsigned int i;

	for (i = 0; i < sizeof(values) / sizeof(*values); i++)
		lttng_ust_tracepoint(every, enums, values[i], signs[i]);
	lttng_ust_tracepoint(every, unwritten, 9, "s", values, 2, 1.5);
	lttng_ust_tracepoint(every, ten_arguments, 1, 2, 3, 4, 5, 6, 7, 8, 9, "ten");
	lttng_ust_tracepoint(every, point_made, count(1), &point);
	if (lttng_ust_tracepoint_enabled(every, point_gone))
		lttng_ust_do_tracepoint(every, point_gone, count(2), &point);
	lttng_ust_tracepoint(every_other, point_moved, 3, &point);
}

int main(int argc, char **argv)
{
	void *plugin = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;

	if (argc > 1 && !plugin) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	lttng_ust_tracepoint(every, nothing);
	numbers();
	texts();
	arrays();
	others();
	older_calls();
	lttng_ust_tracef("tracef %d %s", 1, "two");
	lttng_ust_tracef("%700d", 3);
	lttng_ust_tracelog(LTTNG_UST_TRACEPOINT_LOGLEVEL_WARNING, "tracelog %d", 4);
	tracef("older");
	tracelog(LTTNG_UST_TRACEPOINT_LOGLEVEL_INFO, "older %s", "tracelog");
	messages("va_list %d", 5);
	if (plugin) {
		dlclose(plugin);
		lttng_ust_tracepoint(every, one_string, count(3), "the provider is gone");
		plugin = dlopen(argv[1], RTLD_NOW);
		lttng_ust_tracepoint(every, one_string, 6, "the provider is back");
	}
	printf("%d\n", evaluated);
	return 0;
}
