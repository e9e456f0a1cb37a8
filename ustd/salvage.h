/* SPDX-License-Identifier: GPL-2.0-only */
/* The last reading of a channel: after its process died, or its session was stopped for good. */
#ifndef USTD_SALVAGE_H
#define USTD_SALVAGE_H

#include "channel.h"

/*
 * A bounded amount of it. When all rings are read, a final channel is destroyed and a flushed one
 * is taken off the consumer's list. Result: number of pieces.
 */
uint32_t ustd_salvage_work(struct ustd_channel *channel);

/* Room for a copy of one sub-buffer, valid until the next turn of the loop. NULL: no memory. */
unsigned char *ustd_salvage_room(uint64_t size);

#endif /* USTD_SALVAGE_H */
