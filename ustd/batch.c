/* SPDX-License-Identifier: GPL-2.0-only */
#include "batch.h"

#include <string.h>

#include <ust/abi/packet.h>

bool ustd_batch_has_room(const struct ustd_batch *batch, size_t len)
{
	return len <= batch->size - batch->len;
}

void ustd_batch_put(struct ustd_batch *batch, const void *data, size_t len)
{
	memcpy(batch->bytes + batch->len, data, len);
	batch->len += len;
}

void ustd_batch_begin(struct ustd_batch *batch, uint32_t id)
{
	static const uint32_t no_length;

	batch->begun = batch->len;
	ustd_batch_put(batch, &no_length, sizeof(no_length));
	ustd_batch_put(batch, &id, sizeof(id));
	ustd_batch_put(batch, &batch->now, sizeof(batch->now));
}

void ustd_batch_end(struct ustd_batch *batch)
{
	uint32_t word =
		(uint32_t)(batch->len - batch->begun) << UST_EVENT_ID_BITS | UST_EVENT_ID_EXTENDED;

	memcpy(batch->bytes + batch->begun, &word, sizeof(word));
}

int ustd_batch_write(struct ustd_batch *batch, struct ustd_stream *stream, uint64_t number)
{
	struct ust_reader_piece piece = {
		.number = number,
		.bytes = batch->bytes,
		.len = batch->len,
		.time_begin = batch->now,
		.time_end = batch->now,
		.closed = 1,
	};
	int err;

	if (!batch->len)
		return 0;
	batch->len = 0;
	err = ustd_stream_write(stream, &piece);
	ustd_stream_close(stream);
	return err;
}
