/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks itself while it runs, as "ustctl attach" does it: opens libust-call.so, has it hook and
 * unhook again and again while threads run through what is hooked.
 *
 *	hooker LIBDIR CYCLES
 *
 * Prints the reads between hooking and unhooking that the main thread has made, the objects' memory
 * that changed for good (bytes of the address space after the first and after the last cycle), and
 * what the threads found wrong.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int stop;
static int nr_wrong;
static int zero;

static void *busy(void *arg)
{
	pthread_mutex_t *mutex = arg;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		char *p = malloc(100), c = 1;

		pthread_mutex_lock(mutex);
		if (read(zero, &c, 1) != 1 || c || !p)
			__atomic_add_fetch(&nr_wrong, 1, __ATOMIC_RELAXED);
		pthread_mutex_unlock(mutex);
		free(p);
		usleep(10);
	}
	return NULL;
}

static long address_space(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	if (!file || fscanf(file, "%ld", &pages) != 1)
		abort();
	fclose(file);
	return pages * 4096;
}

static void reads(int nr)
{
	char c;

	while (nr--)
		if (read(zero, &c, 1) != 1)
			nr_wrong++;
}

/* What the child of vfork does is not recorded: it has its parent's memory, and is not its thread. */
static void in_a_child(void)
{
	pid_t pid = vfork();

	if (!pid) {
		char c;

		_exit(read(zero, &c, 1) != 1);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	static const char *const names[] = {"malloc", "pthread", "io",     "dl",
					    "time",   "signal",  "process"};
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	int cycles = argc > 2 ? atoi(argv[2]) : 1, cycle, i, result = 0;
	char rules[4096] = "", path[512];
	int (*hook)(const char *);
	void (*unhook)(void);
	pthread_t threads[4];
	long first = 0;
	void *handle;

	if (argc < 2)
		return 2;
	/* A thread's own arena is 64 MiB of the address space, whenever it is first run. */
	mallopt(M_ARENA_MAX, 1);
	zero = open("/dev/zero", O_RDONLY);
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, busy, &mutex);
	snprintf(path, sizeof(path), "%s/libust-call.so", argv[1]);
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		puts(dlerror());
		return 1;
	}
	hook = (int (*)(const char *))dlsym(handle, "ust_call_hook");
	unhook = (void (*)(void))dlsym(handle, "ust_call_unhook_all");
	for (i = 0; i < 7; i++)
		snprintf(rules + strlen(rules), sizeof(rules) - strlen(rules),
			 "preload:%s/libust-%s.so\n", argv[1], names[i]);
	strcat(rules, "libc.so.6:getenv(str name) -> ptr\n");
	for (cycle = 0; cycle < cycles; cycle++) {
		reads(10);
		result = hook(rules);
		reads(20);
		(void)!getenv("NONE_SUCH");
		if (cycle < 10)
			in_a_child();
		unhook();
		reads(5);
		(void)!getenv("NONE_SUCH");
		if (cycle == 9)
			first = address_space();
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	printf("rules %d main %d wrong %d grown %ld\n", result, (int)getpid(), nr_wrong,
	       cycles > 9 ? address_space() - first : 0);
	return 0;
}
