/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Torture of the ring: more threads than CPUs, signal handlers that record, threads that are moved
 * between CPUs all the time, threads without rseq, a live reader that decodes every byte. Every
 *event carries its thread, a sequence number and a payload made from both, so that a torn, lost,
 * duplicated or misplaced event is seen.
 *
 *	torture [threads=8] [seconds=5] [subbuf=65536] [nr=8] [overwrite=0] [norseq=0] [large=0]
 *		[kills=0]
 *
 * With kills=N, N times: the writers are a child process that is killed with SIGKILL at a random
 * moment; everything that it had recorded before must be in its buffers.
 *
 * Exit status 0 if nothing was wrong.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/rseq.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ust/abi/control.h>
#include <ust/abi/packet.h>
#include <ust/ring/fused.h>

#include "libust/channel/channel.h"
#include "libust/os/thread.h"
#include "libust/probe/dispatch.h"
#include "libust/ring/read.h"

#define MAX_THREADS 64
#define NR_TAGS (2 * MAX_THREADS)

static unsigned int opt_threads = 8, opt_seconds = 5, opt_subbuf = 65536, opt_nr = 8, opt_overwrite,
		    opt_norseq, opt_large, opt_kills;

/* Event ids: one for each shape; WIDE has an id that needs the wide header. */
enum { ID_INT = 1, ID_STRING = 2, ID_MIXED = 3, ID_ARGS = 4, ID_WIDE = 40, ID_BIG = 41 };
static struct ust_site_state states[64];

struct counter {
	uint64_t seq;
} __attribute__((aligned(64)));
static struct counter *counters; /* shared with the child that is killed */
static volatile int stop, go;
static __thread int my_index = -1;
static pid_t *tids;
static uint64_t nr_signals, nr_errors, nr_decoded, nr_packets;

static void fail(const char *fmt, ...)
{
	va_list ap;

	if (nr_errors++ > 20)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static void make_string(char *buf, unsigned int tag, uint64_t seq)
{
	uint64_t hash = (seq * 0x9E3779B97F4A7C15ull) >> 20;
	unsigned int i, len = (hash >> 7) % 19 ? hash % 16 : 16 + (hash >> 3) % 200;

	for (i = 0; i < len; i++)
		buf[i] = (char)('A' + (seq + tag + i) % 57);
	buf[len] = '\0';
}

static unsigned int id_of(uint64_t seq)
{
	static const unsigned int ids[] = {ID_INT, ID_STRING, ID_MIXED, ID_WIDE, ID_ARGS, ID_INT};

	if (opt_large && seq % 1000 == 7)
		return ID_BIG;
	return ids[seq % 6];
}

static unsigned int big_size(uint64_t seq)
{
	return 1100 + (unsigned int)(seq / 1000 * 37 % 5000);
}

static void emit(unsigned int tag)
{
	uint64_t seq = __atomic_fetch_add(&counters[tag].seq, 1, __ATOMIC_RELAXED);
	uint64_t word = (uint64_t)tag << 48 | seq;
	unsigned int id = id_of(seq);
	struct ust_arg args[3];
	char s[256], big[8192];

	switch (id) {
	case ID_INT:
	case ID_WIDE:
		ust_fused_words1(&states[id], word, 8);
		break;
	case ID_STRING:
		make_string(s, tag, seq);
		ust_fused_string1(&states[id], word, 8, s);
		break;
	case ID_MIXED:
		make_string(s, tag, seq);
		ust_fused_string4(&states[id], word, ~word, word ^ 0x5555, 0, 23, s);
		break;
	case ID_ARGS:
		make_string(s, tag, seq);
		args[0] =
			(struct ust_arg){.bits = word, .word = UST_FIELD_WORD(UST_TYPE_U64, 0, 0)};
		args[1] = (struct ust_arg){.ptr = s, .word = UST_FIELD_WORD(UST_TYPE_STRING, 0, 0)};
		args[2] =
			(struct ust_arg){.bits = ~word, .word = UST_FIELD_WORD(UST_TYPE_U64, 0, 0)};
		states[id].ops->record_args(&states[id], args, 3, NULL);
		break;
	case ID_BIG:
		memset(big, (int)(seq & 0xff), sizeof(big));
		args[0] =
			(struct ust_arg){.bits = word, .word = UST_FIELD_WORD(UST_TYPE_U64, 0, 0)};
		args[1] = (struct ust_arg){.ptr = big,
					   .len = big_size(seq),
					   .word = UST_FIELD_WORD(UST_TYPE_U8, UST_FIELD_SEQ, 0)};
		states[id].ops->record_args(&states[id], args, 2, NULL);
		break;
	}
}

static void on_signal(int sig)
{
	(void)sig;
	if (my_index < 0)
		return;
	__atomic_fetch_add(&nr_signals, 1, __ATOMIC_RELAXED);
	emit((unsigned int)my_index * 2 + 1);
	emit((unsigned int)my_index * 2 + 1);
}

static void *writer(void *arg)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
	struct itimerspec spec = {{0, 300000}, {0, 1000000}};
	timer_t timer;

	my_index = (int)(long)arg;
	tids[my_index] = gettid();
	if ((unsigned int)my_index < opt_norseq)
		syscall(SYS_rseq, (char *)__builtin_thread_pointer() + __rseq_offset, 32,
			RSEQ_FLAG_UNREGISTER, 0x53053053);
	event._sigev_un._tid = gettid();
	timer_create(CLOCK_MONOTONIC, &event, &timer);
	timer_settime(timer, 0, &spec, NULL);
	while (!go)
		usleep(100);
	while (!stop)
		emit((unsigned int)my_index * 2);
	timer_delete(timer);
	return NULL;
}

