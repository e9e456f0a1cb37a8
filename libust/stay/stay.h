/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * What outlives libust in a program that it is unloaded from ("ustctl detach --unload"): whatever an
 * address may be kept of, by the program, by libc or in a register of a thread. It is part of
 * libust.so, which is never unloaded, and a library of its own beside libust-attach.so, which is:
 *
 *	                      stays                        goes
 *	                  ┌─────────────────────┐      ┌─────────────────┐
 *	hooked imports,   │ way:  jmp *target ──┼─────►│ wrapper         │
 *	stored pointers ─►│                     │      └────────┬────────┘
 *	                  │                     │               ▼
 *	                  │        unloaded: ───┼────► the function itself
 *	sites' ops ──────►│ ops that do nothing │
 *	fork, exit ──────►│ handlers: calls on  │
 *	thread pointer ──►│ thread-local memory │
 *	                  └─────────────────────┘
 *
 * A thread on its way from here into libust has the address that it goes to in a register or on its
 * stack, where ustctl finds it before it unloads. Changes of anything here need another name of the
 * library: an old one may be in the program already.
 *
 * The tracing path uses the thread-local memory and the ops only. The rest is for any thread, but not
 * for signal handlers, and callers keep each other out.
 */
#ifndef UST_STAY_STAY_H
#define UST_STAY_STAY_H

#include <stdint.h>

#include <ust/abi/site.h>

#pragma GCC visibility push(default)

/* What the layers above keep of a thread, beside struct ust_thread. Zero in a new one. */
struct ust_stay_thread {
	/* channel/grace.c: records that it is in, what the outermost was given, its slot + 1. */
	uint32_t grace_depth, grace_token, grace_slot;
	uint32_t in_probe;      /* probe/ffi.c */
	uint32_t private_table; /* control/connection.c */
	uint32_t malloc_depth;  /* preload/malloc.c */
};
extern __thread struct ust_stay_thread ust_stay_thread __attribute__((tls_model("initial-exec")));

/* Stands in for a thread's rseq area where there is none, see os/thread.c. */
struct ust_stay_rseq {
	uint32_t cpu_id_start, cpu_id;
	uint64_t rseq_cs, pad[2];
};
extern __thread struct ust_stay_rseq ust_stay_no_rseq
	__attribute__((tls_model("initial-exec"), aligned(32)));

/* Slots that channel/grace.c has handed out to threads, which keep them. */
extern uint32_t ust_stay_nr_slots;

/* Not 0 while libust is being unloaded: nobody uses its memory, and destructors give it back. */
extern uint32_t ust_stay_leaving;

/* Of the sites that libust has let go of: they do nothing. */
extern const struct ust_site_ops ust_stay_ops;

/*
 * Handlers of fork. @before says whether it took what the others release: 0, and they are not called.
 * Of several, the last begins and the first ends.
 */
struct ust_stay_fork {
	int (*before)(void);
	void (*parent)(void), (*child)(void);
};
enum { UST_STAY_FORK_LIBUST, UST_STAY_FORK_GOT, UST_STAY_FORK_LATE, UST_STAY_FORKS };

/*
 * NULL: none any more. @before must then return 0 already, and nobody be between it and the others.
 * Result: 0 or -ENOMEM.
 */
int ust_stay_fork(int which, const struct ust_stay_fork *handlers);

/* @handler is called when the program's exit begins; NULL: none any more. */
void ust_stay_exit(void (*handler)(void));

/*
 * The way of that name, in what is called @kind, leads to @target from now on; it is made if there is
 * none. Both have 127 bytes at most. Result: code that jumps there, which is never gone; NULL: there are
 * 1024 already.
 */
void *ust_stay_way(const char *kind, const char *name, void *target);

/* Leads a way elsewhere. */
void ust_stay_way_lead(void *way, void *target);

/* Functions that are made when the program runs, by libffi; as many as --call has rules at most. */
#define UST_STAY_CLOSURES 64
#define UST_STAY_MAX_PARAMS 20

/* What handles a closure's calls. @args: of each argument its address. @ret: room for the result, an
 * integer as wide as a register. */
struct ust_stay_handler {
	void (*call)(const struct ust_stay_handler *handler, void *ret, void **args);
};

struct ust_stay_closure;

/*
 * The closure of that name and these types, which may have been made by an earlier libust. @result,
 * @params: UST_TYPE_FLOAT, UST_TYPE_DOUBLE or UST_TYPE_U64, the whole register. Result: 0, -ENOSPC,
 * -ENOMEM or -ENOTSUP.
 */
int ust_stay_closure(const char *name, uint8_t result, const uint8_t *params,
		     unsigned int nr_params, struct ust_stay_closure **ret_closure);

/* Who handles its calls; NULL: they go to @function. */
void ust_stay_closure_lead(struct ust_stay_closure *closure, const struct ust_stay_handler *handler,
			   void *function);

/* Its code, and a call of @function as it was called. */
void *ust_stay_closure_code(const struct ust_stay_closure *closure);
void ust_stay_closure_call(struct ust_stay_closure *closure, void *function, void *ret,
			   void **args);

#pragma GCC visibility pop

#endif /* UST_STAY_STAY_H */
