/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * execs PROGRAM: once for each line of standard input runs PROGRAM by each function that executes one,
 * and prints how many of them ended with 0 and which failed to fail.
 */
#include <fcntl.h>
#include <spawn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind {
	EXECVE,
	EXECV,
	EXECVPE,
	EXECVP,
	EXECL,
	EXECLE,
	EXECLP,
	FEXECVE,
	EXECVEAT,
	VFORKED, /* from here on without fork() */
	SPAWN,
	SPAWNP,
	NR_KINDS,
};

/* Does not come back if it works. */
static void run(enum kind kind, const char *path, char **argv, char **envp)
{
	switch (kind) {
	case EXECVE:
	case VFORKED:
		execve(path, argv, envp);
		break;
	case EXECV:
		execv(path, argv);
		break;
	case EXECVPE:
		execvpe(path, argv, envp);
		break;
	case EXECVP:
		execvp(path, argv);
		break;
	case EXECL:
		execl(path, argv[0], argv[1], NULL);
		break;
	case EXECLE:
		execle(path, argv[0], argv[1], NULL, envp);
		break;
	case EXECLP:
		execlp(path, argv[0], argv[1], NULL);
		break;
	case FEXECVE:
		fexecve(open(path, O_RDONLY | O_CLOEXEC), argv, envp);
		break;
	case EXECVEAT:
		execveat(AT_FDCWD, path, argv, envp, 0);
		break;
	default:
		break;
	}
}

static int start(enum kind kind, const char *path, char **argv, char **envp)
{
	pid_t pid = -1;
	int status;

	if (kind == SPAWN || kind == SPAWNP) {
		errno = 77;
		if ((kind == SPAWN ? posix_spawn : posix_spawnp)(&pid, path, NULL, NULL, argv,
								 envp) ||
		    errno != 77)
			return -1;
	} else {
		pid = kind == VFORKED ? vfork() : fork();
		if (pid == 0) {
			run(kind, path, argv, envp);
			_exit(99);
		}
	}
	return waitpid(pid, &status, 0) == pid && !status ? 0 : -1;
}

int main(int argc, char **argv)
{
	char *args[] = {argv[1], (char *)"0.01", NULL}, *envp[] = {(char *)"A=B", NULL};
	char line[16];
	int kind, nr, err;

	if (argc != 2)
		return 2;
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		for (nr = 0, kind = 0; kind < NR_KINDS; kind++)
			if (start((enum kind)kind, argv[1], args, envp))
				printf("kind %d fails\n", kind);
			else
				nr++;
		for (kind = 0; kind < FEXECVE; kind++) {
			errno = 0;
			run((enum kind)kind, "/nowhere", args, envp);
			if (errno != ENOENT)
				printf("kind %d leaves error %d\n", kind, errno);
		}
		err = posix_spawn(NULL, "/etc", NULL, NULL, args, envp);
		printf("%d of %d, %s\n", nr, NR_KINDS, strerror(err));
		fflush(stdout);
	}
	return 0;
}
