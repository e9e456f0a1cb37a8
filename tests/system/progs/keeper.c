/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does what it is told on standard input, a word a line, and answers with a line each:
 *
 *	take	keeps addresses of functions of libc: how many are others than at the start
 *	call	calls what it keeps
 *	block	a thread reads from a pipe: its id
 *	release	lets it go on: what it read
 *	enter	begins a span, in deeper calls; it ends with "leave"
 *	suspend	begins something on a stack of its own, which waits there
 *	resume	lets it go on to its end: what it has done
 *	load	opens the library of argv[1], which has thread-local memory of its own; closes the one
 *		before last: how many are open
 *	fork	makes a child, which allocates: its exit status
 *	used	bytes that malloc has given out
 *
 * Each is an event as well.
 */
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <ust/span.h>
#include <ust/tracepoint.h>

static struct kept {
	void (*free)(void *);
	ssize_t (*read)(int, void *, size_t);
	char *(*getenv)(const char *);
} first, kept;

static int fds[2];
static pid_t blocked;
static pthread_t thread;
static void *libraries[4];
static unsigned int nr_libraries;

/* Once from the table of imports, twice by name. */
static struct kept take(void)
{
	ssize_t (*volatile imported)(int, void *, size_t) = read;
	void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
	struct kept taken = {.read = imported};

	*(void **)&taken.free = dlsym(libc, "free");
	*(void **)&taken.getenv = dlsym(libc, "getenv");
	dlclose(libc);
	return taken;
}

static const char *call(void)
{
	char byte = 0;

	kept.free(malloc(100));
	if (write(fds[1], "x", 1) != 1 || kept.read(fds[0], &byte, 1) != 1 || byte != 'x')
		return "read is wrong";
	return kept.getenv("KEEPER") && !strcmp(kept.getenv("KEEPER"), "right") ? "right"
										: "getenv is wrong";
}

static void *block(void *data)
{
	__atomic_store_n(&blocked, (pid_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
	return (void *)read(fds[0], data, 1);
}

static pid_t make_blocked(void)
{
	static char byte;

	blocked = 0;
	pthread_create(&thread, NULL, block, &byte);
	while (!__atomic_load_n(&blocked, __ATOMIC_ACQUIRE))
		usleep(100);
	return blocked;
}

static long release(void)
{
	void *result;

	if (write(fds[1], "y", 1) != 1)
		return -1;
	pthread_join(thread, &result);
	return (long)result;
}

static ucontext_t here, there;
static int nr_steps;

static void on_own_stack(void)
{
	nr_steps++;
	swapcontext(&there, &here);
	nr_steps++;
}

static int go_on(int is_first)
{
	static char stack[65536];

	if (is_first) {
		nr_steps = 0;
		getcontext(&there);
		there.uc_stack.ss_sp = stack;
		there.uc_stack.ss_size = sizeof(stack);
		there.uc_link = &here;
		makecontext(&there, on_own_stack, 0);
	}
	swapcontext(&here, &there);
	return nr_steps;
}

/* Not part of who waits for words: what an earlier call left where its array is would count as a call that
 * is not over. */
static __attribute__((noinline)) int load(const char *path)
{
	unsigned int i = nr_libraries++ % 4;
	int open = 0;
	char copy[4096];

	if (libraries[(i + 2) % 4])
		dlclose(libraries[(i + 2) % 4]);
	libraries[(i + 2) % 4] = NULL;
	/* Four files, so that each has memory of its own. */
	snprintf(copy, sizeof(copy), "%s%u.so", path, i + 1);
	libraries[i] = dlopen(copy, RTLD_NOW);
	if (!libraries[i])
		return -1;
	for (i = 0; i < 4; i++)
		open += libraries[i] != NULL;
	return open;
}

static int fork_child(void)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		free(malloc(1000));
		_exit(7);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int obey(char **argv);

static int obey_in_span(char **argv)
{
	UST_SPAN(keeper, span);
	puts("entered");
	return obey(argv);
}

/* Result: whether there is more. */
static int obey(char **argv)
{
	char word[100] = "";

	while (fflush(stdout), fgets(word, sizeof(word), stdin)) {
		word[strcspn(word, "\n")] = '\0';
		UST_EVENT(keeper, word, UST_STR(word, word));
		if (!strcmp(word, "take")) {
			kept = take();
			printf("%d\n", (kept.free != first.free) + (kept.read != first.read) +
					       (kept.getenv != first.getenv));
		} else if (!strcmp(word, "call")) {
			puts(call());
		} else if (!strcmp(word, "block")) {
			printf("%d\n", (int)make_blocked());
		} else if (!strcmp(word, "release")) {
			printf("%ld\n", release());
		} else if (!strcmp(word, "enter")) {
			if (!obey_in_span(argv))
				return 0;
			puts("left");
		} else if (!strcmp(word, "leave")) {
			return 1;
		} else if (!strcmp(word, "suspend") || !strcmp(word, "resume")) {
			printf("%d\n", go_on(word[0] == 's'));
		} else if (!strcmp(word, "load")) {
			printf("%d\n", load(argv[1]));
		} else if (!strcmp(word, "fork")) {
			printf("%d\n", fork_child());
		} else if (!strcmp(word, "used")) {
			struct mallinfo2 info = mallinfo2();

			printf("%zu\n", info.uordblks + info.hblkhd);
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2 || pipe(fds))
		return 2;
	setenv("KEEPER", "right", 1);
	first = take();
	puts("ready");
	obey(argv);
	return 0;
}
