/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * What libust knows of a thread. One word in initial-exec TLS, which the fused path reads: the
 * thread's id, or 0 when the slow path has to look first (a new thread, a vfork child, libust's own
 * recursion).
 */
#ifndef UST_OS_THREAD_H
#define UST_OS_THREAD_H

#include <stdint.h>

struct ust_thread {
	uint32_t tid;     /* 0: ask; always 0 where rseq is not registered */
	uint32_t muted;   /* nesting: events of this thread are dropped silently (libust's own) */
	uint32_t vforked; /* between vfork and its return in the parent */
	uint32_t real;    /* the id, as the kernel told it; 0: not asked yet */
	/* As in struct ust_thread_area. */
	uint64_t span, next_span;
	uint32_t cpu;      /* that it was on when ust_host_cpu() last asked */
	uint32_t cpu_uses; /* how often that was told */
};

/* In stay/thread.c. */
extern __thread struct ust_thread ust_thread
	__attribute__((tls_model("initial-exec"), visibility("default")));

/* Offsets from the thread pointer, for struct ust_site_state. ust_rseq_offset() is valid memory
 * even where rseq is not registered (its cpu_id is then negative). */
int32_t ust_thread_offset(void);
int32_t ust_rseq_offset(void);

/* Whether sequences of the calling thread are restarted: 1 or 0. */
int ust_thread_has_rseq(void);

/* The calling thread's id, asked from the kernel once per thread. */
uint32_t ust_thread_tid(void);

/* Numbers for the calling thread's spans, which no other thread of the system has used lately. */
void ust_thread_new_spans(void);

/* The calling thread's id, also while it is muted. */
uint32_t ust_thread_real(void);

/* While muted, events of the calling thread are not recorded and not counted as lost. Nests. */
void ust_thread_mute(void);
void ust_thread_unmute(void);

/* Once, not under a lock of ours: it asks the dynamic linker. */
void ust_thread_init(void);

/*
 * libc ends the process when its last thread ends, main's own pthread_exit() included. A thread of
 * ours must not keep it alive: discount after it was created, count again in the thread itself
 * before it ends.
 */
void ust_thread_discount(void);
void ust_thread_count(void);

/* A detached thread with all signals blocked. Result: 0, or a negative errno. */
int ust_thread_create(void *(*run)(void *));

#endif /* UST_OS_THREAD_H */
