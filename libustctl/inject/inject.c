/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The order of things:
 *
 *	1  read what is needed: nothing is stopped
 *	2  a child of ours borrows one thread, which maps the region and makes the raw thread
 *	3  the thread goes on; the raw thread makes a real one and is gone
 *	4  the real thread loads the library and calls its function: the program runs meanwhile
 *	5  we fetch the function's descriptor; the real thread unmaps the region and ends
 *
 * Step 2 is a process of its own that no signal of the terminal reaches: whoever kills us does not
 * kill it. From step 3 on nobody is needed any more: the threads clean up by themselves.
 */
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "borrow.h"
#include "cache.h"
#include "image.h"
#include "outside.h"
#include "proc.h"
#include "remote.h"

#define LOAD_MS 15000 /* a library that is not loaded by then waits for a lock, not for the CPU */
#define LOOK_NS 50000
#define GONE_NS 1000000000ull

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int fail(struct ust_inject_result *result, int err, const char *why)
{
	snprintf(result->why, sizeof(result->why), "%s", why);
	return err;
}

struct injection {
	const struct ust_inject_opts *opts;
	struct ust_inject_result *result;
	struct ust_proc proc;
	struct ust_remote remote;
	struct ust_image_libc libc;
	int pidfd;
	int use_memfd;
	char path[PATH_MAX];
	uint64_t args; /* struct ust_stub_args in the target */
};

static int read_state(struct injection *injection, struct ust_stub_args *args)
{
	return ust_remote_read(&injection->remote, injection->args, args, sizeof(*args));
}

/* Not where the thread has gone already, because it had to wait for us too long: that memory may be
 * somebody else's. */
static void acknowledge(struct injection *injection, uint32_t ack)
{
	uint64_t cache_at = injection->args + offsetof(struct ust_stub_args, cache);
	struct ust_stub_args args;

	if (read_state(injection, &args) || args.region != injection->args - UST_IMAGE_ARGS_AT)
		return;
	/* The first thread is gone long since: the second one waited for that. */
	if (args.state > UST_STUB_CREATED && !args.cache) {
		args.cache = ust_cache_find(&injection->remote, &args);
		ust_remote_write(&injection->remote, cache_at, &args.cache, sizeof(args.cache));
	}
	ust_remote_write(&injection->remote, injection->args + offsetof(struct ust_stub_args, ack),
			 &ack, sizeof(ack));
}

static int fetch(struct injection *injection, int64_t number)
{
	int fd = (int)syscall(SYS_pidfd_getfd, injection->pidfd, (int)number, 0);

	return fd < 0 ? -errno : fd;
}

/* Fills the target's memfd with the library. */
static int send_file(struct injection *injection, int64_t number)
{
	int to = fetch(injection, number), from;
	off_t size;
	int err = 0;

	if (to < 0)
		return fail(injection->result, to, "cannot fetch a descriptor from it");
	from = open(injection->opts->library, O_RDONLY | O_CLOEXEC);
	size = from < 0 ? -1 : lseek(from, 0, SEEK_END);
	if (size >= 0)
		lseek(from, 0, SEEK_SET);
	while (size > 0 && !err) {
		ssize_t done = sendfile(to, from, NULL, (size_t)size);

		if (done > 0)
			size -= done;
		else
			err = done < 0 ? -errno : -EIO;
	}
	if (from < 0 || size < 0 || err) {
		err = err ? err : -errno;
		snprintf(injection->result->why, sizeof(injection->result->why),
			 "cannot copy %s: %s", injection->opts->library, strerror(-err));
	}
	if (from >= 0)
		close(from);
	close(to);
	return err;
}

static int explain_state(struct injection *injection, const struct ust_stub_args *args)
{
	struct ust_inject_result *result = injection->result;
	char text[400] = "";

	switch (args->state) {
	case UST_STUB_NO_THREAD:
		snprintf(result->why, sizeof(result->why), "it cannot make a thread: %s",
			 strerror((int)-args->result));
		return (int)args->result;
	case UST_STUB_NO_FILE:
		snprintf(result->why, sizeof(result->why), "it cannot make a memfd: %s",
			 strerror((int)-args->result));
		return (int)args->result;
	default:
		if (args->state == UST_STUB_NO_OBJECT && injection->opts->loaded)
			return fail(result, -EAGAIN, "its libust has just been unloaded");
		if (args->error)
			ust_remote_string(&injection->remote, args->error, text, sizeof(text));
		snprintf(result->why, sizeof(result->why),
			 "its dynamic linker refuses the library: %s", text);
		return -ELIBACC;
	}
}

