/* SPDX-License-Identifier: LGPL-2.1-only */
#include "borrow.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hijack.h"
#include "proc.h"
#include "seccomp.h"

#define MAX_TASKS 4096
#define PATIENCE_NS 3000000000ull
#define PAUSE_NS 500000
#define SCAN_BYTES 2048
/* A program with one thread is held until the library is loaded, but never longer. */
#define HOLD_NS 8000000ull

#define CLONE_FLAGS                                                                                \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |        \
	 CLONE_SETTLS | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID)

struct borrower {
	const struct ust_remote *remote;
	const struct ust_image_libc *libc;
	const struct ust_image_opts *opts;
	struct ust_image image;
	struct ust_hijack hijack;
	struct ust_borrow_result *result;
	int is_filtered; /* by seccomp */
	int alone;       /* it is the process's only thread */
	uint64_t wayback;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int fail(struct borrower *b, int err, const char *why)
{
	snprintf(b->result->why, sizeof(b->result->why), "%s", why);
	return err;
}

static int within(uint64_t at, uint64_t begin, uint64_t size)
{
	return at - begin < size;
}

/* Whether an address is in code that may hold a lock without having taken it: an allocator leaves
 * that out as long as there is one thread. */
static int is_delicate(const struct borrower *b, uint64_t at)
{
	return within(at, b->libc->malloc_begin, b->libc->malloc_end - b->libc->malloc_begin) ||
	       within(at, b->libc->rtld_text, b->libc->rtld_text_size);
}

/*
 * A program with one thread may be in the middle of malloc without holding malloc's lock. The stack
 * tells: whatever malloc has called returns into malloc, and is libc's, or a signal handler that came
 * in between. Elsewhere such an address is left over from an earlier call. (The dynamic linker also
 * calls the program's constructors, but then it holds its lock, for which our thread waits.)
 */
static int is_safe(const struct borrower *b)
{
	static const long of_malloc[] = {SYS_mmap,    SYS_munmap,   SYS_brk,  SYS_mremap,
					 SYS_madvise, SYS_mprotect, SYS_futex};
	const struct user_regs_struct *regs = &b->hijack.regs;
	uint64_t stack[SCAN_BYTES / 8];
	long nr = (long)regs->orig_rax;
	int counts = within(regs->rip, b->libc->text, b->libc->text_size) || !b->libc->restorer;
	size_t i, size = SCAN_BYTES;

	if (!b->alone)
		return 1;
	/* A call that waits for the world is none of malloc's or the dynamic linker's. */
	for (i = 0; nr >= 0 && i < sizeof(of_malloc) / sizeof(of_malloc[0]); i++)
		if (of_malloc[i] == nr)
			break;
	if (nr >= 0 && i == sizeof(of_malloc) / sizeof(of_malloc[0]))
		return 1;
	if (is_delicate(b, regs->rip))
		return 0;
	while (size && ust_remote_read(b->remote, regs->rsp, stack, size))
		size /= 2;
	for (i = 0; i < size / 8; i++) {
		if (counts && is_delicate(b, stack[i]))
			return 0;
		counts |= stack[i] == b->libc->restorer;
	}
	return 1;
}

static uint64_t map_region(struct borrower *b)
{
	uint64_t args[6] = {
		0, b->image.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, UINT64_MAX,
		0};
	int dead;
	long at;

	b->hijack.r14 = b->image.size;
	at = ust_hijack_syscall(&b->hijack, ust_wayback_entry(b->wayback, UST_WAYBACK_MAP),
				SYS_mmap, args, &dead);
	if (dead)
		fail(b, -ESRCH, "it ended meanwhile");
	else if (at < 0 && at > -4096)
		snprintf(b->result->why, sizeof(b->result->why), "it gets no memory: %s",
			 strerror((int)-at));
	return dead || (at < 0 && at > -4096) ? 0 : (uint64_t)at;
}

static void unmap_region(struct borrower *b, uint64_t at)
{
	uint64_t args[6] = {at, b->image.size};
	int dead;

	/* Not a second time on the way back: somebody else may have mapped there. */
	b->hijack.r13 = b->hijack.r14 = 0;
	ust_hijack_syscall(&b->hijack, ust_wayback_entry(b->wayback, UST_WAYBACK_CALL), SYS_munmap,
			   args, &dead);
}

/* Fills the region and makes the raw thread. */
static int start(struct borrower *b, uint64_t at)
{
	uint64_t block = at + b->image.tls_at, tid = block + b->libc->tid_at;
	uint64_t protect[6] = {at, UST_IMAGE_CODE, PROT_READ | PROT_EXEC};
	uint64_t clone_args[6] = {CLONE_FLAGS, at + UST_IMAGE_STACK_AT + UST_IMAGE_STACK, 0, tid,
				  block};
	uint32_t pending = 1;
	long ret;
	int dead, err;

	err = ust_image_make(&b->image, b->opts, at, b->hijack.regs.fs_base);
	if (err)
		return fail(b, -EAGAIN, "its thread-local memory is not as expected");
	/* Not 0 before the kernel sets it: the real thread waits for it to become 0 again. */
	memcpy(b->image.bytes + b->image.tls_at + b->libc->tid_at, &pending, sizeof(pending));
	err = ust_remote_write(b->remote, at, b->image.bytes, b->image.size);
	if (err)
		return fail(b, err, "its memory cannot be written");
	b->hijack.r13 = at;
	ret = ust_hijack_syscall(&b->hijack, ust_wayback_entry(b->wayback, UST_WAYBACK_CALL),
				 SYS_mprotect, protect, &dead);
	if (ret)
		return fail(b, dead ? -ESRCH : (int)ret,
			    "it may not execute new code (mprotect is refused)");
	b->hijack.r12 = at + UST_IMAGE_ARGS_AT;
	b->hijack.r13 = ust_wayback_entry(b->wayback, UST_WAYBACK_BACK);
	/* Not in what is removed soon: the new thread may run late. */
	ret = ust_hijack_syscall(&b->hijack, at + ust_stub_clone_at(), SYS_clone, clone_args,
				 &dead);
	if (ret <= 0)
		return fail(b, dead ? -ESRCH : (int)ret,
			    "it cannot make a thread (clone is refused)");
	return 0;
}

/* Keeps the only thread where it is until the library is there, if that comes soon. */
static void hold(struct borrower *b, uint64_t region, uint64_t begun)
{
	struct timespec pause = {.tv_nsec = 20000};
	struct ust_stub_args args;

	while (now_ns() - begun < HOLD_NS) {
		if (ust_remote_read(b->remote, region + UST_IMAGE_ARGS_AT, &args, sizeof(args)) ||
		    args.state > UST_STUB_CREATED)
			return;
		nanosleep(&pause, NULL);
	}
}

/* One thread, once. -EAGAIN: another one, or later. */
static int try_thread(struct borrower *b, pid_t tid)
{
	uint64_t begun = now_ns(), region, took;
	int err;

	b->hijack = (struct ust_hijack){
		.pid = b->remote->pid,
		.tid = tid,
		.remote = b->remote,
		.wayback = b->wayback,
	};
	err = ust_hijack_stop(&b->hijack);
	if (err)
		return err;
	if (!is_safe(b)) {
		ust_hijack_resume(&b->hijack);
		return fail(b, -EAGAIN, "it is in its allocator or dynamic linker all the time");
	}
	err = b->is_filtered ? ust_seccomp_check(tid, b->result->why, sizeof(b->result->why)) : 0;
	if (err) {
		ust_hijack_resume(&b->hijack);
		return err;
	}
	region = map_region(b);
	err = region ? start(b, region) : -ENOMEM;
	if (err && region)
		unmap_region(b, region);
	if (!err && b->alone)
		hold(b, region, begun);
	ust_hijack_resume(&b->hijack);
	took = now_ns() - begun;
	if (took > b->result->stopped_ns)
		b->result->stopped_ns = took;
	b->result->region = region;
	return err;
}

/* Threads asleep in a call that restarts come first, those that would not notice anyway next; the
 * first thread later, because signals that are ignored are queued while it is traced. */
static int rank(pid_t pid, pid_t tid)
{
	char state = ust_proc_task_state(pid, tid);
	struct ust_proc_wait wait;

	if (tid == pid)
		return state == 'R' || state == 'S' ? 2 : 3;
	if (state == 'R')
		return 1;
	if (state != 'S')
		return 3;
	if (ust_proc_task_wait(pid, tid, &wait))
		return 2;
	return wait.nr == SYS_futex || wait.nr == SYS_nanosleep || wait.nr == SYS_clock_nanosleep ||
			       wait.nr == SYS_poll || wait.nr == SYS_read || wait.nr == SYS_select
		       ? 0
		       : 2;
}

/* A thread with descriptors of its own, one of ours for one, would make threads of which nobody can
 * fetch a descriptor. */
static int shares_files(pid_t pid, pid_t tid)
{
	return tid == pid || syscall(SYS_kcmp, pid, tid, KCMP_FILES, 0, 0) <= 0;
}

static int try_all(struct borrower *b)
{
	static pid_t tids[MAX_TASKS];
	int nr = ust_proc_tasks(b->remote->pid, tids, MAX_TASKS), want, i, err = -EAGAIN;

	if (nr <= 0)
		return fail(b, -ESRCH, "it ended meanwhile");
	b->alone = nr == 1;
	for (want = 0; want <= 2; want++) {
		for (i = 0; i < nr; i++) {
			if (nr > 1 && (rank(b->remote->pid, tids[i]) != want ||
				       !shares_files(b->remote->pid, tids[i])))
				continue;
			b->result->tries++;
			err = try_thread(b, tids[i]);
			if (err != -EAGAIN && (err != -ESRCH || nr == 1))
				return err;
			err = -EAGAIN;
		}
		if (nr == 1)
			break;
	}
	return err;
}

static const char *explain(int err)
{
	switch (err) {
	case -EPERM:
		return "tracing it is not permitted";
	case -ESRCH:
		return "it ended meanwhile";
	case -ECANCELED:
		return "it is stopped (SIGSTOP, SIGTSTP): continue it first";
	case -EBUSY:
		return "one of its threads does not stop (uninterruptible sleep)";
	case -EAGAIN:
		return "none of its threads can be stopped";
	}
	return strerror(-err);
}

static int try_until(struct borrower *b, uint64_t end)
{
	struct timespec pause = {.tv_nsec = PAUSE_NS};
	int err;

	do {
		err = ust_image_init(&b->image, b->remote, b->libc);
		if (!err)
			err = try_all(b);
		ust_image_fini(&b->image);
		if (err != -EAGAIN)
			break;
		nanosleep(&pause, NULL);
	} while (now_ns() < end);
	return err;
}

/* One at a time borrows of a process. Result: what keeps others out until it is closed, or a negative
 * errno: -EAGAIN, it is another's all the time. */
static int lock_process(pid_t pid, uint64_t end)
{
	struct timespec pause = {.tv_nsec = PAUSE_NS};
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (now_ns() > end) {
			close(fd);
			return -EAGAIN;
		}
		nanosleep(&pause, NULL);
	}
	return fd;
}

