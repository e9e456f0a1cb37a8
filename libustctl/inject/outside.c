/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * Threads are looked at one by one: who is outside has no way in, and new threads begin outside. What a
 * thread is inside of has a return address on its stack, or is where it executes, or is in a register
 * on the way there. Whatever looks like an address there counts as one. On the stack it may be left
 * over from an earlier call; if it stays, the calls that the thread is in are followed one by one, and
 * only if all of them are known, and none is ours, it does not count.
 *
 * A thread that waits in a system call need not be stopped. Whatever it is inside of when the kernel
 * tells its stack pointer it has been in since before, and stays in until it leaves for good: its
 * stack may be read while it goes on. One that runs is given time to come to a system call, because a
 * stop is not without effect: a child of the thread that ends meanwhile sends a SIGCHLD that is queued
 * although it is ignored, and for which a call of another thread may fail with EINTR.
 */
#include "outside.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "hijack.h"
#include "proc.h"
#include "unwind.h"

#define MAX_TASKS 16384
#define PATIENCE_NS 2000000000ull
#define MAX_PATIENCE_NS 4000000000ull
#define MIN_STOPPING 3
#define UNSTOPPED_NS 1000000000ull /* for so long threads that run are not stopped */
#define PAUSE_NS 1000000
#define STOP_EACH_NS 100000000ull
#define MAX_COPY (1u << 20)
#define PIECE 65536u
#define MAX_STACK (256ull << 20) /* what is farther away than that is on no stack */
#define MAX_JUMPS 8              /* signal handlers on stacks of their own, one in another */

/* Where a signal handler's frame keeps rsp: behind the address that the handler returns to. */
#define FRAME_RSP (8 + 40 + 15 * 8)

struct stack {
	uint64_t begin, end; /* of the mapping */
	int is_main;         /* of the first thread */
};

struct look {
	const struct ust_remote *remote;
	const struct ust_image_libc *libc;
	const struct ust_unload *unload;
	pid_t except;
	pid_t *tids, *outside;
	int nr_outside;
	char *why;
	size_t why_size;
	pid_t tid;                  /* that is being looked at */
	uint64_t begun_ticks;       /* threads that were made later are outside */
	int is_first;               /* it is the first thread */
	int may_stop, is_explained; /* it is time to */
	int is_on_own;              /* the stack that libc knows was looked at */
	uint64_t at;                /* the address that it is inside of */
	char function[64];          /* which function's; "": not known */
};

static int find_stack(const struct look *look, uint64_t at, struct stack *ret_stack)
{
	char path[64], line[512];
	int found = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)look->remote->pid);
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx", &ret_stack->begin, &ret_stack->end) != 2)
			continue;
		ret_stack->is_main = strstr(line, "[stack]") != NULL;
		/* 0: the first thread's. */
		found = at ? at - ret_stack->begin < ret_stack->end - ret_stack->begin
			   : ret_stack->is_main;
	}
	if (file)
		fclose(file);
	return found ? 0 : -ENOENT;
}

static int is_inside(struct look *look, uint64_t value)
{
	if (!ust_unload_has(look->unload, value))
		return 0;
	look->at = value;
	return 1;
}

/* libc keeps a thread's block at the end of its stack; it begins with its own address. */
static int is_own_block(const struct look *look, uint64_t at, const uint64_t *words, size_t nr)
{
	uint32_t tid = 0;

	if (nr < 3 || words[0] != at || words[2] != at)
		return 0;
	return !ust_remote_read(look->remote, at + look->libc->tid_at, &tid, sizeof(tid)) &&
	       (pid_t)tid == look->tid;
}

/*
 * From @sp to the end of the mapping. Result: 1 an address is there, 0 none, or a negative errno.
 * @ret_next: the stack that a handler there has interrupted, 0: none.
 */
static int scan(struct look *look, uint64_t sp, const struct stack *stack, uint64_t *ret_next)
{
	static uint64_t words[PIECE / 8];
	uint64_t at = sp & ~7ull, next;
	size_t size, i;

	*ret_next = 0;
	if (stack->end - at > MAX_STACK)
		return -E2BIG;
	look->is_on_own |= stack->is_main && look->is_first;
	for (; at < stack->end; at += size) {
		size = stack->end - at < PIECE ? stack->end - at : PIECE;
		if (ust_remote_read(look->remote, at, words, size))
			return -EFAULT;
		for (i = 0; i < size / 8; i++) {
			if (is_inside(look, words[i]))
				return 1;
			look->is_on_own |= is_own_block(look, at + i * 8, words + i, size / 8 - i);
			if (words[i] == look->libc->restorer &&
			    !ust_remote_read(look->remote, at + i * 8 + FRAME_RSP, &next, 8) &&
			    next - stack->begin >= stack->end - stack->begin)
				*ret_next = next;
		}
	}
	return 0;
}

