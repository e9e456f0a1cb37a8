// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs threads as coroutines in every order. A depth-first search over the choices at each step; a
 * state that was seen before (shared memory, what each thread knows and has seen, the check's own
 * memory) is not explored again.
 */
#include "trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define MAX_ACTIONS 32
#define SNAPSHOT_ROOM (8ull << 30)

struct model M;
struct thread *self;

static const struct sched_opts *opts;
static struct sched_result *result;
static jmp_buf sched_ctx;
static ucontext_t sched_uc;
static unsigned char stacks[MAX_THREADS][STACK_SIZE] __attribute__((aligned(64)));
static struct {
	struct thread thread;
	unsigned char stack[STACK_SIZE];
} fresh[MAX_THREADS];
static unsigned char *arena, *arena_top;

/* States seen: open addressing. */
static struct seen {
	uint64_t hash;
	double schedules;
} * seen;
static uint64_t seen_size, seen_used;

int model_thread_index(void)
{
	return (int)(self - M.threads);
}

/* Gives the processor back; returns when the thread is to do its next access. */
__attribute__((noinline)) void model_yield(enum op op, const void *addr)
{
	for (;;) {
		/* Below the frame lie this function's spills only, and none is alive. */
		self->low = (unsigned char *)__builtin_frame_address(0) - 256;
		self->op = op;
		self->addr = addr;
		if (!_setjmp(self->ctx))
			_longjmp(sched_ctx, 1);
		if (self->resume == RESUME_RUN)
			break;
		/* A signal handler, on top of what the thread was doing. */
		uint64_t hash = self->hash, base = self->base;
		uint8_t in_sequence = self->in_sequence, tries = self->tries;
		uint8_t switched = self->switched;

		self->in_handler = 1;
		self->in_sequence = self->aborted = 0;
		opts->handler(model_thread_index());
		self->in_handler = 0;
		self->in_sequence = self->aborted = in_sequence;
		self->hash = hash;
		self->base = base;
		self->tries = tries;
		self->switched = switched;
	}
	/* A store leaves no other trace in the thread, and maybe none in the memory. */
	self->hash = mix(self->hash, (uint64_t)op);
	self->early = self->now;
	self->now = M.clock;
}

/* From here on the thread's local state is a function of this number alone. */
void model_forget(uint64_t program_state)
{
	if (self)
		self->hash = mix(mix(1, program_state), (uint64_t)self->in_handler);
}

/* An event begins. */
void model_begin(void)
{
	self->base = mix(self->hash, 2);
	self->tries = self->switched = 0;
}

static void switch_to(int t)
{
	self = &M.threads[t];
	if (!_setjmp(sched_ctx))
		_longjmp(self->ctx, 1);
	self = NULL;
}

static void entry(void)
{
	model_yield(OP_START, NULL);
	opts->run(model_thread_index());
	model_forget(0);
	model_yield(OP_DONE, NULL);
}

static unsigned char *stack_top(int t)
{
	return stacks[t] + STACK_SIZE;
}

