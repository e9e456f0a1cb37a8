/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A stream file: packets one after the other, each a struct ust_packet_header and its content. The
 * last packet may grow. Bytes are written before the header that counts them, so a trace can be
 * read at any time, and a failed write is cut off again.
 */
#ifndef USTD_STREAM_H
#define USTD_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include <ust/abi/packet.h>
#include <urcu/list.h>

#include "libust/ring/read.h"

struct ustd_stream {
	struct cds_list_head open_node; /* while fd is open */
	int dirfd;                      /* borrowed */
	int fd;                         /* -1: not open now */
	bool created;
	char name[80];
	struct ust_packet_header header; /* of the last packet */
	uint64_t number;                 /* of its sub-buffer */
	uint64_t packet_at;              /* where it starts */
	uint64_t size;                   /* of the file; 0: no packet yet */
};

/* @name is the file's; @id is UST_STREAM_RING or UST_STREAM_LOSS. Creates nothing yet. */
void ustd_stream_init(struct ustd_stream *stream, int dirfd, const char *name,
		      const uint8_t uuid[16], uint32_t id, uint32_t cpu, int32_t pid,
		      const char *procname);
/* Appends a piece; may close another stream, whose next write opens it again. 0, or the negative errno of a write: the file is as it was before. */
int ustd_stream_write(struct ustd_stream *stream, const struct ust_reader_piece *piece);
/* Adds an empty packet for losses that no other packet tells. */
int ustd_stream_finish(struct ustd_stream *stream, uint64_t lost, uint64_t now);
/* Closes the descriptor; the next write opens it again. Needed before the struct goes. */
void ustd_stream_close(struct ustd_stream *stream);

#endif /* USTD_STREAM_H */