/* No thread is inside and none can come: the real thread closes the library. */
static int close_libraries(struct injection *injection, const struct ust_unload *unload)
{
	uint64_t end = now_ns() + LOAD_MS * 1000000ull;
	struct timespec pause = {.tv_nsec = LOOK_NS};
	struct ust_stub_args args;
	uint32_t leaving = 1;

	/* Before it may begin: whoever attaches then, finds out. It is the thread that takes it back. */
	if (read_state(injection, &args) || args.state != UST_STUB_DONE ||
	    args.region != injection->args - UST_IMAGE_ARGS_AT)
		return fail(injection->result, -ETIMEDOUT, "it had to wait for us too long");
	if (ust_remote_write(&injection->remote, unload->leaving, &leaving, sizeof(leaving)))
		return fail(injection->result, -ESRCH, "it ended meanwhile");
	acknowledge(injection, UST_STUB_ACK_CLOSE);
	do {
		nanosleep(&pause, NULL);
		if (read_state(injection, &args))
			return fail(injection->result, -ESRCH, "it ended meanwhile");
	} while (args.state != UST_STUB_CLOSED && now_ns() < end);
	return args.state == UST_STUB_CLOSED
		       ? 0
		       : fail(injection->result, -ETIMEDOUT,
			      "it does not unload: one of its threads holds a lock of the dynamic "
			      "linker");
}

/* No thread is inside. Whoever has not come back all the same waits on a stack that nobody is on. */
static int count_calls(struct injection *injection, const struct ust_unload *unload)
{
	int64_t nr, sum = 0;
	uint32_t i;

	for (i = 0; i < unload->nr_calls; i++) {
		if (ust_remote_read(&injection->remote, unload->calls + i * 64ull, &nr, sizeof(nr)))
			return fail(injection->result, -ESRCH, "it ended meanwhile");
		sum += nr;
	}
	return sum ? fail(injection->result, -EBUSY,
			  "a call that --call recorded has not come back: it waits on a stack that "
			  "no thread is on, or was left by an exception or longjmp()")
		   : 0;
}

/* The thread that did it ends: nothing of ours is left then. */
static void wait_gone(const struct injection *injection, pid_t tid)
{
	uint64_t end = now_ns() + GONE_NS;
	struct timespec pause = {.tv_nsec = LOOK_NS};

	while (ust_proc_task_state(injection->opts->pid, tid) && now_ns() < end)
		nanosleep(&pause, NULL);
}

/* libust has closed every way into it. */
static int unload(struct injection *injection, const struct ust_stub_args *args)
{
	struct ust_inject_result *result = injection->result;
	struct ust_unload unload;
	uint32_t tid;
	int err;

	if (ust_remote_read(&injection->remote, args->argument, &unload, sizeof(unload)) ||
	    ust_remote_read(&injection->remote, args->thread + injection->libc.tid_at, &tid,
			    sizeof(tid)))
		return fail(result, -ESRCH, "it ended meanwhile");
	if (unload.nr_handles > UST_UNLOAD_MAX || unload.nr_ranges > UST_UNLOAD_MAX)
		return fail(result, -EPROTO, "libust in it is another one than ours");
	err = ust_outside_wait(&injection->remote, &injection->libc, &unload, (pid_t)tid,
			       result->why, sizeof(result->why));
	if (!err)
		err = count_calls(injection, &unload);
	if (!err)
		err = close_libraries(injection, &unload);
	acknowledge(injection, err ? UST_STUB_ACK_END : UST_STUB_ACK_CLOSED);
	wait_gone(injection, (pid_t)tid);
	return err;
}

/* The function's result, when it is there. */
static int collect(struct injection *injection, const struct ust_stub_args *args)
{
	struct ust_inject_result *result = injection->result;

	if (args->state != UST_STUB_DONE)
		return explain_state(injection, args);
	if (args->result < 0) {
		result->function_error = (int)args->result;
		snprintf(result->why, sizeof(result->why), "libust in it refuses: %s",
			 strerror((int)-args->result));
		return (int)args->result;
	}
	if (injection->opts->unload)
		return unload(injection, args);
	result->fd = fetch(injection, args->result);
	if (result->fd < 0)
		return fail(result, result->fd, "cannot fetch a descriptor from it (pidfd_getfd)");
	return 0;
}

/* Follows the real thread. */
static int follow(struct injection *injection)
{
	uint64_t end = now_ns() + LOAD_MS * 1000000ull;
	struct timespec pause = {.tv_nsec = LOOK_NS};
	struct ust_stub_args args;
	int err, sent = 0;

	for (;;) {
		err = read_state(injection, &args);
		if (err)
			return fail(injection->result, -ESRCH, "it ended meanwhile");
		if (args.state == UST_STUB_WANT_FILE && !sent) {
			err = send_file(injection, args.result);
			if (err)
				break;
			sent = 1;
			acknowledge(injection, UST_STUB_ACK_FILE);
		} else if (args.state > UST_STUB_WANT_FILE) {
			err = collect(injection, &args);
			break;
		}
		if (now_ns() > end) {
			err = fail(injection->result, -ETIMEDOUT,
				   "it does not load the library: one of its threads holds a lock "
				   "of the dynamic linker or of its allocator");
			break;
		}
		nanosleep(&pause, NULL);
	}
	if (!injection->opts->unload || err)
		acknowledge(injection, UST_STUB_ACK_END);
	return err;
}

