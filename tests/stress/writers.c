/* SPDX-License-Identifier: GPL-2.0-only */
#include "writers.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ust/ring/fused.h>

#include "shapes.h"

#if UST_FUSED
#include <linux/rseq.h>
#include <sys/rseq.h>
#endif

static struct stress_writers_opts opt;
static struct stress_counts *counts;
static int stop, go;
static pthread_t threads[STRESS_MAX_THREADS], others[8];
static unsigned int nr_others;
static __thread int my_index = -1;
static __thread int in_handler;

static int stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

int stress_in_handler(void)
{
	return in_handler;
}

int stress_tid_known(const struct stress_counts *c, uint32_t tid)
{
	return tid < 8 * sizeof(c->known_tids) &&
	       (__atomic_load_n(&c->known_tids[tid / 8], __ATOMIC_RELAXED) & 1 << tid % 8);
}

static void know_me(void)
{
	uint32_t tid = (uint32_t)gettid();

	if (tid < 8 * sizeof(counts->known_tids))
		__atomic_fetch_or(&counts->known_tids[tid / 8], (uint8_t)(1 << tid % 8),
				  __ATOMIC_RELAXED);
}

/* All sizes: mostly small, some of every order of magnitude, some around the largest that fits. */
static uint32_t size_of(uint64_t seq)
{
	uint32_t hash = (uint32_t)((seq * 0x9E3779B97F4A7C15ull) >> 33), order;

	if (!opt.sizes)
		return opt.large && seq % 1000 < 12 ? 1100 + (uint32_t)(seq / 1000 * 37 % 5000)
						    : hash % 60;
	if (hash % 61 == 0)
		return opt.max_sized - 3 + hash / 61 % 7;
	if (hash % 31)
		return hash % 300;
	order = hash / 31 % 25;
	return (1u << order) + hash % (1u << order);
}

static void emit(unsigned int tag)
{
	static const unsigned int ids[] = {
		STRESS_WORDS1, STRESS_SHORT1, STRESS_SHORT4, STRESS_WIDE,  STRESS_ARGS,
		STRESS_WORDS1, STRESS_EMPTY,  STRESS_WORDS2, STRESS_SIZED, STRESS_WORDS4,
		STRESS_LONG1,  STRESS_COPY,   STRESS_LONG4,
	};
	uint64_t seq = __atomic_fetch_add(&counts->tag[tag].seq, 1, __ATOMIC_RELAXED);
	struct stress_who who = {
		.tag = tag,
		.id = ids[seq % (sizeof(ids) / sizeof(ids[0]))],
		.seq = seq,
	};
	uint32_t size = 0;

	if (who.id == STRESS_SIZED) {
		size = size_of(seq);
		if (size > STRESS_SIZE_MAX)
			size = STRESS_SIZE_MAX;
		if (size > opt.max_sized)
			__atomic_fetch_add(&counts->tag[tag].too_large, 1, __ATOMIC_RELAXED);
	}
	stress_emit(&who, size);
}

static void on_signal(int sig)
{
	(void)sig;
	if (my_index < 0)
		return;
	in_handler = 1;
	__atomic_fetch_add(&counts->signals, 1, __ATOMIC_RELAXED);
	emit((unsigned int)my_index * 2 + 1);
	emit((unsigned int)my_index * 2 + 1);
	in_handler = 0;
}

static void drop_rseq(void)
{
#if UST_FUSED
	if (__rseq_size && syscall(SYS_rseq, (char *)__builtin_thread_pointer() + __rseq_offset, 32,
				   RSEQ_FLAG_UNREGISTER, 0x53053053))
		perror("rseq");
#endif
}

