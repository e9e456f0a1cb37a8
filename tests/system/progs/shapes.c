/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shapes COUNTS [-t THREADS] [-n EVENTS-PER-THREAD] [-p] [-e HOW] [-u PAUSE-US] [-s]
 *
 * Records events of ten shapes from several threads, optionally also from a SIGPROF handler (-p),
 * and ends by return, exit, _exit, abort, kill (SIGKILL to itself while the other threads record),
 * or thread (main's pthread_exit). -s: short strings and sequences only. COUNTS: see counts.h;
 * number 2 * i belongs to thread i, 2 * i + 1 to the handler on it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

#include "counts.h"
#include "shapes.h"

static volatile uint64_t *counts;
static uint64_t nr_events = 1000;
static unsigned int pause_us;
static const char *how = "return";
static __thread int my_index = -1;

static void on_prof(int sig)
{
	uint32_t thr;

	(void)sig;
	if (my_index < 0)
		return;
	thr = 2 * (uint32_t)my_index + 1;
	shapes_record(thr, counts[thr]);
	counts[thr]++;
}

static void start_prof(void)
{
	struct itimerval every = {{0, 500}, {0, 500}};
	struct sigaction action = {.sa_handler = on_prof, .sa_flags = SA_RESTART};

	sigaction(SIGPROF, &action, NULL);
	setitimer(ITIMER_PROF, &every, NULL);
}

static void *run(void *arg)
{
	uint32_t thr = 2 * (uint32_t)(uintptr_t)arg;
	uint64_t seq;

	my_index = (int)(uintptr_t)arg;
	for (seq = 0; seq < nr_events; seq++) {
		shapes_record(thr, seq);
		counts[thr] = seq + 1;
		if (pause_us)
			usleep(pause_us);
	}
	return NULL;
}

static void end(void)
{
	if (strcmp(how, "exit") == 0)
		exit(0);
	if (strcmp(how, "_exit") == 0)
		_exit(0);
	if (strcmp(how, "abort") == 0)
		abort();
	if (strcmp(how, "kill") == 0)
		kill(getpid(), SIGKILL);
	if (strcmp(how, "thread") == 0)
		pthread_exit(NULL);
}

int main(int argc, char **argv)
{
	unsigned long i, nr_threads = 1;
	pthread_t threads[COUNTS_MAX / 2];
	int opt, prof = 0;

	while ((opt = getopt(argc, argv, "t:n:e:u:ps")) != -1) {
		switch (opt) {
		case 't':
			nr_threads = strtoul(optarg, NULL, 0);
			break;
		case 'n':
			nr_events = strtoull(optarg, NULL, 0);
			break;
		case 'u':
			pause_us = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'e':
			how = optarg;
			break;
		case 's':
			shapes_short = true;
			break;
		case 'p':
			prof = 1;
			break;
		default:
			return 2;
		}
	}
	if (optind >= argc || nr_threads > COUNTS_MAX / 2)
		return 2;
	counts = counts_open(argv[optind]);
	shapes_init();
	if (prof)
		start_prof();
	for (i = 1; i < nr_threads; i++)
		if (pthread_create(&threads[i], NULL, run, (void *)i))
			return 2;
	run(NULL);
	/* A killed or aborted process goes down while the others still record. */
	if (strcmp(how, "kill") != 0 && strcmp(how, "abort") != 0)
		for (i = 1; i < nr_threads; i++)
			pthread_join(threads[i], NULL);
	if (prof) {
		struct itimerval never = {{0, 0}, {0, 0}};

		setitimer(ITIMER_PROF, &never, NULL);
	}
	end();
	return 0;
}
