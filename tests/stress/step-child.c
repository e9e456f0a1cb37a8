/* SPDX-License-Identifier: GPL-2.0-only */
/* The child that is stepped. */
#include "step.h"

#include <linux/rseq.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ust/abi/packet.h>

struct step_log *step_log;

const struct step_case step_cases[] = {
	{"words1", STRESS_WORDS1, 0, 0},
	{"words2", STRESS_WORDS2, 0, 0},
	{"words4", STRESS_WORDS4, 0, 0},
	{"copy", STRESS_COPY, 0, 0},
	{"string1-short", STRESS_SHORT1, 0, 0},
	{"string1-long", STRESS_LONG1, 0, 0},
	{"string4-short", STRESS_SHORT4, 0, 0},
	{"string4-long", STRESS_LONG4, 0, 0},
	{"empty", STRESS_EMPTY, 0, 0},
	{"wide", STRESS_WIDE, 0, 0},
	{"args", STRESS_ARGS, 0, 0},
	{"large", STRESS_SIZED, 1500, 0},
	{"too-large", STRESS_SIZED, 5000, 0},
	{"first", STRESS_WORDS1, 0, STEP_FIRST},
	{"first-string", STRESS_SHORT1, 0, STEP_FIRST},
	{"switch", STRESS_WORDS1, 0, STEP_SWITCH},
	{"switch-overwrite", STRESS_WORDS1, 0, STEP_SWITCH | STEP_OVERWRITE},
	{"slack", STRESS_WORDS1, 0, STEP_SLACK},
	{"extended", STRESS_WORDS1, 0, STEP_DEADLINE},
	{"full", STRESS_WORDS1, 0, STEP_FULL},
	{"kick", STRESS_WORDS1, 0, STEP_KICK},
	{"norseq", STRESS_WORDS1, 0, STEP_NORSEQ},
	{"norseq-string", STRESS_SHORT4, 0, STEP_NORSEQ},
	{"norseq-string-long", STRESS_LONG1, 0, STEP_NORSEQ},
	{"norseq-args", STRESS_ARGS, 0, STEP_NORSEQ},
	{"norseq-large", STRESS_SIZED, 1500, STEP_NORSEQ},
	{"norseq-switch", STRESS_WORDS1, 0, STEP_NORSEQ | STEP_SWITCH},
	{"norseq-switch-overwrite", STRESS_WORDS1, 0, STEP_NORSEQ | STEP_SWITCH | STEP_OVERWRITE},
	{"norseq-full", STRESS_WORDS1, 0, STEP_NORSEQ | STEP_FULL},
	{"norseq-kick", STRESS_WORDS1, 0, STEP_NORSEQ | STEP_KICK},
};
const unsigned int nr_step_cases = sizeof(step_cases) / sizeof(step_cases[0]);

/* The section of descriptors, one for each sequence. */
extern const struct rseq_cs __start___rseq_cs[] __attribute__((visibility("hidden")));
extern const struct rseq_cs __stop___rseq_cs[] __attribute__((visibility("hidden")));

int step_in_sequence(uint64_t ip)
{
	const struct rseq_cs *cs;

	for (cs = __start___rseq_cs; cs < __stop___rseq_cs; cs++) {
		if (ip - cs->start_ip < cs->post_commit_offset)
			return 1;
	}
	return 0;
}

static void emit(unsigned int tag, unsigned int id, uint32_t size)
{
	struct stress_who who = {.tag = tag, .id = id, .seq = step_log->started[tag]};

	__atomic_store_n(&step_log->started[tag], who.seq + 1, __ATOMIC_RELAXED);
	stress_emit(&who, size);
	__atomic_store_n(&step_log->finished[tag], who.seq + 1, __ATOMIC_RELAXED);
}

