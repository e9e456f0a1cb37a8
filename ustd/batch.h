/* SPDX-License-Identifier: GPL-2.0-only */
/* Events of ustd's own making, gathered into one packet: losses, and sticky state in a snapshot. */
#ifndef USTD_BATCH_H
#define USTD_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream.h"

struct ustd_batch {
	unsigned char *bytes;
	size_t size, len;
	size_t begun; /* where the event that is being put begins */
	uint64_t now; /* time of the packet and of all of its events */
};

/* Whether an event of @len bytes, header and all, fits behind what is there. */
bool ustd_batch_has_room(const struct ustd_batch *batch, size_t len);

/* An event, for which there must be room: its header, which is an extended one, the rest, its end. */
void ustd_batch_begin(struct ustd_batch *batch, uint32_t id);
void ustd_batch_put(struct ustd_batch *batch, const void *data, size_t len);
void ustd_batch_end(struct ustd_batch *batch);

/* Writes what is there, if it is anything, as packet @number and closes the file; the batch is empty
 * then. Result: as ustd_stream_write(). */
int ustd_batch_write(struct ustd_batch *batch, struct ustd_stream *stream, uint64_t number);

#endif /* USTD_BATCH_H */
