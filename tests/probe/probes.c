/* SPDX-License-Identifier: GPL-2.0-only */
/* Custom probes: arguments of every kind, refusals, objects that come and go, threads, fork. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ust/marker.h>
#include <ust/probe.h>
#include <ust/tracepoint.h>

#include "check.h"

#define NR_THREADS 4
#define NR_TURNS 300

enum colour { RED = 3 };

static int calls;

static void req(int status, const char *url)
{
	UST_EVENT(shop, req, status, url);
}

static struct {
	void *data;
	int status;
	char url[5000];
} seen;

static void on_req(void *data, int status, const char *url)
{
	calls++;
	seen.data = data;
	seen.status = status;
	strncpy(seen.url, url, sizeof(seen.url) - 1);
}

static void on_req_too(void *data, int status, const char *url)
{
	(void)status;
	(void)url;
	++*(int *)data;
}

static void on_req_wrong(void *data, double status, const char *url)
{
	(void)data;
	(void)status;
	(void)url;
	calls += 1000;
}

static void on_req_short(void *data, int status)
{
	(void)data;
	(void)status;
	calls += 1000;
}

static void test_strings(void)
{
	static char long_text[4000];
	int other = 0;

	calls = 0;
	req(1, "before");
	check(calls == 0, "nothing is called before it is registered");
	check(ust_probe_register("shop", "req", on_req, &calls) == 0, "registered");
	check(ust_probe_register("shop", "req", on_req, &calls) == -EEXIST, "not twice");
	req(200, "/index");
	check(calls == 1 && seen.data == &calls && seen.status == 200 &&
		      !strcmp(seen.url, "/index"),
	      "data, an int and a string arrive");
	req(404, NULL);
	check(seen.status == 404 && !strcmp(seen.url, "(null)"), "NULL is \"(null)\"");
	memset(long_text, 'x', sizeof(long_text) - 1);
	req(5, long_text);
	check(!strcmp(seen.url, long_text), "a long string is whole");
	check(ust_probe_register("shop", "req", on_req_too, &other, int, const char *) == 0,
	      "a second probe of the same event, its types named");
	calls = 0;
	req(6, "both");
	check(calls == 1 && other == 1, "both are called");
	check(ust_probe_unregister("shop", "req", on_req, &calls) == 0, "unregistered");
	req(7, "one");
	check(calls == 1 && other == 2, "the other stays");
	check(ust_probe_unregister("shop", "req", on_req, &calls) == -ENOENT, "not twice");
	check(ust_probe_unregister("shop", "req", on_req_too, &other) == 0, "the other goes");
	req(8, "none");
	check(calls == 1 && other == 2, "nothing is called any more");
}

static void test_refusals(void)
{
	calls = 0;
	check(ust_probe_register("shop", "req", on_req_wrong, NULL, double, const char *) ==
		      -EINVAL,
	      "a double for an int is refused");
	check(ust_probe_register("shop", "req", on_req_short, NULL, int) == -EINVAL,
	      "a parameter too few is refused");
	check(ust_probe_register("shop", "req", on_req_wrong, NULL) == -EINVAL,
	      "debug information tells the same");
	check(ust_probe_register("shop", "req", on_req_short, NULL) == -EINVAL,
	      "debug information tells the number");
	check(ust_probe_register(NULL, "req", on_req, NULL) == -EINVAL, "no provider");
	check(ust_probe_register("shop", "", on_req, NULL) == -EINVAL, "no name");
	check(ust_probe_register("shop", "r*", on_req, NULL) == -EINVAL, "no patterns");
	check(ust_probe_register_types("shop", "req", NULL, NULL, NULL) == -EINVAL, "no function");
	req(1, "x");
	check(calls == 0, "none of them is called");
}

static int kinds_good;

static void on_kinds(void *data, signed char c, unsigned short h, int64_t l, float f, double d,
		     void *p, bool b, int colour, const int *array, const uint16_t *seq,
		     uint32_t nr)
{
	kinds_good = data == NULL && c == -5 && h == 65535 && l == INT64_MIN && f == 1.5f &&
		     d == -2.25 && p == (void *)0x1234 && b && colour == RED && array[0] == 7 &&
		     array[2] == 9 && nr == 2 && seq[0] == 11 && seq[1] == 12;
}

static void test_kinds(void)
{
	const signed char c = -5;
	const unsigned short h = 65535;
	const int64_t l = INT64_MIN;
	const float f = 1.5f;
	const double d = -2.25;
	void *p = (void *)0x1234;
	const bool b = true;
	const enum colour colour = RED;
	int array[3] = {7, 8, 9};
	uint16_t seq[2] = {11, 12};
	int turn;

	check(ust_probe_register("shop", "kinds", on_kinds, NULL) == 0, "a probe of all kinds");
	for (turn = 0; turn < 2; turn++) {
		kinds_good = 0;
		UST_EVENT(shop, kinds, c, h, l, f, d, p, b, colour, UST_ARRAY(array, array),
			  UST_SEQ(seq, seq, 2));
		check(kinds_good, turn ? "once more" : "every kind arrives");
	}
	check(ust_probe_unregister("shop", "kinds", on_kinds, NULL) == 0, "unregistered");
}

static void on_marker(void *data, unsigned long sector, const char *name)
{
	*(int *)data = sector == 77 && !strcmp(name, "sda");
}

static void on_nothing(void *data)
{
	++*(int *)data;
}

static void test_markers(void)
{
	int good = 0, nothing = 0;

	check(ust_probe_register("disk", "read", on_marker, &good, unsigned long, const char *) ==
		      0,
	      "a probe of a marker");
	trace_mark(disk, read, "sector %lu name %s", 77ul, "sda");
	check(good, "its arguments arrive");
	ust_probe_unregister("disk", "read", on_marker, &good);
	check(ust_probe_register("disk", "idle", on_nothing, &nothing) == 0, "no arguments");
	trace_mark(disk, idle, MARK_NOARGS);
	check(nothing == 1, "called");
	ust_probe_unregister("disk", "idle", on_nothing, &nothing);
}

/* A probe may have events, and is not called from within itself. */
static void on_nested(void *data, int status, const char *url)
{
	++*(int *)data;
	if (status > 0)
		req(status - 1, url);
	check(ust_probe_unregister("shop", "req", on_nested, data) == -EDEADLK,
	      "no unregistering from within");
}

