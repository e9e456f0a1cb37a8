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

#endif /* USTD_SALVAGE_H */
