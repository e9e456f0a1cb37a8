/* SPDX-License-Identifier: GPL-2.0-only */
/* ustd: collects what the processes of a user record. See ustd(8). */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "conn.h"
#include "consumer.h"
#include "control.h"
#include "descriptors.h"
#include "libust/os/rundir.h"
#include "log.h"
#include "loop.h"
#include "priority.h"
#include "server.h"
#include "session.h"
#include "snapshot.h"
#include "source.h"
#include "version.h"

struct options {
	bool daemonize, verbose;
	int ready_fd;
	unsigned int idle_exit; /* seconds, 0: never */
};

static struct options options = {.ready_fd = -1, .idle_exit = 10};
static struct ustd_timer idle_timer;
static struct ustd_watch signals;

static const char usage[] =
	"Usage: ustd [OPTION]...\n"
	"Collects what the processes of this user record and writes it to trace directories.\n"
	"ustctl starts it when it is needed.\n"
	"\n"
	"  --foreground          stay in the foreground (default)\n"
	"  --daemonize           go to the background once ready; messages go to ustd.log in\n"
	"                        the runtime directory\n"
	"  --idle-exit SECONDS   end after this time without a session and without a control\n"
	"                        connection; 0: never (default: 10)\n"
	"  --ready-fd N          write one byte to descriptor N when the socket is ready\n"
	"  -v, --verbose         tell what happens\n"
	"  --help                show this text\n"
	"  --version             show the version\n";

static int parse_number(const char *name, const char *text, unsigned int max, unsigned int *ret)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || end == text || text[0] == '-' || value > max) {
		fprintf(stderr, "ustd: --%s: \"%s\" is not a number from 0 to %u\n", name, text,
			max);
		return -EINVAL;
	}
	*ret = (unsigned int)value;
	return 0;
}

/* Result: -1 go on, else the exit status. */
static int parse_options(int argc, char **argv)
{
	enum { FOREGROUND = 256, DAEMONIZE, IDLE_EXIT, READY_FD, HELP, VERSION };
	static const struct option longs[] = {
		{"foreground", no_argument, NULL, FOREGROUND},
		{"daemonize", no_argument, NULL, DAEMONIZE},
		{"idle-exit", required_argument, NULL, IDLE_EXIT},
		{"ready-fd", required_argument, NULL, READY_FD},
		{"verbose", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, HELP},
		{"version", no_argument, NULL, VERSION},
		{0},
	};
	unsigned int number;
	int c;

	while ((c = getopt_long(argc, argv, "v", longs, NULL)) != -1) {
		switch (c) {
		case FOREGROUND:
			options.daemonize = false;
			break;
		case DAEMONIZE:
			options.daemonize = true;
			break;
		case IDLE_EXIT:
			if (parse_number("idle-exit", optarg, 1000000, &options.idle_exit))
				return 2;
			break;
		case READY_FD:
			if (parse_number("ready-fd", optarg, 65535, &number))
				return 2;
			options.ready_fd = (int)number;
			break;
		case 'v':
			options.verbose = true;
			break;
		case HELP:
			fputs(usage, stdout);
			return 0;
		case VERSION:
			puts("ustd " USTD_VERSION);
			return 0;
		default:
			fputs("Try 'ustd --help'.\n", stderr);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "ustd: unexpected argument \"%s\". Try 'ustd --help'.\n",
			argv[optind]);
		return 2;
	}
	return -1;
}

static void tell_ready(int fd)
{
	if (fd < 0)
		return;
	if (write(fd, "\n", 1) < 0)
		ustd_info("nobody waits for readiness: %s", strerror(errno));
	close(fd);
}

/*
 * The parent waits until the child is ready, and exits. Returns in the child, with the descriptor
 * that tells the parent.
 */
static int go_background(void)
{
	int pipe_fds[2], null_fd;
	char byte;
	pid_t child;

	if (pipe2(pipe_fds, O_CLOEXEC))
		return -errno;
	child = fork();
	if (child < 0)
		return -errno;
	if (child > 0) {
		int status = 0;

		close(pipe_fds[1]);
		if (read(pipe_fds[0], &byte, 1) == 1)
			_exit(0);
		waitpid(child, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	close(pipe_fds[0]);
	setsid();
	if (chdir("/"))
		ustd_warn("cannot change to /: %s", strerror(errno));
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null_fd >= 0) {
		dup2(null_fd, STDIN_FILENO);
		dup2(null_fd, STDOUT_FILENO);
	}
	return pipe_fds[1];
}

static void log_to_file(void)
{
	char path[PATH_MAX];
	int fd;

	if (ust_rundir_join(ustd_server_dir(), "ustd.log", path, sizeof(path)))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0) {
		ustd_warn("cannot write %s: %s", path, strerror(errno));
		return;
	}
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static void signal_ready(struct ustd_watch *watch, uint32_t events USTD_UNUSED)
{
	struct signalfd_siginfo info;

	if (read(watch->fd, &info, sizeof(info)) != sizeof(info))
		return;
	/* The second one of an impatient user ends us at once. */
	if (ustd_control_is_shutdown())
		ustd_loop_quit();
	ustd_control_shutdown();
}

static int watch_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	/* A file that grows over its limit is a write error, not our end. */
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	signals.ready = signal_ready;
	return signals.fd < 0 ? -errno : ustd_loop_watch(&signals, EPOLLIN);
}

static void idle_fire(struct ustd_timer *timer USTD_UNUSED)
{
	ustd_info("nothing to hold: exit");
	ustd_loop_quit();
}

/* Between two waits of the loop. */
static bool work(void)
{
	bool more = ustd_consumer_work(), idle;

	more |= ustd_snapshot_work();
	more |= ustd_source_work();

	ustd_conn_reap();
	if (ustd_control_is_shutdown() && !ustd_sessions_nr())
		ustd_loop_quit();
	idle = options.idle_exit && !ustd_sessions_nr() && !ustd_conn_nr_clients();
	if (!idle)
		ustd_timer_disarm(&idle_timer);
	else if (!idle_timer.armed)
		ustd_timer_arm(&idle_timer, options.idle_exit * 1000000000ull);
	return more;
}

static int start(void)
{
	int err = ustd_loop_init();

	if (!err)
		err = watch_signals();
	if (!err) {
		ustd_clock_init();
		err = ustd_consumer_init();
	}
	if (err)
		ustd_warn("cannot start: %s", strerror(-err));
	return err;
}

int main(int argc, char **argv)
{
	int status = parse_options(argc, argv), parent = -1, ret;

	if (status >= 0)
		return status;
	ustd_log_verbose(options.verbose);
	ustd_descriptors_init();
	if (options.daemonize) {
		parent = go_background();
		if (parent < 0) {
			ustd_warn("cannot go to the background: %s", strerror(-parent));
			return 1;
		}
	}
	ustd_priority_raise(options.daemonize);
	idle_timer.fire = idle_fire;
	if (start())
		return 1;
	ret = ustd_server_init();
	if (ret < 0)
		return 1;
	if (ret > 0 && options.daemonize)
		log_to_file();
	if (ret > 0) {
		ustd_source_init();
		ustd_server_scan();
	}
	tell_ready(options.ready_fd);
	tell_ready(parent);
	if (ret == 0) {
		ustd_info("another ustd serves %s", ustd_server_dir());
		return 0;
	}
	ret = ustd_loop_run(work);
	ustd_server_fini();
	return ret ? 1 : 0;
}