static void *mover(void *arg)
{
	unsigned int seed = 1, nr_cpus = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);

	(void)arg;
	while (!stop) {
		cpu_set_t set;

		CPU_ZERO(&set);
		seed = seed * 1103515245 + 12345;
		CPU_SET((seed >> 8) % nr_cpus, &set);
		sched_setaffinity(tids[(seed >> 16) % opt_threads], sizeof(set), &set);
		usleep(50);
	}
	return NULL;
}

/* ---- the reader: decodes and checks every byte ---- */

struct stream {
	struct ust_reader reader;
	uint64_t number, clock, last_seq[NR_TAGS];
	int begun;
};
static struct stream *streams;
static uint64_t got[NR_TAGS];
static unsigned int nr_streams;

static uint64_t check_payload(const unsigned char *p, unsigned int id, uint64_t *ret_word)
{
	uint64_t word, other, len = 8;
	char s[256];

	memcpy(&word, p, 8);
	*ret_word = word;
	make_string(s, (unsigned int)(word >> 48), word << 16 >> 16);
	switch (id) {
	case ID_STRING:
	case ID_ARGS:
		if (strcmp((const char *)p + 8, s))
			fail("torn string in event %u", id);
		len += strlen(s) + 1;
		if (id == ID_ARGS) {
			memcpy(&other, p + len, 8);
			if (other != ~word)
				fail("torn args event");
			len += 8;
		}
		break;
	case ID_MIXED:
		memcpy(&other, p + 8, 8);
		if (other != ~word || strcmp((const char *)p + 23, s))
			fail("torn mixed event");
		len = 23 + strlen(s) + 1;
		break;
	case ID_BIG: {
		uint32_t i, n;

		memcpy(&n, p + 8, 4);
		if (n != big_size(word << 16 >> 16))
			fail("torn big event");
		for (i = 0; i < n && !nr_errors; i++) {
			if (p[12 + i] != (unsigned char)word)
				fail("torn big event at %u", i);
		}
		len = 12 + n;
		break;
	}
	}
	return len;
}

