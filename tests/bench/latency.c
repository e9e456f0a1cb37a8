// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cost of one event: every row of some tables in turn, many short repetitions of each, in one
 * process, so that all share the clock's frequency and the machine's mood. Run by latency.py and
 * limits.py, which start the sessions that the events go to.
 *
 *	latency THREADS REPETITIONS events|work|path|one [norseq] [fill]
 *
 *	norseq	the threads have no rseq
 *	fill	prints "ready", waits for a line on stdin, which says that nobody reads the buffers
 *now, and fills them first
 *
 * Prints one JSON object a line: for each row its name, event, peer, events recorded and, over the
 * repetitions of all threads, min_ns and median_ns. More threads than CPUs: CPU time of each
 *thread.
 */
#include <linux/rseq.h>
#include <pthread.h>
#include <string.h>
#include <sys/rseq.h>
#include <sys/syscall.h>

#include "measure.h"
#include "rows.h"
#include "work.h"

#define MAX_ROWS 48
#define MAX_THREADS 16
#define WARM_UP 3
#define PAUSE_US 1000
#define NR_FILL 2000000
#define PARTS 100
#define PROBE 3000
#define MIN_QUIET 8
#define RSEQ_SIGNATURE 0x53053053

const char *bench_short = "hello world!", *bench_long;

static struct row rows[MAX_ROWS];
static int nr_rows, nr_threads, nr_reps, without_rseq, crowded;
static double ticks_per_ns;
static char *quiet[MAX_THREADS];     /* likewise: 1 if nothing disturbed the repetition */
static double *samples[MAX_THREADS]; /* [row * nr_reps + repetition], ns an iteration */
static struct least {
	double row, base;
} least[MAX_THREADS][MAX_ROWS];
static volatile int arrived[MAX_THREADS];

/*
 * How long a loop of no effect takes. On a shared machine a core's other half may work for somebody
 * else: then everything but rdtsc itself takes up to twice as long, and ratios to rdtsc say
 * nothing.
 */
static double probe(void)
{
	unsigned long long start = bench_ticks();

	common_rows[0].run(PROBE);
	return (double)(bench_ticks() - start);
}

static int is_quiet(double ticks, double *least)
{
	if (!*least || ticks < *least)
		*least = ticks;
	return ticks <= *least * 1.2;
}

/* The threads run the same row at the same time. */
static void meet(int me, int round)
{
	__atomic_store_n(&arrived[me], round, __ATOMIC_RELEASE);
	for (int i = 0; i < nr_threads; i++) {
		while (__atomic_load_n(&arrived[i], __ATOMIC_ACQUIRE) < round) {
			if (crowded)
				sched_yield();
			__builtin_ia32_pause();
		}
	}
}

static void drop_rseq(void)
{
	void *area = (char *)__builtin_thread_pointer() + __rseq_offset;

	if (!__rseq_size || syscall(SYS_rseq, area, 32, RSEQ_FLAG_UNREGISTER, RSEQ_SIGNATURE))
		perror("rseq");
}

static double time_once(const struct row *row)
{
	unsigned long long start;
	double start_ns;

	if (row->timed)
		return row->timed(row->n) / ticks_per_ns;
	if (crowded) {
		start_ns = bench_ns(CLOCK_THREAD_CPUTIME_ID);
		row->run(row->n);
		return (bench_ns(CLOCK_THREAD_CPUTIME_ID) - start_ns) / row->n;
	}
	start = bench_ticks();
	row->run(row->n);
	return (bench_ticks() - start) / ticks_per_ns / row->n;
}

/*
 * The base runs right before its row: once to fill the caches, once for its time. The least
 * difference would be one with a disturbed base; what counts as such is that of both least times.
 */
static double time_row(const struct row *row, struct least *least)
{
	const struct row *base = row->base ? rows : NULL;
	double ns, base_ns = 0;

	while (base && strcmp(base->name, row->base) != 0)
		base++;
	if (base) {
		time_once(base);
		base_ns = time_once(base);
	}
	ns = time_once(row);
	if (!least->row || ns < least->row)
		least->row = ns;
	if (!least->base || base_ns < least->base)
		least->base = base_ns;
	return ns - base_ns;
}

/* Once through all of the buffers, with time for the readers: the first use of memory has its own
 * price. */
static void go_round(void)
{
	for (int i = 0; i < nr_rows; i++) {
		if (!rows[i].event || !rows[i].run || strcmp(rows[i].event, "bench:one") != 0)
			continue;
		for (int part = 0; part < PARTS; part++) {
			rows[i].run(NR_EVENTS);
			usleep(PAUSE_US);
		}
		/* The other tracer's row. */
		while (i + 1 < nr_rows && strncmp(rows[i + 1].name, "LTTng", 5) != 0)
			i++;
		if (!strncmp(rows[i].name, "LTTng", 5))
			break;
	}
}