/* That stack, and those that signal handlers there have interrupted. */
static int scan_all(struct look *look, uint64_t sp)
{
	struct stack stack;
	int ret = 0, jumps;

	for (jumps = 0; sp && !ret; jumps++) {
		if (jumps == MAX_JUMPS || find_stack(look, sp, &stack))
			return -EFAULT;
		ret = scan(look, sp, &stack, &sp);
	}
	return ret;
}

/* The whole stack that libc knows of: a thread on another one may be inside of something there. */
static int scan_own(struct look *look, uint64_t fs_base)
{
	struct stack stack;
	uint64_t next;

	if (look->is_on_own || find_stack(look, look->is_first ? 0 : fs_base, &stack))
		return 0;
	return scan(look, stack.begin, &stack, &next);
}

/* A copy of what is in use of the stack, or of its first part. NULL: it is not the one that libc knows of,
 * where something may be left behind. */
static unsigned char *copy_stack(const struct look *look, struct ust_unwind *unwind)
{
	const struct user_regs_struct *regs = &unwind->regs;
	struct stack stack;
	uint64_t size;
	unsigned char *copy;

	if (find_stack(look, regs->rsp, &stack) ||
	    !(look->is_first ? stack.is_main
			     : regs->fs_base > stack.begin && regs->fs_base < stack.end))
		return NULL;
	unwind->stack_at = regs->rsp & ~7ull;
	size = stack.end - unwind->stack_at;
	unwind->stack_size = size < MAX_COPY ? size : MAX_COPY;
	copy = malloc(unwind->stack_size);
	if (copy && !ust_remote_read(look->remote, unwind->stack_at, copy, unwind->stack_size))
		return copy;
	free(copy);
	return NULL;
}

/* An address of ours is on the stack: whether it is that of a call that is not over. Result: 1 or 0;
 * what cannot be told is 1. */
static int follow_calls(struct look *look, struct ust_unwind *unwind, unsigned char *copy)
{
	int ret;

	if (!copy)
		return 1;
	unwind->stack = copy;
	ret = ust_unwind(unwind);
	free(copy);
	if (ret == 1) {
		look->at = unwind->inside;
		memcpy(look->function, unwind->function, sizeof(look->function));
	}
	return ret != 0;
}

static int look_stopped(struct look *look)
{
	struct ust_unwind unwind = {
		.pid = look->remote->pid,
		.tid = look->tid,
		.unload = look->unload,
	};
	const struct user_regs_struct *regs = &unwind.regs;
	unsigned char *copy = NULL;
	uint64_t general[offsetof(struct user_regs_struct, orig_rax) / 8];
	int ret = ust_hijack_look(look->tid, &unwind.regs), has_address = 0;
	size_t i;

	if (ret)
		return ret;
	memcpy(general, regs, sizeof(general));
	for (i = 0; i < sizeof(general) / sizeof(general[0]); i++)
		ret |= is_inside(look, general[i]);
	ret |= is_inside(look, regs->rip);
	look->is_on_own = 0;
	if (!ret)
		has_address = scan_all(look, regs->rsp);
	if (!ret && !has_address)
		ret = scan_own(look, regs->fs_base);
	if (has_address == 1)
		copy = copy_stack(look, &unwind);
	ust_hijack_let_go(look->tid);
	if (ret || has_address < 0)
		return ret ? ret : has_address;
	return has_address ? follow_calls(look, &unwind, copy) : 0;
}

/* Result: 1 it is inside, 0 it is outside, or a negative errno: it cannot be told. */
static int look_at(struct look *look)
{
	struct ust_proc_wait wait;
	int waits = !ust_proc_task_wait(look->remote->pid, look->tid, &wait), ret;

	/* Its child executes in its place, and in its memory. */
	if (waits && (wait.nr == SYS_vfork || wait.nr == SYS_clone || wait.nr == SYS_clone3))
		return -ECHILD;
	look->is_on_own = 0;
	look->function[0] = '\0';
	if (waits && is_inside(look, wait.pc))
		return 1;
	ret = waits ? scan_all(look, wait.sp) : 0;
	if (ret < 0 || (!ret && look->is_on_own))
		return ret;
	if (look->may_stop)
		return look_stopped(look);
	return ret ? ret : -EAGAIN;
}

