/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * system() and popen() execute a shell inside of libc, with the environment that the process has.
 * That one is the program's: other threads read and change it. So the shell is given a command with
 * which it executes itself again, by ust-shell, with the environment that it is to have. The rest is
 * as it was: the process, its name, its arguments, its descriptors and its signals. All that libc
 * does around it (signals, cancellation, descriptors of other pipes) stays libc's.
 */
#include "follow.h"

#include <errno.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "program-kind.h"

#define MAX_ARGUMENT (128 << 10) /* bytes of one, the kernel's MAX_ARG_STRLEN */

static char shell[PATH_MAX];

/* A command in place of another. */
struct command {
	char *text;    /* NULL: the program's own */
	size_t mapped; /* bytes of memory at text */
};

int ust_follow_use_shell(const char *path, size_t len)
{
	if (len >= sizeof(shell))
		return -ENAMETOOLONG;
	/* Threads may be reading it; it is the same path again, unless UST was moved meanwhile. */
	if (strncmp(shell, path, len) || shell[len]) {
		memcpy(shell, path, len);
		shell[len] = '\0';
	}
	return 0;
}

/* Appends a word that the shell takes as it is: nothing is special between ' but a '. */
static char *quote(char *at, const char *word, size_t len)
{
	*at++ = '\'';
	for (; len; len--, word++)
		if (*word == '\'')
			at = stpcpy(at, "'\\''");
		else
			*at++ = *word;
	*at++ = '\'';
	*at++ = ' ';
	return at;
}

static size_t quoted_size(const char *word)
{
	size_t size = 3; /* two quotes and the space */

	for (; *word; word++)
		size += *word == '\'' ? 4 : 1;
	return size;
}

/*
 * What ust-shell is told of a variable. Everybody may read a command, so of the program's variables it
 * is the name, and the first shell passes the value on; but that one sets "_" itself.
 */
static size_t told_size(const char *variable, int is_ours)
{
	return is_ours || !strncmp(variable, "_=", 2) ? strlen(variable) : strcspn(variable, "=");
}

/* Whether the shell would get all of ours anyway. */
static int has_all(char *const *theirs, char *const *ours)
{
	for (; *ours; ours++) {
		char *const *at = theirs;

		while (at && *at && strcmp(*at, *ours))
			at++;
		if (!at || !*at)
			return 0;
	}
	return 1;
}

/* What the shell is called with: libc of late says that a command is one, if it begins with a '-'. */
static const char *shell_arguments(void)
{
	return strverscmp(gnu_get_libc_version(), "2.38") < 0 ? "3 sh -c " : "4 sh -c -- ";
}

/* "exec ust-shell 3 sh -c TEXT VARIABLE...", with quotes where they are needed. */
static void write_command(struct command *command, const char *text, char *const *envp,
			  size_t nr_theirs)
{
	size_t size = quoted_size(shell) + quoted_size(text) + 64, i;
	char *at;

	for (i = 0; envp[i]; i++)
		size += quoted_size(envp[i]);
	/* Not malloc(), which may be hooked. */
	at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return;
	command->text = at;
	command->mapped = size;
	at = quote(stpcpy(at, "exec "), shell, strlen(shell));
	at = quote(stpcpy(at, shell_arguments()), text, strlen(text));
	for (i = 0; envp[i]; i++)
		at = quote(at, envp[i], told_size(envp[i], i >= nr_theirs));
	at[-1] = '\0';
}

static void drop(void *data)
{
	struct command *command = data;

	if (command->text)
		munmap(command->text, command->mapped);
	command->text = NULL;
}

/* Whether the kernel takes it as an argument of the shell, and of ust-shell all that is in it. */
static int is_too_long(const char *text, char *const *envp)
{
	size_t len = strlen(text), size = len + 1;

	for (; *envp; envp++)
		size += strlen(*envp) + 1 + 2 * sizeof(char *);
	/* What is left is for the other arguments, and what the kernel puts beside them. */
	return len >= MAX_ARGUMENT || (long)size > sysconf(_SC_ARG_MAX) - 4096;
}

/* A bash that is told so by its environment would tell what it executes. */
static int is_traced(void)
{
	return getenv("SHELLOPTS") != NULL;
}

/*
 * Makes the command with which what @text executes is followed; without, if nobody asks for that or
 * it cannot be: no shell of ours in this file system, or not one to be executed; a /bin/sh that takes
 * no library.
 */
static struct command make_command(const char *text)
{
	struct ust_follow_environment env = {0};
	struct command command = {0};
	char *const *theirs = environ;
	void *memory = NULL;
	int saved = ust_errno;

	if (text && !syscall(SYS_faccessat, AT_FDCWD, shell, X_OK) && !is_traced() &&
	    ust_program_takes(AT_FDCWD, "/bin/sh"))
		env = ust_follow_measure(theirs, 1);
	if (env.size)
		memory = mmap(NULL, env.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);
	if (memory && memory != MAP_FAILED) {
		char *const *ours = ust_follow_make(&env, memory);

		if (!has_all(theirs, ours + env.nr_kept))
			write_command(&command, text, ours, env.nr_kept);
		/* The program's own may not be. */
		if (command.text && is_too_long(command.text, ours))
			drop(&command);
		munmap(memory, env.size);
	}
	ust_errno = saved;
	return command;
}

int ust_follow_system(const char *text)
{
	struct command command = make_command(text);
	int result;

	/* system() is a point of cancellation. */
	pthread_cleanup_push(drop, &command);
	result = UST_FOLLOW_REAL(system)(command.text ? command.text : text);
	pthread_cleanup_pop(1);
	return result;
}

FILE *ust_follow_popen(const char *text, const char *mode)
{
	struct command command = make_command(text);
	FILE *result = UST_FOLLOW_REAL(popen)(command.text ? command.text : text, mode);

	drop(&command);
	return result;
}
