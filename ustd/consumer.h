/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The consumer: moves what processes recorded from their memory into stream files. A ring that has
 * been read to its end is put to sleep in two steps:
 *
 *           had data                nothing for USTD_DELIVER_NS
 *   LOOK ──────────────► SWITCH ──────────────────────────────► EVENT
 *    ▲ ▲  sleeps until a   │ delivery timer, or         sleeps until │
 *    │ └─ sub-buffer closes┘ doorbell                   an event     │ doorbell
 *    └───────────────────────────────────────────────────────────────┘
 *
 * With every ring in EVENT no timer is armed and nothing wakes ustd. A ring whose writers are too
 * fast to be put to sleep is HOT: it is looked at again after a millisecond. One that could not be
 * written because the disk is full is FULL, and looked at again after a second.
 */
#ifndef USTD_CONSUMER_H
#define USTD_CONSUMER_H

#include <stdbool.h>

struct ustd_channel;
struct ustd_session;

int ustd_consumer_init(void);
/* A bounded amount of work; true: there is more. */
bool ustd_consumer_work(void);
/* Somebody rang the doorbell. */
void ustd_consumer_rung(void);

/* A new channel, or one that is to be read to its end now. */
void ustd_consumer_look(struct ustd_channel *channel);
/* Reads a stopped session's channels to their ends; ustd_request_drained() tells each end. */
void ustd_consumer_flush(struct ustd_session *session);
/* The channel's writers are dead or stopped: reads everything, then destroys it. As long as snapshots
 * hold the channel, it waits; to be called again when none does. */
void ustd_consumer_finish(struct ustd_channel *channel);
/* There is no room for what a finished channel holds: tries again later. */
void ustd_consumer_park(struct ustd_channel *channel);
bool ustd_consumer_flushed(const struct ustd_session *session);

#endif /* USTD_CONSUMER_H */
