/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model checker's parts and their state.
 *
 *   host-model.h  the ring's primitives          check.c     what must hold
 *   memory.c      memory with stale values       scenario.c  what threads do
 *   sched.c       threads, all schedules         fused.c     the fused sequences, step by step
 *   trace.c       the schedule that failed
 *
 * Everything that changes while a scenario runs is in `M`, in the threads' stacks or in the pool of
 * messages (which only grows and is cut back), so that a state is saved and restored by copying.
 */
#ifndef MODEL_H
#define MODEL_H

#include <setjmp.h>
#include <stdint.h>

#define MAX_THREADS 4
#define MAX_LOCS 128
#define MAX_EVENTS 16
#define MAX_RINGS 4
#define MAX_CPUS 6 /* of which the first one or two have rings */
#define STACK_SIZE (32 << 10)

/* What a thread is about to do: the scheduler has to know before it does it. */
enum op {
	OP_START,
	OP_LOAD,  /* any load: one choice for each value it may see */
	OP_STORE, /* relaxed */
	OP_ORDER, /* release store, read-modify-write or fence: waits for the thread's copy */
	OP_CLOCK,
	OP_STEP,   /* anything else that takes time */
	OP_COPIED, /* waits for the thread's copy */
	OP_BELL,   /* waits for the doorbell */
	OP_SETTLE, /* waits for UST_READER_SETTLE_MS */
	OP_DONE,
};

/* How much of each location's history a thread, or the reader of a message, has to know of. */
struct view {
	uint8_t ts[MAX_LOCS] __attribute__((aligned(16)));
};

struct message {
	uint64_t value;
	uint16_t prev; /* message before it at the location; 0 ends */
	uint8_t loc, ts;
	struct view view;
};

enum resume { RESUME_RUN, RESUME_SIGNAL };

struct thread {
	jmp_buf ctx;
	unsigned char *low;  /* what lies above on its stack is alive */
	uint64_t hash;       /* of all it saw: its local state is a function of that */
	uint64_t now, early; /* the clock before its last access and the one before that */
	struct view cur, acq, rel;
	/* A copy out of shared memory, under way: may be done at any time before the next OP_ORDER.
	 */
	void *copy_dst;
	const void *copy_src;
	uint64_t copy_len;
	enum op op;
	const void *addr;
	enum resume resume;
	uint32_t choice;
	uint32_t bells; /* seen */
	uint8_t cpu;
	uint8_t in_sequence, aborted, in_handler;
	uint8_t observer; /* does not make the clock go on */
	uint8_t signals;  /* still to come */
	uint8_t restarts; /* may still die and start anew */
	uint8_t generation;
	uint8_t tries, switched; /* by the slow path of the fused record, in this event */
	uint64_t base;           /* hash when the event began */
};

/* What is known of an event; its tag is its index. */
struct event {
	uint8_t started, finished; /* the record function was entered, has returned */
	uint8_t taken;             /* handed out for good */
	uint32_t begin, end;       /* clock then */
};

struct model {
	struct thread threads[MAX_THREADS];
	uint16_t last[MAX_LOCS]; /* newest message; 0: the initial value */
	struct view newest;
	struct view sc; /* of all full barriers */
	uint32_t nr_messages;
	uint64_t values_hash; /* of the newest values */
	uint64_t clock;
	uint32_t bells;
	int fast;                        /* events that took the fast path */
	uint8_t cpu_last[MAX_CPUS];      /* thread that ran there last, plus 1 */
	uint8_t preemptions, migrations; /* that still may hit a sequence */
	struct event events[MAX_EVENTS];
	struct {
		uint64_t taken;     /* content handed out for good up to here */
		uint64_t time;      /* of the last event */
		uint64_t last_time; /* end of the last packet */
		uint64_t lost;
	} rings[MAX_RINGS];
};

extern struct model M;
extern struct thread *self; /* running; NULL: nobody, accesses are done at once */

/* sched.c */
void model_yield(enum op op, const void *addr);
void model_forget(uint64_t program_state);
void model_begin(void);
int model_thread_index(void);
void sched_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
struct sched_opts {
	int nr_threads;
	void (*run)(int thread);
	void (*handler)(int thread);
	void (*final)(int killed); /* checks a state in which nothing more happens */
	int kill;                  /* check every state as if the writers were killed in it */
	int quiet;
};
struct sched_result {
	uint64_t states, ends;
	double schedules;
};
void sched_setup(const struct sched_opts *opts);
void sched_explore(struct sched_result *ret_result);

/* memory.c */
#define MODEL_RING_SHIFT 13
extern unsigned char *model_channel;
extern int model_tso;       /* loads and stores are ordered: x86 */
extern int model_fine;      /* a store to the data is a step of its own */
extern int model_torn;      /* a short copy is done word by word */
extern int model_exploring; /* 0: the scenario is still being set up */
extern uint64_t model_subbuf_size;
void memory_setup(void);
int memory_nr_choices(const struct thread *t);
void memory_join(struct view *dst, const struct view *src);
void memory_meet(struct thread *t, const struct thread *with);
/* COPY_FIRST and COPY_LAST: of short copies, where model_torn says so. */
enum copy_choice { COPY_NEWEST, COPY_OLDEST, COPY_FIRST, COPY_LAST };
#define MODEL_PIECE 4  /* bytes of an event that are loaded or stored at once */
#define MODEL_SHORT 24 /* an event of a reserve/commit ring */
void memory_copy_now(struct thread *t, enum copy_choice choice);
uint64_t memory_peek(const void *p);
int memory_is_shared(const void *p);
uint64_t memory_ring_part(const void *p); /* offset in its ring */
void memory_store_bytes(void *p, const void *src, uint64_t len, int release);
uint64_t memory_hash(int nr_threads);

static inline uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v * 0x9E3779B97F4A7C15ull) * 0xD6E8FEB86659FD93ull + 0x632BE59BD9B4E019ull;
	return h ^ h >> 32;
}

#endif /* MODEL_H */
