/* SPDX-License-Identifier: GPL-2.0-only */
/* "ustctl doctor PID": what attach would do, and what stands in its way. Nothing is touched. */
#include "doctor.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <ust/abi/control.h>
#include <ust/ctl.h>

#include "libustctl/inject/inject.h"
#include "libustctl/inject/proc.h"
#include "libustctl/inject/remote.h"

static struct ust_proc proc;
static int is_missing;

int ust_doctor_process_read(pid_t pid)
{
	is_missing = ust_proc_read(pid, &proc);
	return is_missing;
}

static void check_state(struct ust_finding *finding)
{
	if (proc.is_kernel_thread)
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "it has no user space to trace",
			       "process %d is a kernel thread", (int)proc.pid);
	else if (proc.state == 'Z' || proc.state == 'X')
		ust_doctor_say(finding, UST_DOCTOR_FAIL,
			       "nothing is left of it but its exit status",
			       "process %d has ended (zombie)", (int)proc.pid);
	else if (proc.state == 'T')
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "continue it first, with: kill -CONT",
			       "process %d is stopped", (int)proc.pid);
	else if (proc.tgid != proc.pid)
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "attach to its process",
			       "%d is a thread of process %d", (int)proc.pid, (int)proc.tgid);
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "process %d, %u %s", (int)proc.pid,
			       proc.nr_threads, proc.nr_threads == 1 ? "thread" : "threads");
}

static int yama_scope(void)
{
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	int scope = 0;

	if (file) {
		if (fscanf(file, "%d", &scope) != 1)
			scope = 0;
		fclose(file);
	}
	return scope;
}

static void check_permission(struct ust_finding *finding)
{
	static const char as_root[] = "attach as root, or as the user of the process";
	struct ust_remote remote;
	int scope = yama_scope(), err;

	if (proc.tracer) {
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "end that first: only one may trace it",
			       "traced by process %d (%s)", (int)proc.tracer, proc.tracer_name);
		return;
	}
	err = ust_remote_open(&remote, proc.pid);
	if (!err)
		ust_remote_close(&remote);
	if (!err || err == -ENOEXEC)
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "it may be traced by user %d",
			       (int)geteuid());
	else if (proc.uid != geteuid())
		ust_doctor_say(finding, UST_DOCTOR_FAIL, as_root,
			       "it belongs to user %d, we are %d", (int)proc.uid, (int)geteuid());
	else if (scope)
		ust_doctor_say(finding, UST_DOCTOR_FAIL,
			       scope < 3 ? "attach as root, or: sysctl kernel.yama.ptrace_scope=0"
					 : "this kernel allows no tracing until it is booted again",
			       "Yama forbids tracing (kernel.yama.ptrace_scope is %d)", scope);
	else
		ust_doctor_say(finding, UST_DOCTOR_FAIL, as_root,
			       "it may not be traced (%s): it gained privileges, or forbids it",
			       strerror(-err));
}

static int has_program(struct ust_finding *finding)
{
	if (!proc.is_kernel_thread && proc.state != 'Z')
		return 1;
	ust_doctor_say(finding, UST_DOCTOR_FAIL, NULL, "none");
	return 0;
}

static void check_program(struct ust_finding *finding)
{
	if (!has_program(finding))
		return;
	switch (proc.exe) {
	case UST_PROC_DYNAMIC:
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "dynamically linked, %s", proc.interp);
		break;
	case UST_PROC_STATIC:
		ust_doctor_say(finding, UST_DOCTOR_FAIL,
			       "no library can be loaded into it: link it with libust",
			       "statically linked");
		break;
	case UST_PROC_MUSL:
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "libust is built for glibc",
			       "its dynamic linker is %s", proc.interp);
		break;
	case UST_PROC_32BIT:
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "libust is built for 64 bits",
			       "for another machine or word size");
		break;
	case UST_PROC_UNREADABLE:
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "attach as root, or as its user",
			       "its program cannot be read");
	}
}

static void check_namespaces(struct ust_finding *finding)
{
	if (!proc.other_root && !proc.other_pid_ns && !proc.other_user_ns)
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "ours");
	else
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       proc.other_root
				       ? "libust is passed to it by descriptor, which needs /proc "
					 "there; -p and --call need libust's files at the same "
					 "path there"
				       : "nothing to do",
			       "other namespaces than ours:%s%s%s",
			       proc.other_mount_ns ? " mount"
			       : proc.other_root   ? " root directory"
						   : "",
			       proc.other_pid_ns ? " pid" : "", proc.other_user_ns ? " user" : "");
}

static void check_seccomp(struct ust_finding *finding)
{
	if (proc.seccomp == 1)
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "nothing can run in it",
			       "strict mode: any call but read, write and exit kills it");
	else if (proc.seccomp == 2 && geteuid())
		ust_doctor_say(finding, UST_DOCTOR_FAIL,
			       "attach as root: only root can read the filter",
			       "under a filter, which may kill it for what libust does");
	else if (proc.seccomp == 2)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "attach tries what libust needs on the filter first, and names what "
			       "it forbids",
			       "under a filter");
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL, "not used");
}

/* Whether ustd can wake it, without waking it. */
static int has_socket(const char *folder)
{
	char dir[PATH_MAX - 64], path[PATH_MAX];

	if (ust_ctl_runtime_dir(dir, sizeof(dir)))
		return 0;
	snprintf(path, sizeof(path), "%s/%s/%d", dir, folder, (int)proc.pid);
	return !access(path, F_OK);
}

static int is_connected(void)
{
	struct ust_ctl_app *apps;
	struct ust_ctl *ctl;
	int nr, i, found = 0;

	if (ust_ctl_open(0, &ctl))
		return 0;
	nr = ust_ctl_apps(ctl, &apps);
	for (i = 0; i < nr; i++)
		found |= apps[i].pid == proc.pid;
	if (nr >= 0)
		ust_ctl_apps_free(apps, nr);
	ust_ctl_close(ctl);
	return found;
}

static void check_attach(struct ust_finding *finding)
{
	char why[512];

	if (is_connected())
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "holds libust and is connected to ustd: nothing is stopped");
	else if (has_socket(UST_APPS_DIR) || has_socket(UST_DETACHED_DIR))
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "holds libust, which is woken through its socket: nothing is "
			       "stopped");
	else if (ust_inject_refusal(&proc, why, sizeof(why)))
		ust_doctor_say(finding, UST_DOCTOR_FAIL, "see above", "impossible: %s", why);
	else if (proc.has_libust)
		ust_doctor_say(
			finding, UST_DOCTOR_OK, NULL,
			"holds libust, out of our reach: one thread is stopped for less than "
			"a millisecond to call it");
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "one thread is stopped %s, to load libust",
			       proc.nr_threads > 1 ? "for less than a millisecond"
						   : "for some milliseconds");
}

static void check_sched(struct ust_finding *finding)
{
	if (has_program(finding))
		ust_doctor_sched_of(finding, proc.pid);
}

const struct ust_check ust_doctor_process[] = {
	{"process", check_state},    {"permission", check_permission},
	{"program", check_program},  {"namespaces", check_namespaces},
	{"seccomp", check_seccomp},  {"attach", check_attach},
	{"scheduling", check_sched}, {NULL, NULL},
};
