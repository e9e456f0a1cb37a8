/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Torture of the ring: more threads than CPUs, signal handlers that record, threads that are moved
 * between CPUs all the time, threads without rseq, a live reader that decodes every byte.
 *
 *	torture [name=value | --name value]...
 *
 *	threads=8 seconds=5 minutes=0	how many, how long
 *	subbuf=65536 nr=8 overwrite=0	geometry
 *	norseq=0	so many of the threads have no rseq
 *	large=0		1: some events of several KiB
 *	sizes=0		1: events of all sizes up to more than a sub-buffer, which must be refused
 *	hz=4000		signals for each CPU and second
 *	move=1		threads are moved between CPUs all the time
 *	forks=0		1: a thread forks children that record
 *	storm=0		1: a thread creates threads that record
 *	pause=0		1: the reader stops at random for up to 0.2 s
 *	sleep=0		1: the reader sleeps as in ustd, and misses no bell
 *	toggle=0	1: the buffers are taken away and given again all the time, as by sessions
 *	kills=0		so many times the writers are a child process that is killed with SIGKILL
 *			at a random moment; what it had recorded before must be in its buffers
 *	seed=1		of what is random
 *
 * Compiled with injection points, time is divided among them and what is done there, and with kills
 * the child dies at each point in turn, or while a thread has stopped there.
 *
 * Exit status 0 if nothing was wrong.
 */
#include <inttypes.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ust/ring/fused.h>

#include "decode.h"
#include "rig.h"
#include "shapes.h"
#include "writers.h"

#ifdef UST_INJECT_HEADER
#include "inject.h"
#endif

static unsigned int opt_seconds = 5, opt_minutes, opt_subbuf = 65536, opt_nr = 8, opt_overwrite,
		    opt_pause, opt_sleep, opt_kills, opt_toggle, opt_seed = 1;
static struct stress_writers_opts writers = {.threads = 8, .hz = 4000, .move = 1};

static struct stress_rig rig;
static struct stress_decoder decoder;
static struct stress_counts *counts;
static struct ust_doorbell_shm *bell;
static uint64_t nr_sleeps, nr_bells;
static uint64_t errors;

