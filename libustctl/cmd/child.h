/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The program that record runs, as a child in our process group and on our terminal.
 *
 * Signals: those of the table in child.c are blocked in us from ust_child_start() on and taken by
 * ust_child_wait(), which forwards what was sent to us alone. What the terminal sends reaches the
 * child by itself and is not doubled.
 */
#ifndef USTCTL_CMD_CHILD_H
#define USTCTL_CMD_CHILD_H

#include <signal.h>
#include <sys/types.h>

struct ust_child {
	pid_t pid;
	int go_fd, failed_fd; /* between ust_child_fork() and _go() */
	sigset_t handled, old;
	int status;    /* as of waitpid(2); once ust_child_wait() returned 0 */
	int abandoned; /* a second Ctrl-C ended the wait; the program runs on */
};

/* Executes @path. Result: 0, or the negative errno of fork(2) or execve(2); there is no child then.
 */
int ust_child_start(struct ust_child *child, const char *path, char **argv, char **envp);

/* The same in two steps, for what has to be known of the process before it executes anything:
 * between the two it has its process id and waits. Either of the others has to follow. */
int ust_child_fork(struct ust_child *child, const char *path, char **argv, char **envp);
int ust_child_go(struct ust_child *child);
void ust_child_cancel(struct ust_child *child);

/* Waits for the end of the program. */
void ust_child_wait(struct ust_child *child);

/* The exit status to pass on: the program's, or 128 and the signal that killed it. */
int ust_child_exit_status(const struct ust_child *child);

#endif /* USTCTL_CMD_CHILD_H */