static void *work(void *arg)
{
	int me = (long)arg, round = 0;
	double least_probe = 0;

	bench_pin(me);
	if (without_rseq)
		drop_rseq();
	if (!crowded)
		go_round();
	for (int rep = -WARM_UP; rep < nr_reps; rep++) {
		for (int k = 0; k < nr_rows; k++) {
			int row = (k + rep + WARM_UP) % nr_rows;
			int calm;
			double ns;

			/* Time for the readers, while nothing is measured. */
			if (rows[row].event)
				usleep(PAUSE_US);
			meet(me, ++round);
			calm = is_quiet(probe(), &least_probe);
			ns = time_row(&rows[row], &least[me][row]);
			calm &= is_quiet(probe(), &least_probe);
			if (rep < 0)
				continue;
			samples[me][row * nr_reps + rep] = ns;
			quiet[me][row * nr_reps + rep] = (char)calm;
		}
	}
	return NULL;
}

static void print_string(const char *key, const char *value)
{
	if (value)
		printf("\"%s\":\"%s\",", key, value);
	else
		printf("\"%s\":null,", key);
}

static void print_row(int row)
{
	size_t nr = (size_t)nr_threads * nr_reps, nr_quiet = 0;
	double *all = calloc(nr, sizeof(*all)), *calm = calloc(nr, sizeof(*calm));
	double median_ns, all_ns, min_ns = 1e9;

	if (!all || !calm)
		exit(1);
	for (int i = 0; i < nr_threads; i++) {
		double ns = least[i][row].row - least[i][row].base;

		if (ns < min_ns)
			min_ns = ns;
		for (int rep = 0; rep < nr_reps; rep++) {
			all[i * nr_reps + rep] = samples[i][row * nr_reps + rep];
			if (quiet[i][row * nr_reps + rep])
				calm[nr_quiet++] = samples[i][row * nr_reps + rep];
		}
	}
	all_ns = bench_median(all, (long)nr);
	median_ns = nr_quiet >= MIN_QUIET ? bench_median(calm, (long)nr_quiet) : all_ns;
	printf("{");
	print_string("row", rows[row].name);
	print_string("event", rows[row].event);
	print_string("peer", rows[row].peer);
	printf("\"events\":%ld,\"min_ns\":%.3f,\"median_ns\":%.3f,\"all_ns\":%.3f,\"quiet\":%.2f}"
	       "\n",
	       rows[row].event ? rows[row].n * (nr_reps + WARM_UP) * nr_threads : 0, min_ns,
	       median_ns, all_ns, (double)nr_quiet / nr);
	free(all);
	free(calm);
}

static void add_rows(const struct row *table)
{
	for (; table->name && nr_rows < MAX_ROWS; table++)
		rows[nr_rows++] = *table;
}

/* The first event of a table, which is the plain one. */
static void add_one(const struct row *table)
{
	while (table->name && !table->event)
		table++;
	if (table->name)
		rows[nr_rows++] = *table;
}

static int take_rows(const char *table)
{
	add_rows(common_rows);
	if (!strcmp(table, "events")) {
		add_rows(ust_rows);
		add_rows(compat_rows);
		add_rows(lttng_rows);
	} else if (!strcmp(table, "work")) {
		add_rows(work_rows);
		add_rows(lttng_work_rows);
		return bench_work_init();
	} else if (!strcmp(table, "path")) {
		add_rows(clockless_rows);
		add_rows(path_rows);
		add_rows(lttng_path_rows);
		return bench_work_init() || bench_path_init();
	} else if (!strcmp(table, "one")) {
		add_one(path_rows);
		add_one(lttng_path_rows);
	} else {
		return -1;
	}
	return 0;
}

static void fill(void)
{
	puts("ready");
	fflush(stdout);
	if (getchar() == EOF)
		exit(1);
	for (int i = 0; i < nr_rows; i++)
		if (rows[i].event)
			rows[i].run(NR_FILL);
}

int main(int argc, char **argv)
{
	pthread_t threads[MAX_THREADS];
	char text[256];
	int i;

	nr_threads = argc > 1 ? atoi(argv[1]) : 1;
	nr_reps = argc > 2 ? atoi(argv[2]) : 200;
	crowded = nr_threads > sysconf(_SC_NPROCESSORS_ONLN);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	bench_long = text;
	if (nr_threads < 1 || nr_threads > MAX_THREADS || nr_reps < 1 ||
	    take_rows(argc > 3 ? argv[3] : "events")) {
		fprintf(stderr,
			"usage: latency THREADS(1-%d) REPETITIONS events|work|path|one "
			"[norseq] [fill]; \"path\" needs a session that records bench:one\n",
			MAX_THREADS);
		return 2;
	}
	ticks_per_ns = bench_ticks_per_ns();
	for (i = 0; i < nr_threads; i++) {
		samples[i] = calloc(nr_rows * nr_reps, sizeof(*samples[i]));
		quiet[i] = calloc(nr_rows * nr_reps, sizeof(*quiet[i]));
		if (!samples[i] || !quiet[i])
			return 1;
	}
	for (i = 4; i < argc; i++) {
		if (!strcmp(argv[i], "norseq"))
			without_rseq = 1;
		else if (!strcmp(argv[i], "fill"))
			fill();
	}
	for (long n = 0; n < nr_threads; n++)
		pthread_create(&threads[n], NULL, work, (void *)n);
	for (i = 0; i < nr_threads; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < nr_rows; i++)
		print_row(i);
	return 0;
}
