/* SPDX-License-Identifier: GPL-2.0-only */
/* A program as it was written for UST 0.x. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ust/compat/ust0.h>

#include "check.h"

DECLARE_TRACE(hello, TP_PROTO(int n, const char *text), TP_ARGS(n, text));
DECLARE_TRACE_NOARGS(nothing);
DECLARE_TRACEPOINT(pair, TP_PROTO(void *p, unsigned long size), TP_ARGS(p, size));
DEFINE_TRACE(hello);
DEFINE_TRACE(nothing);
DEFINE_TRACEPOINT(pair);

MARKER_LIB
TRACEPOINT_LIB

static void on_hello(void *data, int n, const char *text)
{
	*(int *)data += n;
	trace_mark_tp(app, hello, hello, on_hello, "n %d text %s", n, text);
}

static void on_nothing(void *data)
{
	++*(int *)data;
}

static void on_pair(void *data, void *p, unsigned long size)
{
	*(int *)data = p == data && size == 16;
}

static void on_mark(void *data, int n)
{
	*(int *)data = n;
}

int main(void)
{
	int sum = 0, nothing = 0, pair = 0, mark = 0, status = -1;
	ust_fork_info_t info;
	pid_t child;

	trace_hello(1, "nobody");
	check(register_trace_hello(on_hello, &sum) == 0, "register_trace_hello");
	check(register_trace_nothing(on_nothing, &nothing) == 0, "register_trace_nothing");
	check(register_trace_pair(on_pair, &pair) == 0, "register_trace_pair");
	trace_hello(2, "x");
	tracepoint(hello, 3, "y");
	trace_nothing();
	tracepoint(pair, &pair, 16);
	check(sum == 5 && nothing == 1 && pair == 1, "the functions are called");
	check(unregister_trace_hello(on_hello, &sum) == 0, "unregister_trace_hello");
	trace_hello(100, "z");
	check(sum == 5, "not any more");
	check(ust_probe_register("app", "mark", on_mark, &mark, int) == 0, "probe of a marker");
	_trace_mark(app, mark, "n %d", 42);
	check(mark == 42, "called");
	ust_marker(bare, "n %d", 1);
	check(trace_clock_frequency() > 0 && trace_clock_freq_scale() == 1, "frequency");
	check(trace_clock_read64() < trace_clock_read64() + 1, "clock");
	ust_before_fork(&info);
	child = fork();
	if (!child) {
		ust_after_fork_child(&info);
		ust_potential_exec();
		_exit(0);
	}
	ust_after_fork_parent(&info);
	waitpid(child, &status, 0);
	check(status == 0, "fork");
	return check_done();
}