static struct rseq *rseq_area(void)
{
	return (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
}

static void drop_rseq(uint32_t cpu_id)
{
	syscall(SYS_rseq, rseq_area(), 32, RSEQ_FLAG_UNREGISTER, 0x53053053);
	rseq_area()->cpu_id = cpu_id;
	rseq_area()->cpu_id_start = (int32_t)cpu_id < 0 ? 0 : cpu_id;
}

static void on_record(int sig)
{
	(void)sig;
	emit(STEP_TAG_HANDLER, STRESS_WORDS1, 0);
	emit(STEP_TAG_HANDLER, STRESS_SHORT4, 0);
	if (step_log->stop_in_handler)
		__asm__ __volatile__("int3");
}

static void on_no_cpu(int sig)
{
	drop_rseq(sig == STEP_SIG_NOCPU ? UINT32_MAX : INT32_MAX);
}

static void *other(void *arg)
{
	(void)arg;
	emit(STEP_TAG_OTHER, STRESS_WORDS1, 0);
	emit(STEP_TAG_OTHER, STRESS_ARGS, 0);
	return NULL;
}

static struct ust_ring_shm *my_ring(const struct stress_rig *rig, int norseq)
{
	uint32_t index = norseq ? rig->geo.nr_rings : 0;

	return (struct ust_ring_shm *)(rig->map + UST_RINGS_OFFSET +
				       ((uint64_t)index << rig->geo.ring_shift));
}

/* Records until less than @room bytes are left in the sub-buffer, but not into the next. */
static void fill(const struct stress_rig *rig, int norseq, uint64_t room)
{
	const struct ust_ring_shm *shm = my_ring(rig, norseq);
	uint64_t event = (norseq ? UST_EVENT_HEADER_EXTENDED : UST_EVENT_HEADER_COMPACT) + 4 + 8;

	while (-shm->offset % rig->geo.subbuf_size > event &&
	       -shm->offset % rig->geo.subbuf_size >= room)
		emit(STEP_TAG_MAIN, STRESS_WORDS1, 0);
}

static void prepare(const struct stress_rig *rig, const struct step_case *c)
{
	int norseq = (c->flags & STEP_NORSEQ) != 0;
	unsigned int i, laps = c->flags & (STEP_OVERWRITE | STEP_FULL) ? rig->geo.nr_subbufs : 1;
	pthread_t thread;

	if (c->flags & STEP_FIRST) {
		pthread_create(&thread, NULL, other, NULL);
		pthread_join(thread, NULL);
		return;
	}
	emit(STEP_TAG_MAIN, STRESS_WORDS1, 0);
	emit(STEP_TAG_MAIN, STRESS_SHORT1, 0);
	emit(STEP_TAG_MAIN, STRESS_ARGS, 0);
	emit(STEP_TAG_MAIN, STRESS_WORDS1, 0);
	if (c->flags & (STEP_SWITCH | STEP_FULL)) {
		for (i = 0; i < laps; i++) {
			if (i)
				emit(STEP_TAG_MAIN, STRESS_WORDS1, 0);
			fill(rig, norseq, 0);
		}
	}
	if (c->flags & STEP_SLACK)
		fill(rig, norseq, UST_RING_SLACK - 8);
	if (c->flags & STEP_DEADLINE)
		my_ring(rig, norseq)->deadline = 0;
	if (c->flags & STEP_KICK) {
		my_ring(rig, norseq)->reader = UST_READER_EVENT;
		my_ring(rig, norseq)->limit = 0;
	}
}

static void __attribute__((noinline)) measured(const struct step_case *c)
{
	__atomic_store_n(&step_log->phase, 1, __ATOMIC_SEQ_CST);
	__asm__ __volatile__("int3" : : : "memory");
	emit(STEP_TAG_MAIN, c->id, c->size);
	__atomic_store_n(&step_log->phase, 2, __ATOMIC_SEQ_CST);
	__asm__ __volatile__("int3" : : : "memory");
}

void step_child(struct stress_rig *rig, const struct step_case *c, enum step_mode mode)
{
	struct sigaction record = {.sa_handler = on_record};
	struct sigaction no_cpu = {.sa_handler = on_no_cpu};
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
	sigaction(STEP_SIG_RECORD, &record, NULL);
	sigaction(STEP_SIG_NOCPU, &no_cpu, NULL);
	sigaction(STEP_SIG_BADCPU, &no_cpu, NULL);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	if (c->flags & STEP_NORSEQ)
		drop_rseq(UINT32_MAX);
	else if (mode == STEP_DRY)
		drop_rseq(0);
	stress_rig_open(rig);
	prepare(rig, c);
	measured(c);
	emit(STEP_TAG_MAIN, STRESS_WORDS1, 0);
	emit(STEP_TAG_MAIN, STRESS_LONG1, 0);
	_exit(0);
}
