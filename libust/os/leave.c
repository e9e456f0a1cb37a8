/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * An event's function in a provider that is unloaded: a thread may have been on its way into it when
 * the last call was switched off. It has nothing to say it by, because that would cost every event;
 * so the kernel is asked where it is.
 */
#include "leave.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 16384
#define RUN_NS 2000000ull
#define BLOCKED_NS 20000000ull
#define PATIENCE_NS 1000000000ull
#define SLEEP_NS 50000
#define STACK_SIZE 65536u
#define PIECE 4096u

struct waited {
	pid_t tid;
	uint64_t cpu_ns; /* that it had used when the wait began */
};

struct leave {
	struct waited *threads;
	size_t nr;
	uintptr_t begin, end;
	int mem; /* of this process, to read stacks that may go meanwhile */
	int gave_up;
};

static uint64_t time_of(clockid_t clock)
{
	struct timespec ts;

	if (clock_gettime(clock, &ts))
		return 0;
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* The CPU clock of any thread of the process, as pthread_getcpuclockid() makes it. */
static uint64_t cpu_time(pid_t tid)
{
	return time_of((clockid_t)(~(unsigned int)tid << 3 | 6));
}

/* All threads but this one. Result: 0 or a negative errno. */
static int list_threads(struct leave *leave)
{
	pid_t self = (pid_t)syscall(SYS_gettid);
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir)) && leave->nr < MAX_THREADS) {
		pid_t tid = (pid_t)atoi(entry->d_name);

		if (tid <= 0 || tid == self)
			continue;
		leave->threads[leave->nr].tid = tid;
		leave->threads[leave->nr++].cpu_ns = cpu_time(tid);
	}
	closedir(dir);
	return 0;
}

static int is_inside(const struct leave *leave, uintptr_t addr)
{
	return addr >= leave->begin && addr < leave->end;
}

/* Whether an address of the code is on a stack: 1, 0, or 1 if that cannot be told. */
static int is_on_stack(const struct leave *leave, uintptr_t sp)
{
	uintptr_t words[PIECE / sizeof(uintptr_t)], at = sp & ~(sizeof(uintptr_t) - 1);
	uintptr_t end = at + STACK_SIZE;
	ssize_t i, nr;

	for (; at < end; at += PIECE - at % PIECE) {
		nr = pread(leave->mem, words, PIECE - at % PIECE, (off_t)at);
		/* Nothing is mapped behind the stack's end. */
		if (nr <= 0)
			return at <= sp || errno != EIO;
		for (i = 0; i < nr / (ssize_t)sizeof(*words); i++)
			if (is_inside(leave, words[i]))
				return 1;
	}
	return 0;
}

/*
 * Whether a thread is blocked in a system call. Result: 1 and where its code and stack are; 0; or a
 * negative errno: -ENOENT or -ESRCH when it is gone.
 */
static int blocked_at(pid_t tid, uintptr_t *ret_pc, uintptr_t *ret_sp)
{
	char path[48], line[256], *pc, *sp;
	ssize_t len;
	int fd;

	/* "NUMBER ARGUMENT... SP PC", "-1 SP PC" where it waits for a page, or "running". */
	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, line, sizeof(line) - 1);
	if (len < 0)
		len = -errno;
	close(fd);
	if (len < 0)
		return (int)len;
	line[len] = '\0';
	pc = strrchr(line, ' ');
	if (!pc || line[0] == '-')
		return 0;
	*pc++ = '\0';
	sp = strrchr(line, ' ');
	if (!sp)
		return 0;
	*ret_pc = strtoul(pc, NULL, 16);
	*ret_sp = strtoul(sp, NULL, 16);
	return 1;
}

static int has_left(struct leave *leave, const struct waited *thread, uint64_t waited_ns)
{
	uint64_t cpu_ns = cpu_time(thread->tid);
	uintptr_t pc = 0, sp = 0;
	int ret;

	/* Its clock is gone with it; that of another thread of the same number begins at 0. */
	if (cpu_ns < thread->cpu_ns || cpu_ns - thread->cpu_ns >= RUN_NS)
		return 1;
	ret = blocked_at(thread->tid, &pc, &sp);
	if (ret <= 0)
		return ret == -ENOENT || ret == -ESRCH;
	if (!is_inside(leave, pc) && !is_on_stack(leave, sp))
		return 1;
	if (waited_ns < BLOCKED_NS)
		return 0;
	leave->gave_up = 1;
	return 1;
}

static int wait_for_all(struct leave *leave)
{
	const struct timespec ts = {.tv_nsec = SLEEP_NS};
	uint64_t start = time_of(CLOCK_MONOTONIC), now = start;
	size_t i;

	for (;;) {
		for (i = 0; i < leave->nr;) {
			if (has_left(leave, &leave->threads[i], now - start))
				leave->threads[i] = leave->threads[--leave->nr];
			else
				i++;
		}
		if (!leave->nr)
			return leave->gave_up ? -ETIMEDOUT : 0;
		if (now - start > PATIENCE_NS)
			return -ETIMEDOUT;
		syscall(SYS_nanosleep, &ts, NULL);
		now = time_of(CLOCK_MONOTONIC);
	}
}

int ust_leave_wait(uintptr_t begin, uintptr_t end)
{
	const size_t size = MAX_THREADS * sizeof(struct waited);
	struct leave leave = {.begin = begin, .end = end};
	int err;

	leave.threads =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (leave.threads == MAP_FAILED)
		return -errno;
	leave.mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	err = list_threads(&leave);
	if (!err)
		err = wait_for_all(&leave);
	if (leave.mem >= 0)
		close(leave.mem);
	munmap(leave.threads, size);
	return err;
}
