/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * busy THREADS: allocates, locks, forks, loads libraries, makes threads and computes in all threads
 * at once, until SIGTERM; rests from one SIGUSR1 to the next. Checks everything that it did and prints the
 * sum. A byte that is not as it was written, a call that fails, a child that ends otherwise: exit status 1 and a line that says so.
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCKS 32

static volatile sig_atomic_t done;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t shared[2]; /* always equal under the mutex */
static uint64_t rounds;
static int is_resting, nr_resting;

static void stop(int signal)
{
	(void)signal;
	done = 1;
}

static void fail(const char *what)
{
	fprintf(stderr, "busy: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void allocate(unsigned int *seed)
{
	unsigned char *blocks[BLOCKS];
	size_t sizes[BLOCKS], j;
	int i;

	for (i = 0; i < BLOCKS; i++) {
		sizes[i] = (size_t)rand_r(seed) % (i ? 3000 : 300000) + 1;
		blocks[i] = malloc(sizes[i]);
		if (!blocks[i])
			fail("malloc");
		memset(blocks[i], i, sizes[i]);
	}
	for (i = 0; i < BLOCKS; i++) {
		for (j = 0; j < sizes[i]; j++)
			if (blocks[i][j] != i)
				fail("a block changed");
		free(blocks[i]);
	}
}

static void lock(void)
{
	int i;

	for (i = 0; i < 100; i++) {
		pthread_mutex_lock(&mutex);
		if (shared[0] != shared[1])
			fail("the mutex let two in");
		shared[0]++;
		shared[1]++;
		pthread_mutex_unlock(&mutex);
	}
}

static void fork_child(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	if (pid < 0)
		fail("fork");
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			fail("waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 7)
		fail("a child ended otherwise");
}

static void load(void)
{
	void *handle = dlopen("libm.so.6", RTLD_NOW);
	double (*function)(double);

	if (!handle)
		fail(dlerror());
	function = (double (*)(double))(intptr_t)dlsym(handle, "sqrt");
	if (!function || function(4.0) != 2.0)
		fail("sqrt");
	dlclose(handle);
}

static void *nothing(void *data)
{
	return data;
}

static void thread(void)
{
	static int token;
	pthread_t child;
	void *result;

	if (pthread_create(&child, NULL, nothing, &token))
		fail("pthread_create");
	if (pthread_join(child, &result) || result != &token)
		fail("pthread_join");
}

static double compute(double x)
{
	int i;

	for (i = 0; i < 1000; i++)
		x = x * 0.5 + 1.0;
	return x;
}

static void rest(void)
{
	if (!__atomic_load_n(&is_resting, __ATOMIC_ACQUIRE))
		return;
	__atomic_fetch_add(&nr_resting, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(&is_resting, __ATOMIC_ACQUIRE) && !done)
		usleep(1000);
	__atomic_fetch_sub(&nr_resting, 1, __ATOMIC_ACQ_REL);
}

/* In the middle of nothing: what malloc has given out is what threads need to be there. */
static void let_rest(long nr)
{
	struct mallinfo2 info;

	is_resting = !is_resting;
	while (__atomic_load_n(&nr_resting, __ATOMIC_ACQUIRE) != (is_resting ? nr : 0))
		usleep(1000);
	info = mallinfo2();
	printf("%s %zu\n", is_resting ? "rests" : "works", info.uordblks + info.hblkhd);
	fflush(stdout);
}

static void *work(void *data)
{
	unsigned int seed = (unsigned int)(uintptr_t)data;
	struct timespec ts = {.tv_nsec = 200000};
	double x = 0;

	while (!done) {
		rest();
		allocate(&seed);
		lock();
		if (rand_r(&seed) % 16 == 0)
			fork_child();
		if (rand_r(&seed) % 4 == 0)
			load();
		if (rand_r(&seed) % 4 == 0)
			thread();
		x = compute(x);
		if (x < 1.9 || x > 2.1)
			fail("a register changed");
		if (nanosleep(&ts, NULL))
			fail("nanosleep");
		__atomic_fetch_add(&rounds, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = stop};
	long nr = argc > 1 ? atol(argv[1]) : 64, i;
	pthread_t *threads = calloc((size_t)nr, sizeof(*threads));
	sigset_t set;
	int signal;

	/* Only main takes the signal, so that no other thread's call is interrupted by it. */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (i = 0; i < nr; i++)
		if (pthread_create(&threads[i], NULL, work, (void *)(i + 1)))
			fail("pthread_create");
	sigaction(SIGTERM, &action, NULL);
	puts("ready");
	fflush(stdout);
	while ((signal = sigwaitinfo(&set, NULL)) == SIGUSR1)
		let_rest(nr);
	if (signal < 0)
		fail("sigwaitinfo");
	done = 1;
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	printf("%s %llu\n", shared[0] == shared[1] ? "right" : "wrong", (unsigned long long)rounds);
	return 0;
}
