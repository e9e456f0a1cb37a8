/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * execs PROGRAM: once for each line of standard input runs PROGRAM by each function that executes one,
 * and prints how many of them ended with 0 and which failed to fail; then executes a program with the
 * longest arguments that the kernel took before.
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

#define PIECE 1000

/* Executes /bin/true with arguments of so many bytes, by posix_spawn() or execve(). Result: 0, or an
 * error of either. */
static int run_long(size_t bytes, int by_spawn, char **envp)
{
	static char piece[PIECE + 1], rest[PIECE + 1];
	size_t nr = bytes / PIECE, i;
	char **args = calloc(nr + 3, sizeof(*args));
	int status = 0, err = 0;
	pid_t pid;

	memset(piece, 'x', PIECE);
	memset(rest, 'x', bytes % PIECE);
	rest[bytes % PIECE] = '\0';
	args[0] = (char *)"true";
	for (i = 1; i <= nr; i++)
		args[i] = piece;
	args[i] = rest;
	if (by_spawn) {
		err = posix_spawn(&pid, "/bin/true", NULL, NULL, args, envp);
	} else {
		pid = fork();
		if (pid == 0) {
			execve("/bin/true", args, envp);
			_exit(errno);
		}
	}
	if (!err)
		waitpid(pid, &status, 0);
	free(args);
	return err ? err : WEXITSTATUS(status);
}

/* The most that the kernel takes. */
static size_t find_longest(char **envp)
{
	size_t low = 0, high = (size_t)sysconf(_SC_ARG_MAX);

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (run_long(middle, 1, envp))
			high = middle;
		else
			low = middle;
	}
	return low;
}

int main(int argc, char **argv)
{
	char *args[] = {argv[1], (char *)"0.01", NULL}, *envp[] = {(char *)"A=B", NULL};
	char line[16];
	int kind, nr, err;
	size_t longest;

	if (argc != 2)
		return 2;
	longest = find_longest(envp);
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
		for (kind = 0; kind < 2; kind++)
			if (run_long(longest, kind, envp) ||
			    run_long(longest + 1, kind, envp) != E2BIG)
				printf("the longest fails\n");
		err = posix_spawn(NULL, "/etc", NULL, NULL, args, envp);
		printf("%d of %d, %s\n", nr, NR_KINDS, strerror(err));
		fflush(stdout);
	}
	return 0;
}