static void parse(int argc, char **argv)
{
	static const struct {
		const char *name;
		unsigned int *value;
	} opts[] = {
		{"threads", &writers.threads},
		{"seconds", &opt_seconds},
		{"minutes", &opt_minutes},
		{"subbuf", &opt_subbuf},
		{"nr", &opt_nr},
		{"overwrite", &opt_overwrite},
		{"norseq", &writers.norseq},
		{"large", &writers.large},
		{"sizes", &writers.sizes},
		{"hz", &writers.hz},
		{"move", &writers.move},
		{"forks", &writers.forks},
		{"storm", &writers.storm},
		{"pause", &opt_pause},
		{"sleep", &opt_sleep},
		{"kills", &opt_kills},
		{"seed", &opt_seed},
		{"toggle", &opt_toggle},
	};
	int i;

	for (i = 1; i < argc; i++) {
		const char *name = argv[i] + (strncmp(argv[i], "--", 2) ? 0 : 2), *value;
		size_t j, len = strcspn(name, "=");

		value = name[len] ? name + len + 1 : name == argv[i] ? NULL : argv[++i];
		for (j = 0; j < sizeof(opts) / sizeof(opts[0]); j++) {
			if (strlen(opts[j].name) == len && !strncmp(name, opts[j].name, len))
				break;
		}
		if (j == sizeof(opts) / sizeof(opts[0]) || !value) {
			fprintf(stderr, "torture: unknown argument '%s'\n", name);
			exit(2);
		}
		*opts[j].value = (unsigned int)atoi(value);
	}
	if (!writers.threads || writers.threads > STRESS_MAX_THREADS || !writers.hz) {
		fprintf(stderr, "torture: 1 to %d threads, hz of 1 or more\n", STRESS_MAX_THREADS);
		exit(2);
	}
	opt_seconds += opt_minutes * 60;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Each event's thread is one that recorded, and the one its tag says. */
static void on_event(void *data, const struct stress_who *who, uint32_t tid)
{
	(void)data;
	if (!stress_tid_known(counts, tid))
		stress_fail(&decoder, "an event of tid %u, which never recorded", tid);
	if (who->tag < STRESS_TAG_STORM &&
	    (who->tag >= 2 * writers.threads || counts->tids[who->tag / 2] != (pid_t)tid))
		stress_fail(&decoder, "an event of tag %u has tid %u", who->tag, tid);
}

static void reset_decoder(void)
{
	stress_decoder_init(&decoder, &rig);
	decoder.on_event = on_event;
	decoder.lazy_order = STRESS_TAG_STORM;
}

/* 1 if a writer should have rung: a sub-buffer was closed, or anything recorded, since it was
 * asked. */
static int overdue(const struct ust_reader *reader, enum ust_reader_state state)
{
	uint64_t off = __atomic_load_n(&reader->shm->offset, __ATOMIC_ACQUIRE);
	uint64_t end = (reader->taken & ~(reader->subbuf_size - 1)) + reader->subbuf_size;

	if (__atomic_load_n(&reader->shm->reader, __ATOMIC_RELAXED) != state)
		return 0;
	return state == UST_READER_SWITCH ? off >= end : off != reader->asleep_at;
}

/* Sleeps until a writer rings. A writer may be preempted between its event and the bell, but not
 * for seconds. */
static void sleep_for_bell(void)
{
	enum ust_reader_state state = nr_sleeps % 3 ? UST_READER_SWITCH : UST_READER_EVENT;
	const struct timespec timeout = {0, 20000000};
	uint32_t i, nr = 2 * rig.geo.nr_rings,
		    seen = __atomic_load_n(&bell->rings, __ATOMIC_SEQ_CST);
	uint64_t begin = now_ms();
	int busy = 0;

	for (i = 0; i < nr; i++)
		busy |= ust_reader_sleep(&decoder.streams[i].reader, state);
	if (!busy) {
		int late;

		nr_sleeps++;
		syscall(SYS_futex, &bell->rings, FUTEX_WAIT, seen, &timeout, NULL, 0);
		do {
			late = 0;
			for (i = 0; i < nr; i++)
				late |= overdue(&decoder.streams[i].reader, state);
			if (late && __atomic_load_n(&bell->rings, __ATOMIC_SEQ_CST) == seen)
				usleep(1000);
			else
				late = 0;
		} while (late && now_ms() < begin + 10000);
		if (late)
			stress_fail(&decoder, "a bell was missed");
		nr_bells += __atomic_load_n(&bell->rings, __ATOMIC_SEQ_CST) != seen;
	}
	for (i = 0; i < nr; i++)
		ust_reader_wake(&decoder.streams[i].reader);
}

static void read_turn(void)
{
	if (opt_overwrite) {
		stress_decoder_salvage(&decoder, 1);
		usleep(20000);
		return;
	}
	stress_decoder_drain(&decoder);
	if (opt_sleep)
		sleep_for_bell();
	else
		usleep(20);
	if (opt_pause && rand() % 300 == 0)
		usleep((useconds_t)rand() % 200000);
}

/* Everything emitted was decoded or counted lost. @in_flight: how many events may have been under
 * way when their writers were killed. */
static void check_sums(uint64_t in_flight)
{
	uint64_t emitted = 0, decoded = decoder.empty, lost = stress_rig_lost(&rig), huge = 0;
	uint64_t ledger = stress_rig_ledger_all(&rig);
	uint64_t refused = stress_rig_ledger(&rig, STRESS_SIZED, UST_LOST_TOO_LARGE);
	unsigned int i;

	for (i = 0; i < 256; i++) {
		emitted += counts->tag[i].seq;
		huge += counts->tag[i].too_large;
		decoded += decoder.got[i];
	}
	for (i = 0; i < rig.geo.nr_rings; i++) {
		if (opt_overwrite && decoder.streams[i].reader.shm->lost)
			stress_fail(&decoder, "ring %u lost events in overwrite mode", i);
	}
	if (decoder.got[STRESS_TAG_FORKED])
		stress_fail(&decoder, "%" PRIu64 " events of forked children",
			    decoder.got[STRESS_TAG_FORKED]);
	if (!opt_overwrite && (decoded + lost > emitted || decoded + lost + in_flight < emitted))
		stress_fail(&decoder,
			    "%" PRIu64 " emitted, but %" PRIu64 " decoded and %" PRIu64 " lost",
			    emitted, decoded, lost);
	if (refused > huge || refused + in_flight < huge)
		stress_fail(&decoder, "%" PRIu64 " too large, but %" PRIu64 " counted so", huge,
			    refused);
	if (ledger > lost || ledger + in_flight < lost)
		stress_fail(&decoder, "%" PRIu64 " lost, but %" PRIu64 " in the ledger", lost,
			    ledger);
	printf("%" PRIu64 " emitted, %" PRIu64 " decoded in %" PRIu64 " packets, %" PRIu64
	       " lost (%" PRIu64 " too large), %" PRIu64 " signals, %" PRIu64 " forks, %" PRIu64
	       " threads, %" PRIu64 " bells in %" PRIu64 " sleeps, %" PRIu64 " errors\n",
	       emitted, decoder.events, decoder.packets, lost, refused, counts->signals,
	       counts->forked, counts->spawned, nr_bells, nr_sleeps, decoder.errors);
}

#ifdef UST_INJECT_HEADER
/* The whole matrix of points and kinds within the time given. */
static void inject_turn(uint64_t elapsed, uint64_t total)
{
	static int last = -1;
	int nr = (STRESS_INJECT_POINTS - 1) * (STRESS_INJECT_NR - 1);
	int cell = (int)(elapsed * (uint64_t)nr / total);

	stress_inject_spin_all(2000);
	if (cell != last && cell < nr)
		stress_inject_set(1 + cell % (STRESS_INJECT_POINTS - 1),
				  (enum stress_inject_kind)(1 + cell / (STRESS_INJECT_POINTS - 1)));
	last = cell;
}

static void inject_report(void)
{
	int i;

	stress_inject_set(0, STRESS_INJECT_NONE);
	for (i = 1; i < STRESS_INJECT_POINTS; i++) {
		printf("point %d: %lu times\n", i, stress_inject_hits(i));
		/* Salvage alone comes to 18. */
		if (writers.norseq && opt_sleep && i != 18 && !stress_inject_hits(i))
			stress_fail(&decoder, "nobody came to point %d", i);
	}
}
#else
static void inject_turn(uint64_t elapsed, uint64_t total)
{
	(void)elapsed;
	(void)total;
}

static void inject_report(void)
{
}
#endif

static void map_bell(void)
{
	bell = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, rig.bell_fd, 0);
	if (bell == MAP_FAILED)
		exit(2);
}