/* Where the target finds the library. */
static int choose_path(struct injection *injection)
{
	const struct ust_inject_opts *opts = injection->opts;

	if (opts->loaded) {
		snprintf(injection->path, sizeof(injection->path), "%s", opts->loaded);
		return 0;
	}
	injection->use_memfd = injection->proc.other_root;
	if (injection->use_memfd)
		snprintf(injection->path, sizeof(injection->path), "/proc/self/fd/");
	else if (!realpath(opts->library, injection->path))
		return -errno;
	return 0;
}

static int prepare(struct injection *injection)
{
	struct ust_inject_result *result = injection->result;
	const char *why = "";
	int err, tries;

	err = choose_path(injection);
	if (err)
		return fail(result, err, "the library to load is not there");
	injection->pidfd = (int)syscall(SYS_pidfd_open, injection->opts->pid, 0);
	if (injection->pidfd < 0)
		return fail(result, -errno, strerror(errno));
	/*
	 * Its list of objects may be changing. That takes microseconds, and as long as the thread that
	 * does it has to wait for a CPU; nobody is stopped meanwhile.
	 */
	for (tries = 0; tries < 20000; tries++) {
		struct timespec pause = {.tv_nsec = 200000};

		err = ust_image_find_libc(&injection->remote, &injection->libc, &why);
		if (err != -EAGAIN)
			break;
		nanosleep(&pause, NULL);
	}
	if (err == -EAGAIN)
		return fail(result, err, "its dynamic linker is busy all the time");
	return err ? fail(result, err, why) : 0;
}

static int borrow(struct injection *injection)
{
	const struct ust_inject_opts *opts = injection->opts;
	struct ust_image_opts image = {
		.path = injection->path,
		.symbol = opts->symbol,
		.argument = opts->argument,
		.use_memfd = injection->use_memfd,
		.is_loaded = opts->loaded != NULL,
		.unload = opts->unload,
	};
	struct ust_borrow_result borrowed;
	int err = ust_borrow(&injection->remote, &injection->libc, &image,
			     injection->proc.seccomp == 2, &borrowed);

	injection->args = borrowed.region + UST_IMAGE_ARGS_AT;
	injection->result->stopped_ns = borrowed.stopped_ns;
	injection->result->tries = borrowed.tries;
	return err ? fail(injection->result, err, borrowed.why) : 0;
}

/* What ends, or calls exec, has that memory no more, though its number may be there still: the cause of
 * whatever did not work. */
static int has_ended(const struct injection *injection)
{
	char byte;

	return ust_remote_read(&injection->remote, injection->remote.interp_base, &byte,
			       sizeof(byte)) != 0;
}

/* Only one at a time loads or unloads; one that does not come to an end is not waited for. Result: what
 * keeps others out until it is closed, or -1. */
static int lock_process(pid_t pid)
{
	uint64_t end = now_ns() + LOAD_MS * 1000000ull;
	struct timespec pause = {.tv_nsec = 1000000};
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) && now_ns() < end)
		nanosleep(&pause, NULL);
	return fd;
}

int ust_inject(const struct ust_inject_opts *opts, struct ust_inject_result *ret_result)
{
	struct injection injection = {.opts = opts, .result = ret_result, .pidfd = -1};
	int err, lock;

	memset(ret_result, 0, sizeof(*ret_result));
	ret_result->fd = -1;
	err = ust_proc_read(opts->pid, &injection.proc);
	if (err)
		return fail(ret_result, err, strerror(-err));
	if (ust_inject_refusal(&injection.proc, ret_result->why, sizeof(ret_result->why)))
		return -EOPNOTSUPP;
	err = ust_remote_open(&injection.remote, opts->pid);
	if (err)
		return fail(ret_result, err,
			    err == -EACCES || err == -EPERM
				    ? "not permitted: it belongs to another user, or a security "
				      "policy forbids tracing"
				    : strerror(-err));
	lock = lock_process(opts->pid);
	err = prepare(&injection);
	if (!err)
		err = borrow(&injection);
	if (!err)
		err = follow(&injection);
	if (err && has_ended(&injection))
		err = fail(ret_result, -ESRCH, "it ended meanwhile");
	if (injection.pidfd >= 0)
		close(injection.pidfd);
	if (lock >= 0)
		close(lock);
	ust_remote_close(&injection.remote);
	return err;
}
