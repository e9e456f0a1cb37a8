/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * A channel: the buffers of one session in this process, and the event instances that record into
 * them. Called from the constructor, the listener thread, fork and dlopen handlers under the
 * session lock; never from the tracing path.
 */
#ifndef UST_CHANNEL_CHANNEL_H
#define UST_CHANNEL_CHANNEL_H

#include <stdint.h>

#include <ust/abi/ring.h>

struct ust_channel;

struct ust_channel_opts {
	uint64_t subbuf_size;
	uint32_t nr_subbufs;
	uint32_t nr_rings;
	uint32_t ring_shift;
	uint32_t overwrite;
	uint32_t contexts; /* UST_CONTEXT_* */
	uint32_t clock;    /* enum ust_clock_mode */
	int memfd;         /* the caller keeps it and may close it afterwards */
	int doorbell;      /* memfd of struct ust_doorbell_shm; likewise */
};

/*
 * Maps the buffers. -EINVAL: the geometry is refused or larger than the memfd; -ENOMEM; else mmap's
 * errno.
 */
int ust_channel_create(const struct ust_channel_opts *opts, struct ust_channel **ret_channel);

/* Unmaps. The caller has cleared every state that pointed here and waited for a grace period. */
void ust_channel_destroy(struct ust_channel *channel);

/*
 * In a forked child: forgets the channel of the parent. Its instances read as zero there (they live
 * in memory that fork wipes), so that no event of the child reaches the parent's buffers.
 */
void ust_channel_forked(struct ust_channel *channel);

/*
 * The instance of event @event_id in this channel; it lives as long as the channel. -ENOMEM,
 * -EINVAL (id over UST_EVENT_ID_MAX).
 */
int ust_channel_event(struct ust_channel *channel, uint32_t event_id,
		      struct ust_event_inst **ret_inst);

struct ust_probe_list;

/*
 * What a site's state->inst is set to when an event goes to several sessions or to custom probes:
 * an instance that takes the slow path, which records into each of the @nr @insts and calls @probes
 * if that is not NULL. Freed by ust_fanout_destroy() after a grace period. -ENOMEM.
 */
int ust_fanout_create(struct ust_event_inst *const *insts, unsigned int nr,
		      const struct ust_probe_list *probes, struct ust_event_inst **ret_inst);
void ust_fanout_destroy(struct ust_event_inst *inst);

/*
 * Waits until no thread of this process still uses an instance that was reachable before the call:
 * membarrier(RSEQ) for fused records, ust_grace_enter() and _leave() for the slow path. One caller
 * at a time.
 */
void ust_grace_wait(void);

/* 1: a grace period could not be had (see grace.c). Memory that records use is then kept for ever.
 */
int ust_grace_gave_up(void);

/* Once, before anything is recorded: what this kernel offers. Without it all of it works, slower. */
void ust_grace_init(void);

/* Around the use of an instance outside of a sequence. Safe in signal handlers; nests. */
uint32_t ust_grace_enter(void);
void ust_grace_leave(uint32_t token);
/* In a forked child: the parent's other threads are not there any more. */
void ust_grace_forked(void);

#endif /* UST_CHANNEL_CHANNEL_H */