static void run(void)
{
	uint64_t begin = now_ms(), total = opt_seconds * 1000ull;

	stress_rig_init(&rig, opt_subbuf, opt_nr, (int)opt_overwrite);
	map_bell();
	stress_rig_open(&rig);
	writers.max_sized = stress_rig_max_sized(&rig);
	reset_decoder();
	stress_writers_start(&writers, counts);
	do {
		inject_turn(now_ms() - begin, total);
		read_turn();
	} while (now_ms() < begin + total && !decoder.errors);
	inject_report();
	stress_writers_stop();
	if (opt_overwrite)
		stress_decoder_salvage(&decoder, 1);
	else
		stress_decoder_drain(&decoder);
	check_sums(0);
	errors += decoder.errors;
}

/* Sessions come and go while the writers write: after the grace period nothing moves any more, and
 * the writer's mapping can go. What was recorded is whole; how much that is, nobody counts. */
static void run_toggled(void)
{
	uint64_t begin = now_ms(), total = opt_seconds * 1000ull, times = 0, events = 0, before;

	stress_rig_init(&rig, opt_subbuf, opt_nr, (int)opt_overwrite);
	writers.max_sized = stress_rig_max_sized(&rig);
	stress_rig_open(&rig);
	stress_writers_start(&writers, counts);
	do {
		reset_decoder();
		usleep(500 + (useconds_t)rand() % 3000);
		stress_decoder_drain(&decoder);
		if (stress_rig_close(&rig))
			stress_fail(&decoder, "the writers did not leave");
		stress_decoder_drain(&decoder);
		before = decoder.events;
		usleep(500);
		stress_decoder_drain(&decoder);
		if (decoder.events != before)
			stress_fail(&decoder, "%" PRIu64 " events after the grace period",
				    decoder.events - before);
		times++;
		events += decoder.events;
		errors += decoder.errors;
		stress_decoder_fini(&decoder);
		stress_rig_clear(&rig);
		if (!errors)
			stress_rig_open(&rig);
	} while (now_ms() < begin + total && !errors);
	stress_writers_stop();
	printf("%" PRIu64 " times, %" PRIu64 " events, %" PRIu64 " errors\n", times, events,
	       errors);
}

static void write_until_killed(unsigned int round)
{
	stress_rig_open(&rig);
	writers.max_sized = stress_rig_max_sized(&rig);
	stress_writers_start(&writers, counts);
#ifdef UST_INJECT_HEADER
	usleep(3000);
	stress_inject_set(1 + (int)(round % 14),
			  round / 14 & 1 ? STRESS_INJECT_STALL : STRESS_INJECT_KILL);
#else
	(void)round;
#endif
	for (;;)
		pause();
}

/* The buffers are shared memory that both processes map; the child makes its own channel on it. In
 * two rounds of three they are also read while it lives. */
static void run_killed(unsigned int round)
{
	uint64_t begin, life_ms = 5 + (uint64_t)rand() % 40;
	pid_t child;

	memset(counts, 0, sizeof(*counts));
	stress_rig_init(&rig, opt_subbuf, opt_nr, (int)opt_overwrite);
	child = fork();
	if (!child)
		write_until_killed(round);
	reset_decoder();
	begin = now_ms();
	while (now_ms() < begin + life_ms) {
		if ((round % 3) && !opt_overwrite)
			stress_decoder_drain(&decoder);
		usleep(200);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	stress_decoder_salvage(&decoder, 0);
	/* One event of each thread, and one of the handler that interrupted it. */
	check_sums(2 * writers.threads + 8);
	errors += decoder.errors;
	stress_decoder_fini(&decoder);
	stress_rig_fini(&rig);
}

int main(int argc, char **argv)
{
	unsigned int i;

	parse(argc, argv);
	srand(opt_seed);
	stress_shapes_init(STRESS_SIZE_MAX);
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (counts == MAP_FAILED)
		return 2;
	if (opt_toggle)
		run_toggled();
	else if (!opt_kills)
		run();
	for (i = 0; i < opt_kills && !errors; i++)
		run_killed(i);
	return errors != 0;
}
