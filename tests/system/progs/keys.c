/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads that run through very many sites while these are switched on and off.
 *
 * usage: keys THREADS MODE [PLUGIN]
 * MODE: plain; huge (text moved to huge pages); mdwe (no page both writable and executable);
 * closed (text can be written in no way); plugin (the sites are in PLUGIN, loaded again and again)
 *
 * Prints "ready"; then, for each line of input and at its end, how often all, some and none of the
 * sites were on, and how often more than there are.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "keys.h"

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif
#define HUGE_SIZE (2ul << 20)

KEYS_FUNCTION(run_all)

static const char *plugin;
static unsigned long all, some, none, wrong;
static int stop;

static void count(unsigned int nr, unsigned int of)
{
	unsigned long *counter = &some;

	if (!nr)
		counter = &none;
	else if (nr >= of)
		counter = nr == of ? &all : &wrong;
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static void run_plugin(void)
{
	void *handle = dlopen(plugin, RTLD_NOW);
	unsigned int (*function)(void);

	if (!handle) {
		fprintf(stderr, "%s\n", dlerror());
		exit(1);
	}
	*(void **)&function = dlsym(handle, "run_plugin");
	count(function(), *(unsigned int *)dlsym(handle, "keys_nr"));
	dlclose(handle);
}

static void *work(void *unused)
{
	(void)unused;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (plugin)
			run_plugin();
		else
			count(run_all(), KEYS_NR);
	}
	return NULL;
}

/*
 * Moves the program's text into huge pages, as some programs do with themselves. The linker has put
 * it on pages of that size. What is moved over it is the same text: nobody notices.
 */
static int use_huge_pages(void)
{
	extern char __executable_start, etext;
	char *start = (char *)((uintptr_t)run_all & ~(HUGE_SIZE - 1));
	size_t size = (size_t)(&etext - start + (ptrdiff_t)HUGE_SIZE - 1) & ~(HUGE_SIZE - 1);
	char *copy = mmap(NULL, size + HUGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (copy == MAP_FAILED || start < &__executable_start)
		return -1;
	copy = (char *)(((uintptr_t)copy + HUGE_SIZE - 1) & ~(HUGE_SIZE - 1));
	madvise(copy, size, MADV_HUGEPAGE);
	memcpy(copy, start, (size_t)(&etext - start));
	if (mprotect(copy, size, PROT_READ | PROT_EXEC))
		return -1;
	return mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, start) == start ? 0 : -1;
}

/* What seccomp can take away: writing to text by mprotect, and to /proc/self/mem. */
static int close_text(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
}

static int set_mode(const char *mode, const char *path)
{
	if (!strcmp(mode, "plain"))
		return 0;
	if (!strcmp(mode, "huge"))
		return use_huge_pages();
	if (!strcmp(mode, "mdwe"))
		return prctl(PR_SET_MDWE, 1, 0, 0, 0);
	if (!strcmp(mode, "closed"))
		return close_text();
	plugin = path;
	return !strcmp(mode, "plugin") && path ? 0 : -1;
}

int main(int argc, char **argv)
{
	int nr = argc > 2 ? atoi(argv[1]) : 0, i;
	pthread_t threads[64];

	if (nr < 1 || nr > 64)
		return 2;
	if (set_mode(argv[2], argv[3])) {
		perror(argv[2]);
		return 1;
	}
	for (i = 0; i < nr; i++)
		if (pthread_create(&threads[i], NULL, work, NULL))
			return 1;
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		printf("%lu %lu %lu %lu\n", all, some, none, wrong), fflush(stdout);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	printf("%lu %lu %lu %lu\n", all, some, none, wrong);
	return 0;
}
