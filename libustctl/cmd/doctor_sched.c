/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether context switches of one's own threads can be recorded (--sched). */
#include "doctor.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The first number of the file that a line with the format has; 0 if there is none. */
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

/* What ustd asks for, of a thread of @pid. Result: 0 or a negative errno. */
static int try_event(pid_t pid)
{
	struct perf_event_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.size = sizeof(attr);
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_DUMMY;
	attr.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU;
	attr.sample_id_all = 1;
	attr.disabled = 1;
	attr.exclude_kernel = 1;
	attr.exclude_hv = 1;
	attr.use_clockid = 1;
	attr.clockid = CLOCK_MONOTONIC_RAW;
	attr.context_switch = 1;
	attr.task = 1;
	attr.comm = 1;
	attr.inherit = 1;
	attr.inherit_thread = 1;
	fd = (int)syscall(SYS_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static void explain_refusal(struct ust_finding *finding, int err, pid_t pid)
{
	int paranoid = read_number("/proc/sys/kernel/perf_event_paranoid", "%d");
	int filtered = read_number("/proc/self/status", "Seccomp: %d");

	if (paranoid > 2)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "sudo sysctl kernel.perf_event_paranoid=2",
			       "--sched is refused: kernel.perf_event_paranoid is %d", paranoid);
	else if (filtered)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "allow perf_event_open in the container's seccomp profile",
			       "--sched is refused: a seccomp filter is in force (%s)",
			       strerror(-err));
	else if (pid)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK, "attach as root, or as its user",
			       "--sched is refused: %s", strerror(-err));
	else
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "ask who looks after this system's security module",
			       "--sched is refused: %s", strerror(-err));
}

static void check(struct ust_finding *finding, pid_t pid)
{
	int err = try_event(pid);

	if (!err)
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "--sched: context switches through perf_event_open(2)");
	else if (err == -EACCES || err == -EPERM)
		explain_refusal(finding, err, pid);
	else if (err == -ENOSYS || err == -ENOENT)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "use a kernel with CONFIG_PERF_EVENTS, and allow perf_event_open(2)",
			       "--sched is impossible: %s", strerror(-err));
	else if (err == -EINVAL)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK, "Linux 5.13 or later has it",
			       "--sched is impossible: %s", strerror(-err));
	else
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK, NULL, "--sched is impossible: %s",
			       strerror(-err));
}

void ust_doctor_sched(struct ust_finding *finding)
{
	check(finding, 0);
}

void ust_doctor_sched_of(struct ust_finding *finding, pid_t pid)
{
	check(finding, pid);
}