/* While a thread waits for us nobody else is to have our CPU. Without the right to it, it goes on
 * as ever. */
static void be_quick(void)
{
	const struct sched_param first = {.sched_priority = 1};

	sched_setscheduler(0, SCHED_RR, &first);
}

static int run(struct borrower *b)
{
	uint64_t end = now_ns() + PATIENCE_NS;
	int lock = lock_process(b->remote->pid, end), err;

	if (lock == -EAGAIN)
		return fail(b, lock, "another ustctl is at it all the time");
	if (lock < 0)
		return fail(b, lock, explain(lock));
	err = ust_wayback_find(b->remote, b->libc, &b->wayback);
	if (err) {
		fail(b, err, "none of its libraries has room for the code to stop at");
	} else {
		be_quick();
		err = try_until(b, end);
		/* A thread that has not stopped may yet come to it. */
		if (err != -EBUSY)
			ust_wayback_remove(b->remote, b->wayback);
	}
	close(lock);
	if (err && !b->result->why[0])
		fail(b, err, explain(err));
	return err;
}

int ust_borrow(const struct ust_remote *remote, const struct ust_image_libc *libc,
	       const struct ust_image_opts *opts, int is_filtered,
	       struct ust_borrow_result *ret_result)
{
	struct shared {
		struct ust_borrow_result result;
		int err;
	} *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	struct borrower b = {
		.remote = remote,
		.libc = libc,
		.opts = opts,
		.is_filtered = is_filtered,
	};
	sigset_t all, old;
	int err;
	pid_t pid;

	memset(ret_result, 0, sizeof(*ret_result));
	if (shared == MAP_FAILED)
		return -errno;
	shared->err = -ECHILD;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	pid = fork();
	if (pid == 0) {
		/* Of no terminal: whoever ends us by it does not end the child. */
		setsid();
		b.result = &shared->result;
		shared->err = run(&b);
		_exit(0);
	}
	err = pid < 0 ? -errno : 0;
	while (!err && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (!err) {
		*ret_result = shared->result;
		err = shared->err;
		if (err == -ECHILD)
			snprintf(ret_result->why, sizeof(ret_result->why),
				 "the process that borrows a thread of it was killed");
	}
	munmap(shared, sizeof(*shared));
	return err;
}