static void check_event(struct stream *stream, unsigned int id, uint64_t time, uint64_t word)
{
	unsigned int tag = (unsigned int)(word >> 48);
	uint64_t seq = word << 16 >> 16;

	if (time < stream->clock)
		fail("ring %u: time goes back by %lu", stream->reader.index, stream->clock - time);
	stream->clock = time;
	if (tag >= NR_TAGS || id != id_of(seq)) {
		fail("ring %u: event %u has tag %u seq %lu", stream->reader.index, id, tag, seq);
		return;
	}
	if (seq < stream->last_seq[tag] && stream->reader.fused)
		fail("ring %u: tag %u seq %lu after %lu", stream->reader.index, tag, seq,
		     stream->last_seq[tag]);
	stream->last_seq[tag] = seq + 1;
	got[tag]++;
	nr_decoded++;
}

static void check_piece(struct stream *stream, const struct ust_reader_piece *piece)
{
	const unsigned char *p = piece->bytes, *end = p + piece->len;

	if (!piece->position) {
		if (stream->begun && piece->number <= stream->number)
			fail("packet %lu after %lu", piece->number, stream->number);
		if (!opt_overwrite && stream->begun && piece->number != stream->number + 1)
			fail("packet %lu follows %lu", piece->number, stream->number);
		if (piece->time_begin < stream->clock)
			fail("packet begins before the last event");
		stream->clock = piece->time_begin;
		nr_packets++;
	} else if (piece->number != stream->number) {
		fail("packet %lu continues %lu", piece->number, stream->number);
	}
	stream->number = piece->number;
	stream->begun = 1;
	while (p < end && nr_errors < 20) {
		uint32_t header, id, tid, mask = (1u << UST_EVENT_TIME_BITS) - 1;
		uint64_t time, word;
		uint16_t wide;

		memcpy(&header, p, 4);
		id = header & 31;
		time = (stream->clock & ~(uint64_t)mask) | header >> 5;
		if (time < stream->clock)
			time += (uint64_t)mask + 1;
		p += 4;
		if (id == UST_EVENT_ID_EXTENDED) {
			memcpy(&id, p, 4);
			memcpy(&time, p + 4, 8);
			p += 12;
		} else if (id == UST_EVENT_ID_WIDE) {
			memcpy(&wide, p, 2);
			id = wide;
			p += 2;
		}
		memcpy(&tid, p, 4);
		p += 4;
		if (id > ID_BIG || !states[id].ops) {
			fail("ring %u: id %u", stream->reader.index, id);
			return;
		}
		p += check_payload(p, id, &word);
		check_event(stream, id, time, word);
		if (tids[word >> 49] != (pid_t)tid)
			fail("event of tid %u has tid %u", tids[word >> 49], tid);
	}
	if (p != end)
		fail("ring %u: packet %lu ends at %ld, not %lu", stream->reader.index,
		     piece->number, (long)(p - piece->bytes), piece->len);
	if (stream->clock > piece->time_end)
		fail("ring %u: packet %lu ends %lu before its last event; closed %d begin %lu len "
		     "%lu",
		     stream->reader.index, piece->number, stream->clock - piece->time_end,
		     piece->closed, piece->time_begin, piece->len);
}

static void drain(void)
{
	struct ust_reader_piece piece;
	unsigned int i;
	int ret;

	for (i = 0; i < nr_streams; i++) {
		while ((ret = ust_reader_next(&streams[i].reader, 0, &piece)) > 0) {
			check_piece(&streams[i], &piece);
			ust_reader_release(&streams[i].reader, &piece);
			if (!piece.closed)
				break;
		}
		if (ret < 0)
			fail("ring %u is broken", i);
	}
}

/* A snapshot by a fresh reader, while the writers go on or after them. */
static void snapshot(void *channel, const struct ust_ring_geometry *geo, unsigned char *copy)
{
	unsigned int i;

	for (i = 0; i < nr_streams; i++) {
		struct ust_reader_piece piece;
		uint64_t cursor = 0;

		memset(&streams[i], 0, sizeof(streams[i]));
		ust_reader_init(&streams[i].reader, channel, geo, i);
		while (ust_reader_salvage(&streams[i].reader, 0, copy, &cursor, &piece) > 0)
			check_piece(&streams[i], &piece);
	}
}

