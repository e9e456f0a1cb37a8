/* SPDX-License-Identifier: GPL-2.0-only */
#include "perf-why.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"

static int read_number(const char *path, const char *format)
{
	FILE *file = fopen(path, "re");
	char line[256];
	int value = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, format, &value) == 1)
			break;
	if (file)
		fclose(file);
	return value;
}

static void why_refused(int err, pid_t pid, char *why, size_t size)
{
	int paranoid = read_number(PARANOID, "%d");

	/* The kernel itself knows values up to 2; distributions add 3, with which only root may. */
	if (paranoid > 2)
		snprintf(why, size,
			 "kernel.perf_event_paranoid is %d, which refuses users: sudo sysctl "
			 "kernel.perf_event_paranoid=2",
			 paranoid);
	else if (read_number("/proc/self/status", "Seccomp: %d"))
		snprintf(
			why, size,
			"perf_event_open(2): %s: a seccomp filter is in force for ustd, probably a "
			"container's; allow perf_event_open there",
			strerror(-err));
	else if (pid)
		snprintf(why, size,
			 "process %d may not be traced (%s): it belongs to another user or gained "
			 "privileges; be root or its user",
			 (int)pid, strerror(-err));
	else
		snprintf(why, size,
			 "perf_event_open(2): %s: a security module of this system forbids it",
			 strerror(-err));
}

void ustd_perf_why_open(int err, pid_t pid, char *why, size_t size)
{
	switch (err) {
	case -EACCES:
	case -EPERM:
		why_refused(err, pid, why, size);
		break;
	case -ENOSYS:
	case -ENOENT:
		snprintf(why, size,
			 "this kernel is built without CONFIG_PERF_EVENTS, or a seccomp filter "
			 "hides "
			 "perf_event_open(2)");
		break;
	case -EINVAL:
		snprintf(why, size, "perf_event_open(2): %s: Linux 5.13 or later is needed",
			 strerror(-err));
		break;
	case -ESRCH:
		snprintf(why, size, "process %d has ended", (int)pid);
		break;
	case -EMFILE:
	case -ENFILE:
		snprintf(why, size,
			 "ustd may not open as many files as there are threads times CPUs: raise "
			 "ulimit -n before ustd starts");
		break;
	default:
		snprintf(why, size, "perf_event_open(2): %s", strerror(-err));
	}
}

void ustd_perf_why_map(int err, char *why, size_t size)
{
	if (err == -EPERM || err == -ENOMEM)
		snprintf(why, size,
			 "the memory that users may have for perf events is used up: end other "
			 "recordings, or raise kernel.perf_event_mlock_kb or ulimit -l");
	else
		snprintf(why, size, "mmap(2) of a perf event: %s", strerror(-err));
}
