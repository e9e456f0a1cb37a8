/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Preloaded into ustctl: kills the process that calls ptrace(2) at one of these calls.
 * UST_TEST_KILL=N: in front of call N / 2, or behind it if N is odd.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

long syscall(long nr, ...)
{
	static long (*real)(long nr, ...);
	static int calls;
	const char *at = getenv("UST_TEST_KILL");
	long args[6], ret;
	va_list list;
	int i;

	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	va_start(list, nr);
	for (i = 0; i < 6; i++)
		args[i] = va_arg(list, long);
	va_end(list);
	if (nr == SYS_ptrace && at && atoi(at) == 2 * calls)
		kill(getpid(), SIGKILL);
	ret = real(nr, args[0], args[1], args[2], args[3], args[4], args[5]);
	if (nr == SYS_ptrace && at && atoi(at) == 2 * calls + 1)
		kill(getpid(), SIGKILL);
	if (nr == SYS_ptrace)
		calls++;
	return ret;
}