static void explain(struct look *look, int ret)
{
	struct ust_proc_map map;

	look->is_explained |= look->may_stop;

	if (ret == 1 && !ust_proc_map_at(look->remote->pid, look->at, &map))
		snprintf(look->why, look->why_size, "thread %d is inside %s+%#lx%s%s%s",
			 (int)look->tid, map.name, (unsigned long)(look->at - map.base),
			 look->function[0] ? " (" : "", look->function,
			 look->function[0] ? ")" : "");
	else if (ret == 1)
		snprintf(look->why, look->why_size, "thread %d is inside libust", (int)look->tid);
	else if (ret == -ECHILD)
		snprintf(look->why, look->why_size, "thread %d waits for a child of vfork",
			 (int)look->tid);
	else
		snprintf(look->why, look->why_size, "it cannot be told where thread %d is (%s)",
			 (int)look->tid, strerror(-ret));
}

static int is_known(const struct look *look, pid_t tid)
{
	int i;

	for (i = 0; i < look->nr_outside; i++)
		if (look->outside[i] == tid)
			return 1;
	return 0;
}

/* Result: 0 all threads are known to be outside since before, 1 not yet, or a negative errno. */
static int look_at_all(struct look *look)
{
	int nr = ust_proc_tasks(look->remote->pid, look->tids, MAX_TASKS), i, is_new = 0;

	if (nr <= 0 || nr == MAX_TASKS)
		return nr <= 0 ? -ESRCH : -E2BIG;
	for (i = 0; i < nr; i++) {
		int ret;

		look->tid = look->tids[i];
		look->is_first = look->tid == look->remote->pid;
		if (look->tid == look->except || is_known(look, look->tid) ||
		    ust_proc_task_start(look->remote->pid, look->tid) > look->begun_ticks)
			continue;
		is_new = 1;
		ret = look_at(look);
		/* One that has ended is not listed again, but for the first one, which has no stack then. */
		if (ret == -ESRCH ||
		    (ret && strchr("ZX", ust_proc_task_state(look->remote->pid, look->tid))))
			ret = 0;
		/* Who was stopped is known better. */
		if (ret && (look->may_stop || !look->is_explained))
			explain(look, ret);
		else if (!ret && look->nr_outside < MAX_TASKS)
			look->outside[look->nr_outside++] = look->tid;
	}
	return is_new;
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int ust_outside_wait(const struct ust_remote *remote, const struct ust_image_libc *libc,
		     const struct ust_unload *unload, pid_t except, char *why, size_t why_size)
{
	struct look look = {
		.remote = remote,
		.libc = libc,
		.unload = unload,
		.except = except,
		.tids = calloc(MAX_TASKS, sizeof(pid_t)),
		.outside = calloc(MAX_TASKS, sizeof(pid_t)),
		.why = why,
		.why_size = why_size,
		.begun_ticks =
			now_ns(CLOCK_BOOTTIME) * (uint64_t)sysconf(_SC_CLK_TCK) / 1000000000u,
	};
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	uint64_t begun = now_ns(CLOCK_MONOTONIC), next_stop = UNSTOPPED_NS;
	sigset_t all, old;
	int ret = look.tids && look.outside ? 1 : -ENOMEM, nr_stopping = 0;

	/* Nobody is to end us while a thread is stopped; and SIGCHLD tells of its stop. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	while (ret == 1) {
		uint64_t waited = now_ns(CLOCK_MONOTONIC) - begun;

		look.may_stop = waited > next_stop;
		if (look.may_stop) {
			next_stop = waited + STOP_EACH_NS;
			nr_stopping++;
		}
		ret = look_at_all(&look);
		/* On a machine that is busy a look takes its time. */
		if (ret == 1 && ((waited > PATIENCE_NS && nr_stopping >= MIN_STOPPING) ||
				 waited > MAX_PATIENCE_NS))
			ret = -EBUSY;
		else if (ret == 1)
			nanosleep(&pause, NULL);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	free(look.tids);
	free(look.outside);
	return ret;
}
