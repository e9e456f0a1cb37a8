/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The loss ledger: what was not recorded, by event and reason. Each process counts in its channel's
 * memory; ustd turns what is new there into ust:lost events and sums for STATUS.
 */
#ifndef USTD_LOSS_H
#define USTD_LOSS_H

#include <stdbool.h>
#include <stdint.h>

#include <ust/abi/ring.h>

#include "stream.h"

struct ustd_session;
struct ustd_channel;

/* Sums of one event, or what was seen of it in one channel. */
struct ustd_loss {
	uint64_t lost[UST_LOST_NR];
};

struct ustd_losses {
	struct ustd_stream stream;
	uint64_t nr_pieces;
	struct ustd_loss *by_id;
	uint32_t nr;
	uint64_t total; /* of the rings' own counters */
	bool is_copy;   /* in a snapshot: a failed write is not the session's */
	int error;      /* of such a write */
};

void ustd_losses_init(struct ustd_losses *losses, int dirfd, const uint8_t uuid[16]);
void ustd_losses_close(struct ustd_losses *losses);
void ustd_losses_fini(struct ustd_losses *losses);

/* Looks at a channel's counters and reports what is new. */
void ustd_losses_collect(struct ustd_session *session, struct ustd_channel *channel);

/* Reports all that a channel has lost since its beginning into a snapshot, whose @losses.error tells a
 * failure. */
void ustd_losses_copy(struct ustd_session *session, struct ustd_channel *channel,
		      struct ustd_losses *losses);

/* Reports losses that no channel counts. @losses: where to, not necessarily the session's own. */
void ustd_losses_report(struct ustd_session *session, struct ustd_losses *losses, const char *event,
			unsigned int reason, uint64_t count);

/* Tells which thread is which: pid and tid of the host, vpid and vtid in its own PID namespace. */
void ustd_losses_thread(struct ustd_session *session, struct ustd_losses *losses,
			const int32_t ids[4]);

/* Reports that the session's clock can no longer be trusted. */
void ustd_losses_clock_unstable(struct ustd_session *session, const char *why, int64_t drift_ns);

const char *ustd_loss_reason(unsigned int reason);

#endif /* USTD_LOSS_H */
