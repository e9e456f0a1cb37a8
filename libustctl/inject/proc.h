/* SPDX-License-Identifier: LGPL-2.1-only */
/* What /proc tells of a process that is to be attached to. Nothing here touches the process. */
#ifndef USTCTL_INJECT_PROC_H
#define USTCTL_INJECT_PROC_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum ust_proc_exe {
	UST_PROC_DYNAMIC, /* loaded by glibc's dynamic linker */
	UST_PROC_STATIC,
	UST_PROC_MUSL, /* or any other dynamic linker than glibc's */
	UST_PROC_32BIT,
	UST_PROC_UNREADABLE,
};

struct ust_proc {
	pid_t pid;
	char state; /* of status: R, S, T... */
	pid_t tgid, parent, tracer;
	uid_t uid;
	unsigned int nr_threads;
	int has_memory, is_kernel_thread;
	int seccomp; /* 0 none, 1 strict, 2 filter */
	int no_new_privs;
	int other_mount_ns, other_pid_ns, other_user_ns; /* than ours; -1: cannot tell */
	int other_root;   /* its paths lead to other files than ours: also by chroot */
	int has_proc;     /* it sees a /proc */
	pid_t pid_inside; /* its number in its own PID namespace */
	enum ust_proc_exe exe;
	char interp[64];
	int has_libust;        /* a libust.so, or one that was injected, is mapped */
	char libust[PATH_MAX]; /* its path as the process sees it */
	char tracer_name[32];
};

/* Result: 0, -ESRCH (no such process), or another negative errno. */
int ust_proc_read(pid_t pid, struct ust_proc *ret_proc);

/* A file that is mapped. */
struct ust_proc_map {
	char name[64]; /* without its folder */
	uint64_t base; /* where its beginning is, or would be */
};

/* What is mapped at an address: 0, or -ENOENT: no file. */
int ust_proc_map_at(pid_t pid, uint64_t at, struct ust_proc_map *ret_map);

/* A word of /proc/PID/task/TID/stat's state, 0 if there is none. */
char ust_proc_task_state(pid_t pid, pid_t tid);

/* When it was made, in clock ticks (sysconf(3)) of CLOCK_BOOTTIME; 0 if there is none. */
uint64_t ust_proc_task_start(pid_t pid, pid_t tid);

/* Where a thread sleeps in a system call. */
struct ust_proc_wait {
	long nr;
	uint64_t sp, pc;
};

/* Result: 0, or -EAGAIN: it runs, waits for a page, or cannot be told. */
int ust_proc_task_wait(pid_t pid, pid_t tid, struct ust_proc_wait *ret_wait);

/* Thread ids, at most @max. Result: their number, or a negative errno. */
int ust_proc_tasks(pid_t pid, pid_t *tids, int max);

#endif /* USTCTL_INJECT_PROC_H */
