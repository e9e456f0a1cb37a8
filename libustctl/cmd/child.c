/* SPDX-License-Identifier: GPL-2.0-only */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Signals that somebody may send to us and mean for the program. */
static const int forwarded[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGTSTP, SIGCONT,
};

static sigset_t handled_signals(void)
{
	sigset_t set;
	unsigned int i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++)
		sigaddset(&set, forwarded[i]);
	sigaddset(&set, SIGCHLD);
	return set;
}

/* A file without "#!" that is no ELF file is a shell script: so says execvp(3). */
static void exec_shell(const char *path, char **argv, char **envp)
{
	char **shell_argv;
	size_t nr = 0;

	while (argv[nr])
		nr++;
	shell_argv = calloc(nr + 2, sizeof(*shell_argv));
	if (!shell_argv)
		return;
	shell_argv[0] = (char *)_PATH_BSHELL;
	shell_argv[1] = (char *)path;
	while (nr > 1) {
		shell_argv[nr] = argv[nr - 1];
		nr--;
	}
	execve(_PATH_BSHELL, shell_argv, envp);
}

/* Does not return. Without a byte from the parent, which then has changed its mind or is dead, there
 * is nothing to execute. */
static void become(int go, int failed, const char *path, char **argv, char **envp)
{
	ssize_t got;
	char byte;
	int err;

	do {
		got = read(go, &byte, 1);
	} while (got < 0 && errno == EINTR);
	if (got == 1) {
		execve(path, argv, envp);
		if (errno == ENOEXEC) {
			exec_shell(path, argv, envp);
			errno = ENOEXEC;
		}
		err = -errno;
		if (write(failed, &err, sizeof(err)) < 0)
			_exit(126);
	}
	_exit(127);
}

int ust_child_fork(struct ust_child *child, const char *path, char **argv, char **envp)
{
	int failed[2], go[2], err;

	if (pipe2(failed, O_CLOEXEC))
		return -errno;
	if (pipe2(go, O_CLOEXEC)) {
		err = -errno;
		close(failed[0]);
		close(failed[1]);
		return err;
	}
	child->handled = handled_signals();
	sigprocmask(SIG_BLOCK, &child->handled, &child->old);
	child->pid = fork();
	if (child->pid == 0) {
		sigprocmask(SIG_SETMASK, &child->old, NULL);
		close(go[1]);
		become(go[0], failed[1], path, argv, envp);
	}
	err = child->pid < 0 ? -errno : 0;
	close(failed[1]);
	close(go[0]);
	child->failed_fd = failed[0];
	child->go_fd = go[1];
	if (err)
		ust_child_cancel(child);
	return err;
}

void ust_child_cancel(struct ust_child *child)
{
	if (child->go_fd >= 0)
		close(child->go_fd);
	close(child->failed_fd);
	child->go_fd = child->failed_fd = -1;
	if (child->pid > 0)
		waitpid(child->pid, NULL, 0);
	child->pid = -1;
	sigprocmask(SIG_SETMASK, &child->old, NULL);
}

int ust_child_go(struct ust_child *child)
{
	ssize_t got;
	int err = 0;

	/* It may have been killed while it waited: then the wait tells. */
	signal(SIGPIPE, SIG_IGN);
	if (write(child->go_fd, "", 1) < 0 && errno != EPIPE)
		err = -errno;
	signal(SIGPIPE, SIG_DFL);
	close(child->go_fd);
	child->go_fd = -1;
	do {
		got = err ? 0 : read(child->failed_fd, &err, sizeof(err));
	} while (got < 0 && errno == EINTR);
	if (err) {
		ust_child_cancel(child);
		return err;
	}
	close(child->failed_fd);
	child->failed_fd = -1;
	return 0;
}

int ust_child_start(struct ust_child *child, const char *path, char **argv, char **envp)
{
	int err = ust_child_fork(child, path, argv, envp);

	return err ? err : ust_child_go(child);
}

/* The terminal signals its whole foreground group, in which the child is unless it left ours. */
static int came_to_both(const struct ust_child *child, const siginfo_t *info)
{
	return info->si_code == SI_KERNEL && getpgid(child->pid) == getpgrp();
}

static int have_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return 0;
	close(fd);
	return 1;
}

/* The shell waits for us, not for the child: when Ctrl-Z stopped the child we stop as well. Without
 * a terminal there is nobody who would continue us. */
static void stop_with(const struct ust_child *child, int signal)
{
	if (signal == SIGSTOP || !have_terminal())
		return;
	kill(getpid(), SIGSTOP);
	kill(child->pid, SIGCONT);
}

/* Result: 1 when the child has ended. */
static int look_at_child(struct ust_child *child)
{
	for (;;) {
		int status;
		pid_t pid = waitpid(child->pid, &status, WNOHANG | WUNTRACED);

		if (pid == 0 || (pid < 0 && errno == EINTR))
			return 0;
		if (pid < 0)
			return 1;
		if (!WIFSTOPPED(status)) {
			child->status = status;
			return 1;
		}
		stop_with(child, WSTOPSIG(status));
	}
}

void ust_child_wait(struct ust_child *child)
{
	sigset_t set = handled_signals();
	unsigned int nr_interrupts = 0;
	siginfo_t info;

	while (!look_at_child(child)) {
		if (sigwaitinfo(&set, &info) < 0)
			continue;
		if (info.si_signo == SIGCHLD)
			continue;
		/* The first is for the program, which may take its time to end; the second is for
		 * us. */
		if (info.si_signo == SIGINT && ++nr_interrupts == 2) {
			child->abandoned = 1;
			return;
		}
		if (!came_to_both(child, &info))
			kill(child->pid, info.si_signo);
	}
}

int ust_child_exit_status(const struct ust_child *child)
{
	if (child->abandoned)
		return 128 + SIGINT;
	return WIFSIGNALED(child->status) ? 128 + WTERMSIG(child->status)
					  : WEXITSTATUS(child->status);
}