static void parse(int argc, char **argv)
{
	static const struct {
		const char *name;
		unsigned int *value;
	} opts[] = {
		{"threads", &opt_threads}, {"seconds", &opt_seconds},     {"subbuf", &opt_subbuf},
		{"nr", &opt_nr},           {"overwrite", &opt_overwrite}, {"norseq", &opt_norseq},
		{"large", &opt_large},     {"kills", &opt_kills},
	};
	int i;

	for (i = 1; i < argc; i++) {
		size_t j, len = strcspn(argv[i], "=");

		for (j = 0; j < sizeof(opts) / sizeof(opts[0]); j++) {
			if (strlen(opts[j].name) == len && !strncmp(argv[i], opts[j].name, len))
				break;
		}
		if (j == sizeof(opts) / sizeof(opts[0]) || !argv[i][len]) {
			fprintf(stderr, "torture: unknown argument '%s'\n", argv[i]);
			exit(2);
		}
		*opts[j].value = (unsigned int)atoi(argv[i] + len + 1);
	}
}

static int channel_fd, bell_fd;

static void *set_up_memory(struct ust_ring_geometry *geo)
{
	unsigned int i;
	void *map;

	*geo = (struct ust_ring_geometry){
		.subbuf_size = opt_subbuf,
		.nr_subbufs = opt_nr,
		.nr_rings = (uint32_t)sysconf(_SC_NPROCESSORS_CONF),
		.overwrite = opt_overwrite,
	};
	if (ust_ring_geometry_fix(geo))
		exit(2);
	channel_fd = memfd_create("torture", 0);
	bell_fd = memfd_create("bell", 0);
	if (channel_fd < 0 || bell_fd < 0 || ftruncate(bell_fd, 4096) ||
	    ftruncate(channel_fd, (off_t)ust_ring_channel_size(geo)))
		exit(2);
	map = mmap(NULL, ust_ring_channel_size(geo), PROT_READ | PROT_WRITE, MAP_SHARED, channel_fd,
		   0);
	if (map == MAP_FAILED)
		exit(2);
	nr_streams = 2 * geo->nr_rings;
	streams = calloc(nr_streams, sizeof(*streams));
	for (i = 0; i < nr_streams; i++)
		ust_reader_init(&streams[i].reader, map, geo, i);
	return map;
}

static void set_up_channel(const struct ust_ring_geometry *geo, struct ust_channel **channel)
{
	static const unsigned int ids[] = {ID_INT, ID_STRING, ID_MIXED, ID_ARGS, ID_WIDE, ID_BIG};
	struct ust_channel_opts opts = {
		.subbuf_size = geo->subbuf_size,
		.nr_subbufs = geo->nr_subbufs,
		.nr_rings = geo->nr_rings,
		.ring_shift = geo->ring_shift,
		.overwrite = geo->overwrite,
		.contexts = UST_CONTEXT_TID,
		.clock = UST_CLOCK_TSC,
		.memfd = channel_fd,
		.doorbell = bell_fd,
	};
	unsigned int i;

	if (ust_channel_create(&opts, channel))
		exit(2);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct ust_event_inst *inst;

		ust_channel_event(*channel, ids[i], &inst);
		states[ids[i]].ops = &ust_site_ops;
		states[ids[i]].rseq_offset = ust_rseq_offset();
		states[ids[i]].thread_offset = ust_thread_offset();
		states[ids[i]].inst = inst;
	}
}

static void start_writers(pthread_t *threads, pthread_t *move)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	unsigned int i;

	sigaction(SIGUSR1, &action, NULL);
	for (i = 0; i < opt_threads; i++)
		pthread_create(&threads[i], NULL, writer, (void *)(long)i);
	for (i = 0; i < opt_threads; i++) {
		while (!*(volatile pid_t *)&tids[i])
			usleep(100);
	}
	pthread_create(move, NULL, mover, NULL);
	go = 1;
}

