/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * waits KIND: one blocking call in the only thread, and what became of it: its result, its errno and
 * whether it took as long as it should. "ready" is printed before. Nothing may make a difference.
 *
 * waits signals: a child queues 3000 signals, each with a number; all have to come, in order.
 */
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS 2500
#define NR_SIGNALS 3000

static int wait_nanosleep(void)
{
	struct timespec ts = {.tv_sec = MS / 1000, .tv_nsec = MS % 1000 * 1000000};

	return nanosleep(&ts, NULL);
}

static int wait_poll(void)
{
	return poll(NULL, 0, MS);
}

static int wait_ppoll(void)
{
	struct timespec ts = {.tv_sec = MS / 1000, .tv_nsec = MS % 1000 * 1000000};
	sigset_t set;

	sigemptyset(&set);
	return ppoll(NULL, 0, &ts, &set);
}

static int wait_select(void)
{
	struct timeval tv = {.tv_sec = MS / 1000, .tv_usec = MS % 1000 * 1000};

	return select(0, NULL, NULL, NULL, &tv);
}

static int wait_epoll(void)
{
	struct epoll_event event;

	return epoll_wait(epoll_create1(0), &event, 1, MS);
}

static int wait_sigtimedwait(void)
{
	struct timespec ts = {.tv_sec = MS / 1000, .tv_nsec = MS % 1000 * 1000000};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return sigtimedwait(&set, NULL, &ts);
}

static int wait_futex(void)
{
	struct timespec ts = {.tv_sec = MS / 1000, .tv_nsec = MS % 1000 * 1000000};
	static uint32_t word;

	return (int)syscall(SYS_futex, &word, FUTEX_WAIT, 0, &ts, NULL, 0);
}

static int wait_semop(void)
{
	struct timespec ts = {.tv_sec = MS / 1000, .tv_nsec = MS % 1000 * 1000000};
	struct sembuf op = {.sem_op = -1};
	int sem = semget(IPC_PRIVATE, 1, 0600), ret, saved;

	ret = semtimedop(sem, &op, 1, &ts);
	saved = errno;
	semctl(sem, 0, IPC_RMID);
	errno = saved;
	return ret;
}

static int wait_recv(void)
{
	struct timeval tv = {.tv_sec = MS / 1000, .tv_usec = MS % 1000 * 1000};
	int pair[2];
	char byte;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -1;
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	return (int)recv(pair[0], &byte, 1, 0);
}

static int wait_read(void)
{
	int fds[2];
	char byte;

	if (pipe(fds))
		return -1;
	if (fork() == 0) {
		usleep(MS * 1000);
		_exit(write(fds[1], "x", 1) != 1);
	}
	return (int)read(fds[0], &byte, 1);
}

static int wait_waitpid(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		usleep(MS * 1000);
		_exit(3);
	}
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WEXITSTATUS(status);
}

static volatile sig_atomic_t alarmed;

static void on_alarm(int signal)
{
	(void)signal;
	alarmed++;
}

/* What a handler interrupts fails with EINTR, with us as without. */
static int wait_pause(void)
{
	struct sigaction action = {.sa_handler = on_alarm};
	int ret;

	sigaction(SIGUSR1, &action, NULL);
	if (fork() == 0) {
		usleep(MS * 1000);
		_exit(kill(getppid(), SIGUSR1));
	}
	ret = pause();
	return alarmed == 1 ? ret : 99;
}

static int expected;
static int wrong;

static void on_number(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	wrong |= info->si_value.sival_int != expected++;
}

static int signals(void)
{
	struct sigaction action = {.sa_sigaction = on_number, .sa_flags = SA_SIGINFO};
	struct timespec ts = {.tv_nsec = 300000};
	int i, status;
	pid_t pid;

	sigaction(SIGRTMIN, &action, NULL);
	puts("ready");
	fflush(stdout);
	pid = fork();
	for (i = 0; pid == 0 && i < NR_SIGNALS; i++) {
		union sigval value = {.sival_int = i};

		while (sigqueue(getppid(), SIGRTMIN, value))
			usleep(1000);
		nanosleep(&ts, NULL);
	}
	if (pid == 0)
		_exit(0);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	printf("%d %d\n", expected, wrong);
	return 0;
}

static const struct {
	const char *name;
	int (*wait)(void);
} kinds[] = {
	{"nanosleep", wait_nanosleep}, {"poll", wait_poll},
	{"ppoll", wait_ppoll},         {"select", wait_select},
	{"epoll", wait_epoll},         {"sigtimedwait", wait_sigtimedwait},
	{"futex", wait_futex},         {"semop", wait_semop},
	{"recv", wait_recv},           {"read", wait_read},
	{"waitpid", wait_waitpid},     {"pause", wait_pause},
};

int main(int argc, char **argv)
{
	struct timespec begin, end;
	unsigned int i;
	long ms;
	int ret;

	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "signals"))
		return signals();
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name))
			continue;
		puts("ready");
		fflush(stdout);
		clock_gettime(CLOCK_MONOTONIC, &begin);
		errno = 0;
		ret = kinds[i].wait();
		printf("%d %s", ret, ret < 0 ? strerrorname_np(errno) : "-");
		clock_gettime(CLOCK_MONOTONIC, &end);
		ms = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
		puts(ms >= MS - 5 ? " whole" : " short");
		return 0;
	}
	return 2;
}
