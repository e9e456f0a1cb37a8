/* SPDX-License-Identifier: GPL-2.0-only */
/* The process that is attached to: what it is, and how long it is recorded. */
#include "attach.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LOOK_MS 100   /* how often it is asked whether somebody else detached the process */
#define EXEC_LOOKS 20 /* for so many it may be on its way from one program into the next */

void ust_attach_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGINT);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGHUP);
	sigaddset(ret_set, SIGQUIT);
}

static int read_comm(struct ust_attach *attach)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)attach->pid);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	if (!fgets(attach->comm, sizeof(attach->comm), file))
		attach->comm[0] = '\0';
	attach->comm[strcspn(attach->comm, "\n")] = '\0';
	fclose(file);
	return 0;
}

int ust_attach_find(struct ust_attach *attach)
{
	struct ust_program *program = &attach->record.program;
	char path[64];
	ssize_t len;

	attach->pidfd = (int)syscall(SYS_pidfd_open, attach->pid, 0);
	if (attach->pidfd < 0 && errno == ESRCH)
		return ust_cmd_error("no process %d", (int)attach->pid);
	if (attach->pidfd < 0 && (errno == EINVAL || errno == ENOENT))
		return ust_cmd_error("%d is a thread, not a process; attach to its process",
				     (int)attach->pid);
	if (attach->pidfd < 0)
		return ust_cmd_error("process %d: %s", (int)attach->pid, strerror(errno));
	if (read_comm(attach))
		return ust_cmd_error("no process %d", (int)attach->pid);
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)attach->pid);
	len = readlink(path, program->path, sizeof(program->path) - 1);
	program->path[len < 0 ? 0 : len] = '\0';
	snprintf(program->binary, sizeof(program->binary), "%s", path);
	program->given = attach->comm;
	return 0;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static unsigned int nr_live(const struct ust_attach *attach)
{
	struct ust_ctl_session *session;
	unsigned int nr;

	if (ust_ctl_status(attach->record.ctl, attach->record.name, &session) != 1)
		return 0;
	nr = session->nr_apps_live;
	ust_ctl_sessions_free(session, 1);
	return nr;
}

int ust_attach_is_gone(const struct ust_attach *attach)
{
	struct pollfd fd = {.fd = attach->pidfd, .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

/* Result: 1 when there is nothing more to record. */
static int look(struct ust_attach *attach)
{
	int gone = ust_attach_is_gone(attach);

	if (gone && !attach->follow) {
		attach->ended_how = "has ended";
		return 1;
	}
	if (nr_live(attach)) {
		attach->nr_silent = 0;
		return 0;
	}
	if (!gone && attach->follow && ++attach->nr_silent < EXEC_LOOKS)
		return 0;
	/* It may end between the two questions. */
	if (gone || ust_attach_is_gone(attach))
		attach->ended_how = "has ended";
	else
		attach->ended_how = "was detached, or executed another program";
	return 1;
}

void ust_attach_wait(struct ust_attach *attach)
{
	uint64_t end = attach->duration_ns ? now_ns() + attach->duration_ns : UINT64_MAX;
	struct signalfd_siginfo info;
	struct pollfd fds[2];
	sigset_t set;

	ust_attach_signals(&set);
	fds[0] = (struct pollfd){.fd = signalfd(-1, &set, SFD_CLOEXEC), .events = POLLIN};
	fds[1] = (struct pollfd){.fd = attach->pidfd, .events = POLLIN};
	for (;;) {
		uint64_t now = now_ns(), left;

		if (now >= end)
			break;
		left = (end - now + 999999) / 1000000;
		/* A process that is gone while its children are followed needs no second look. */
		if (poll(fds, attach->follow && ust_attach_is_gone(attach) ? 1 : 2,
			 left < LOOK_MS ? (int)left : LOOK_MS) < 0 &&
		    errno != EINTR)
			break;
		if (fds[0].revents && read(fds[0].fd, &info, sizeof(info)) > 0)
			break;
		if (look(attach))
			break;
	}
	close(fds[0].fd);
}