/* Everything emitted was decoded or counted lost. @in_flight: how many events may have been under
 * way when their writers were killed. */
static void check_sums(uint64_t in_flight)
{
	uint64_t emitted = 0, decoded = 0, lost = 0;
	unsigned int i;

	for (i = 0; i < NR_TAGS; i++) {
		emitted += counters[i].seq;
		decoded += got[i];
	}
	for (i = 0; i < nr_streams; i++) {
		lost += streams[i].reader.shm->lost;
		if (opt_overwrite && streams[i].reader.fused && streams[i].reader.shm->lost)
			fail("ring %u lost events in overwrite mode", i);
	}
	if (!opt_overwrite && (decoded + lost > emitted || decoded + lost + in_flight < emitted))
		fail("%lu emitted, but %lu decoded and %lu lost", emitted, decoded, lost);
	printf("%lu emitted, %lu decoded in %lu packets, %lu lost, %lu signals, %lu errors\n",
	       emitted, nr_decoded, nr_packets, lost, nr_signals, nr_errors);
}

static void run(void)
{
	pthread_t threads[MAX_THREADS], move;
	struct ust_ring_geometry geo;
	struct ust_channel *channel;
	unsigned char *copy;
	struct timespec ts;
	uint64_t deadline;
	unsigned int i;
	void *map;

	map = set_up_memory(&geo);
	set_up_channel(&geo, &channel);
	copy = malloc(geo.subbuf_size);
	start_writers(threads, &move);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	deadline = (uint64_t)ts.tv_sec + opt_seconds;
	do {
		if (opt_overwrite)
			snapshot(map, &geo, copy);
		else
			drain();
		usleep(opt_overwrite ? 20000 : 20);
		clock_gettime(CLOCK_MONOTONIC, &ts);
	} while ((uint64_t)ts.tv_sec < deadline && !nr_errors);
	stop = 1;
	for (i = 0; i < opt_threads; i++)
		pthread_join(threads[i], NULL);
	pthread_join(move, NULL);
	if (opt_overwrite)
		snapshot(map, &geo, copy);
	else
		drain();
	check_sums(0);
	free(copy);
}

/* The buffers are shared memory that both processes map; the child makes its own channel on it. */
static void run_killed(unsigned int round)
{
	unsigned char *copy = malloc(opt_subbuf);
	struct ust_ring_geometry geo;
	struct ust_channel *channel;
	unsigned int i;
	pid_t child;
	void *map;

	memset(counters, 0, NR_TAGS * sizeof(*counters));
	memset(got, 0, sizeof(got));
	memset(tids, 0, MAX_THREADS * sizeof(*tids));
	map = set_up_memory(&geo);
	child = fork();
	if (!child) {
		pthread_t threads[MAX_THREADS], move;

		set_up_channel(&geo, &channel);
		start_writers(threads, &move);
		for (;;)
			pause();
	}
	srand(round);
	usleep(5000 + (useconds_t)rand() % 40000);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		states[i].ops = &ust_site_ops;
	snapshot(map, &geo, copy);
	/* One event of each thread, and one of the handler that interrupted it. */
	check_sums(2 * opt_threads);
	munmap(map, ust_ring_channel_size(&geo));
	close(channel_fd);
	close(bell_fd);
	free(streams);
	free(copy);
}

int main(int argc, char **argv)
{
	size_t size = NR_TAGS * sizeof(*counters) + MAX_THREADS * sizeof(*tids);
	unsigned int i;

	parse(argc, argv);
	counters = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	tids = (pid_t *)(counters + NR_TAGS);
	if (!opt_kills)
		run();
	for (i = 0; i < opt_kills && !nr_errors; i++)
		run_killed(i);
	return nr_errors != 0;
}