static void *writer(void *arg)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF};
	struct itimerspec spec = {{0, 300000}, {0, 1000000}};
	long period_ns = 1000000000l / (long)opt.hz * (long)opt.threads / 2;
	int has_timer = 0;
	timer_t timer;

	my_index = (int)(long)arg;
	know_me();
	if ((unsigned int)my_index < opt.norseq)
		drop_rseq();
	event._sigev_un._tid = gettid();
	spec.it_interval.tv_sec = period_ns / 1000000000l;
	spec.it_interval.tv_nsec = period_ns % 1000000000l;
	if (!timer_create(CLOCK_MONOTONIC, &event, &timer))
		has_timer = !timer_settime(timer, 0, &spec, NULL);
	__atomic_store_n(&counts->tids[my_index], gettid(), __ATOMIC_RELEASE);
	while (!__atomic_load_n(&go, __ATOMIC_ACQUIRE))
		usleep(100);
	while (!stopped())
		emit((unsigned int)my_index * 2);
	if (has_timer)
		timer_delete(timer);
	return NULL;
}

static void *mover(void *arg)
{
	unsigned int seed = 1, nr_cpus = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);

	(void)arg;
	while (!stopped()) {
		cpu_set_t set;

		CPU_ZERO(&set);
		seed = seed * 1103515245 + 12345;
		CPU_SET((seed >> 8) % nr_cpus, &set);
		sched_setaffinity(counts->tids[(seed >> 16) % opt.threads], sizeof(set), &set);
		usleep(50);
	}
	return NULL;
}

/* A thread that lives for a few events: its first takes the slow path. */
static void *mayfly(void *arg)
{
	unsigned int i, nr = 1 + (unsigned int)(long)arg % 7;

	know_me();
	for (i = 0; i < nr; i++)
		emit(STRESS_TAG_STORM + (unsigned int)(long)arg % 4);
	return NULL;
}

static void *spawner(void *arg)
{
	long n = 0;

	(void)arg;
	while (!stopped()) {
		pthread_t flies[4];
		int i, nr = 0;

		for (i = 0; i < 4; i++)
			nr += !pthread_create(&flies[nr], NULL, mayfly, (void *)n++);
		for (i = 0; i < nr; i++)
			pthread_join(flies[i], NULL);
		__atomic_fetch_add(&counts->spawned, (uint64_t)nr, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Its children record before anybody told them to stop; their parent's instances are wiped there.
 */
static void *forker(void *arg)
{
	(void)arg;
	know_me();
	while (!stopped()) {
		struct stress_who who = {.tag = STRESS_TAG_FORKED};
		pid_t child;

		/* With this thread known to RCU, the child needs no lock that another thread holds.
		 */
		emit(STRESS_TAG_FORKER);
		child = fork();
		if (!child) {
			for (who.id = STRESS_WORDS1; who.id <= STRESS_ARGS; who.id++) {
				who.seq++;
				stress_emit(&who, 0);
			}
			_exit(0);
		}
		if (child > 0) {
			waitpid(child, NULL, 0);
			__atomic_fetch_add(&counts->forked, 1, __ATOMIC_RELAXED);
		}
	}
	return NULL;
}

static void start(pthread_t *thread, void *(*function)(void *), long arg)
{
	if (pthread_create(thread, NULL, function, (void *)arg)) {
		perror("pthread_create");
		exit(2);
	}
}

void stress_writers_start(const struct stress_writers_opts *opts, struct stress_counts *c)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	unsigned int i;

	opt = *opts;
	counts = c;
	stop = 0;
	nr_others = 0;
	sigaction(SIGPROF, &action, NULL);
	for (i = 0; i < opt.threads; i++)
		start(&threads[i], writer, (long)i);
	for (i = 0; i < opt.threads; i++) {
		while (!__atomic_load_n(&counts->tids[i], __ATOMIC_ACQUIRE))
			usleep(100);
	}
	if (opt.move)
		start(&others[nr_others++], mover, 0);
	if (opt.storm)
		start(&others[nr_others++], spawner, 0);
	if (opt.forks)
		start(&others[nr_others++], forker, 0);
	__atomic_store_n(&go, 1, __ATOMIC_RELEASE);
}

void stress_writers_stop(void)
{
	unsigned int i;

	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < opt.threads; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < nr_others; i++)
		pthread_join(others[i], NULL);
	__atomic_store_n(&go, 0, __ATOMIC_RELAXED);
}