void sched_setup(const struct sched_opts *new_opts)
{
	static ucontext_t uc[MAX_THREADS];
	static int t; /* survives the jumps */

	opts = new_opts;
	trace_quiet = opts->quiet;
	trace_depth = 0;
	if (!arena)
		arena = mmap(NULL, SNAPSHOT_ROOM, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	arena_top = arena;
	for (t = 0; t < opts->nr_threads; t++) {
		getcontext(&uc[t]);
		uc[t].uc_stack.ss_sp = stacks[t];
		uc[t].uc_stack.ss_size = STACK_SIZE;
		uc[t].uc_link = &sched_uc;
		makecontext(&uc[t], entry, 0);
		self = &M.threads[t];
		if (!_setjmp(sched_ctx))
			setcontext(&uc[t]);
		fresh[t].thread = M.threads[t];
		memcpy(fresh[t].stack, stacks[t], STACK_SIZE);
	}
	self = NULL;
}

static void save(void)
{
	int t;

	memcpy(arena_top, &M, sizeof(M));
	arena_top += sizeof(M);
	for (t = 0; t < opts->nr_threads; t++) {
		uint64_t len = (uint64_t)(stack_top(t) - M.threads[t].low);

		memcpy(arena_top, M.threads[t].low, len);
		arena_top += (len + 15) & ~15ull;
	}
	if (arena_top > arena + SNAPSHOT_ROOM - (1 << 20) || trace_depth == MAX_DEPTH - 1)
		sched_fail("the search is too deep");
}

static void restore(const unsigned char *from)
{
	int t;

	memcpy(&M, from, sizeof(M));
	from += sizeof(M);
	for (t = 0; t < opts->nr_threads; t++) {
		uint64_t len = (uint64_t)(stack_top(t) - M.threads[t].low);

		memcpy(M.threads[t].low, from, len);
		from += (len + 15) & ~15ull;
	}
}

static uint64_t state_hash(void)
{
	uint64_t h = mix(memory_hash(opts->nr_threads), M.clock), w;
	const unsigned char *p;
	unsigned int i;
	int t;

	h = mix(h, (uint64_t)M.bells << 32 | (uint64_t)M.preemptions << 8 | M.migrations);
	for (i = 0; i < MAX_CPUS; i++)
		h = mix(h, M.cpu_last[i]);
	for (i = 0; i < MAX_EVENTS; i++)
		h = mix(h, (uint64_t)M.events[i].started << 16 | M.events[i].finished << 8 |
				   M.events[i].taken);
	for (p = (const unsigned char *)M.rings; p < (const unsigned char *)(M.rings + MAX_RINGS);
	     p += 8) {
		memcpy(&w, p, 8);
		h = mix(h, w);
	}
	for (t = 0; t < opts->nr_threads; t++) {
		const struct thread *c = &M.threads[t];

		h = mix(h, c->hash);
		h = mix(h, (uint64_t)c->op << 56 | (uint64_t)c->cpu << 48 |
				   (uint64_t)c->in_sequence << 40 | (uint64_t)c->aborted << 32 |
				   (uint64_t)c->in_handler << 24 | (uint64_t)c->signals << 16 |
				   (uint64_t)c->restarts << 8 | c->generation);
		h = mix(h, c->copy_len);
		h = c->copy_len ? mix(h, (uint64_t)(uintptr_t)c->copy_src) : h;
	}
	return h ? h : 1;
}

static struct seen *find_seen(uint64_t hash)
{
	uint64_t i;

	for (i = hash & (seen_size - 1); seen[i].hash && seen[i].hash != hash;)
		i = (i + 1) & (seen_size - 1);
	return &seen[i];
}

static void grow_seen(void)
{
	struct seen *old = seen;
	uint64_t i, old_size = seen_size;

	seen_size = seen_size ? 2 * seen_size : 1 << 16;
	seen = calloc(seen_size, sizeof(*seen));
	for (i = 0; i < old_size; i++) {
		if (old[i].hash)
			*find_seen(old[i].hash) = old[i];
	}
	free(old);
}

/* The thread that would be preempted if @t ran now, or NULL. */
static struct thread *would_preempt(int t)
{
	int last = M.cpu_last[M.threads[t].cpu] - 1;
	struct thread *other;

	if (last < 0 || last == t)
		return NULL;
	other = &M.threads[last];
	return other->cpu == M.threads[t].cpu && other->in_sequence && !other->aborted ? other
										       : NULL;
}

static int runnable(int t)
{
	const struct thread *c = &M.threads[t];

	switch (c->op) {
	case OP_DONE:
		return 0;
	case OP_BELL:
		return M.bells != c->bells;
	case OP_ORDER:
	case OP_COPIED:
	case OP_SETTLE:
		return !c->copy_len;
	default:
		return 1;
	}
}

static int add_action(struct action *list, int n, int kind, int t, int choice)
{
	if (n == MAX_ACTIONS)
		sched_fail("too many choices");
	list[n].kind = (uint8_t)kind;
	list[n].thread = (uint8_t)t;
	list[n].choice = (uint16_t)choice;
	return n + 1;
}

static int actions(struct action *list)
{
	int t, i, n = 0;

	for (t = 0; t < opts->nr_threads; t++) {
		const struct thread *c = &M.threads[t];

		if (c->copy_len) {
			n = add_action(list, n, COPY, t, COPY_NEWEST);
			n = add_action(list, n, COPY, t, COPY_OLDEST);
			if (model_torn && c->copy_len <= MODEL_SHORT) {
				n = add_action(list, n, COPY, t, COPY_FIRST);
				n = add_action(list, n, COPY, t, COPY_LAST);
			}
		}
		if (c->restarts && c->op != OP_DONE && c->op != OP_START)
			n = add_action(list, n, RESTART, t, 0);
		if (would_preempt(t) && !M.preemptions)
			continue;
		if (runnable(t)) {
			for (i = 0; i < memory_nr_choices(c); i++)
				n = add_action(list, n, RUN, t, i);
		}
		if (c->signals && c->op != OP_START && c->op != OP_DONE && !c->in_handler)
			n = add_action(list, n, SIGNAL, t, 0);
		if (M.migrations && c->cpu < 2 && c->op != OP_START && c->op != OP_DONE)
			n = add_action(list, n, MIGRATE, t, 0);
	}
	return n;
}

static void arrive(int t)
{
	struct thread *c = &M.threads[t], *victim = would_preempt(t);
	int last = M.cpu_last[c->cpu] - 1;

	if (victim) {
		victim->aborted = 1;
		M.preemptions--;
	}
	if (last >= 0 && last != t)
		memory_meet(c, &M.threads[last]);
	M.cpu_last[c->cpu] = (uint8_t)(t + 1);
}

/* 50 ms: what was stored is visible, and no sequence lasts as long without being preempted. */
static void settle(void)
{
	int i, j;

	for (i = 0; i < opts->nr_threads; i++) {
		for (j = 0; j < opts->nr_threads; j++)
			memory_meet(&M.threads[i], &M.threads[j]);
		M.threads[i].aborted |= M.threads[i].in_sequence;
	}
}

static void restart(int t)
{
	struct thread *c = &M.threads[t], old = *c;

	*c = fresh[t].thread;
	memcpy(c->low, fresh[t].stack + (c->low - stacks[t]), (size_t)(stack_top(t) - c->low));
	c->restarts = (uint8_t)(old.restarts - 1);
	c->generation = (uint8_t)(old.generation + 1);
	c->cpu = old.cpu;
	c->cur = c->acq = c->rel = old.acq;
}

static void perform(const struct action *a)
{
	struct thread *c = &M.threads[a->thread];

	trace[trace_depth].action = *a;
	trace[trace_depth].op = c->op;
	trace[trace_depth].addr = c->addr;
	switch (a->kind) {
	case COPY:
		memory_copy_now(c, (enum copy_choice)a->choice);
		return;
	case RESTART:
		restart(a->thread);
		return;
	case MIGRATE:
		c->cpu ^= 1;
		c->aborted = c->in_sequence;
		M.migrations--;
		return;
	case SIGNAL:
		c->signals--;
		c->resume = RESUME_SIGNAL;
		break;
	default:
		c->resume = RESUME_RUN;
		break;
	}
	arrive(a->thread);
	if (a->kind == RUN && c->op == OP_SETTLE)
		settle();
	c->choice = a->choice;
	switch_to(a->thread);
}

static double explore(void)
{
	struct action list[MAX_ACTIONS];
	uint64_t hash = state_hash();
	unsigned char *here = arena_top;
	struct seen *place;
	double schedules = 0;
	int i, n;

	if (2 * seen_used >= seen_size)
		grow_seen();
	place = find_seen(hash);
	if (place->hash)
		return place->schedules;
	place->hash = hash;
	seen_used++;
	result->states++;
	save();
	n = actions(list);
	if (opts->kill || !n) {
		opts->final(n != 0);
		restore(here);
	}
	if (!n) {
		result->ends++;
		schedules = 1;
	}
	for (i = 0; i < n; i++) {
		if (i)
			restore(here);
		perform(&list[i]);
		trace_depth++;
		schedules += explore();
		trace_depth--;
	}
	arena_top = here;
	find_seen(hash)->schedules = schedules;
	return schedules;
}

void sched_explore(struct sched_result *ret_result)
{
	free(seen);
	seen = NULL;
	seen_size = seen_used = 0;
	result = ret_result;
	memset(result, 0, sizeof(*result));
	result->schedules = explore();
}