static void test_nesting(void)
{
	int nr = 0;

	ust_probe_register("shop", "req", on_nested, &nr);
	req(3, "x");
	check(nr == 1, "a probe's own events call no probe");
	ust_probe_unregister("shop", "req", on_nested, &nr);
}

static void on_work(void *data, int n)
{
	*(int *)data += n;
}

static void test_plugin(const char *path)
{
	void (*work)(int);
	int sum = 0, turn;
	void *handle;

	check(ust_probe_register("plugin", "work", on_work, &sum, int) == 1,
	      "registered before the object is loaded");
	for (turn = 0; turn < 3; turn++) {
		handle = dlopen(path, RTLD_NOW);
		if (!handle) {
			check(0, dlerror());
			return;
		}
		*(void **)&work = dlsym(handle, "plugin_work");
		work(10);
		check(sum == 10 * (turn + 1), "called once it is loaded");
		dlclose(handle);
	}
	check(ust_probe_unregister("plugin", "work", on_work, &sum) == 0, "unregistered");
	handle = dlopen(path, RTLD_NOW);
	*(void **)&work = dlsym(handle, "plugin_work");
	work(10);
	check(sum == 30, "not called after that");
	dlclose(handle);
}

static int stop;
static unsigned long bad;

static void *busy(void *unused)
{
	(void)unused;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		req(9, "busy");
	return NULL;
}

/* *data is only valid while the probe is registered. */
static void on_valid(void *data, int status, const char *url)
{
	if (__atomic_load_n((int *)data, __ATOMIC_RELAXED) != 0x600d || status != 9 ||
	    url[0] != 'b')
		__atomic_fetch_add(&bad, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
}

static void test_threads(void)
{
	pthread_t threads[NR_THREADS];
	int i, turn, refused = 0, last = 0x600d;

	calls = 0;
	for (i = 0; i < NR_THREADS; i++)
		pthread_create(&threads[i], NULL, busy, NULL);
	for (turn = 0; turn < NR_TURNS; turn++) {
		int *box = malloc(sizeof(*box));

		*box = 0x600d;
		refused += ust_probe_register("shop", "req", on_valid, box, int, const char *) != 0;
		refused += ust_probe_unregister("shop", "req", on_valid, box) != 0;
		*box = 0;
		free(box);
	}
	ust_probe_register("shop", "req", on_valid, &last, int, const char *);
	while (__atomic_load_n(&calls, __ATOMIC_RELAXED) < 1000)
		sched_yield();
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	ust_probe_unregister("shop", "req", on_valid, &last);
	check(!refused, "registered and unregistered while threads run through the site");
	check(!bad, "no probe runs after it was unregistered");
}

static void count(void *nr, int status, const char *url)
{
	(void)status;
	(void)url;
	++*(int *)nr;
}

/* As many tracers of one event as there may be. */
static void test_many(void)
{
	static int nrs[100];
	int i, refused = 0, wrong = 0;

	for (i = 0; i < 100; i++)
		refused +=
			ust_probe_register("shop", "req", count, &nrs[i], int, const char *) != 0;
	req(1, "many");
	for (i = 0; i < 100; i += 2)
		refused += ust_probe_unregister("shop", "req", count, &nrs[i]) != 0;
	req(2, "half");
	for (i = 0; i < 100; i++)
		wrong += nrs[i] != 1 + i % 2;
	for (i = 1; i < 100; i += 2)
		refused += ust_probe_unregister("shop", "req", count, &nrs[i]) != 0;
	check(!refused, "a hundred probes of one event");
	check(!wrong, "each is called as long as it is registered");
}

static void test_fork(void)
{
	int status = -1;
	pid_t child;

	ust_probe_register("shop", "req", on_req, NULL);
	calls = 0;
	child = fork();
	if (!child) {
		req(1, "child");
		_exit(calls == 1 ? 0 : 1);
	}
	waitpid(child, &status, 0);
	check(status == 0, "a forked child keeps its probes");
	req(2, "parent");
	check(calls == 1, "and so does the parent");
	ust_probe_unregister("shop", "req", on_req, NULL);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	test_strings();
	test_refusals();
	test_kinds();
	test_markers();
	test_nesting();
	test_plugin(argv[1]);
	test_threads();
	test_many();
	test_fork();
	return check_done();
}
