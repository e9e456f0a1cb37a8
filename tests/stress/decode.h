/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads a rig's rings and checks every byte: structure, times, payloads, order. */
#ifndef UST_STRESS_DECODE_H
#define UST_STRESS_DECODE_H

#include <stdint.h>

#include "libust/ring/read.h"
#include "rig.h"
#include "shapes.h"

struct stress_stream {
	struct ust_reader reader;
	uint64_t number, clock, last_seq[STRESS_MAX_TAGS];
	int begun;
};

struct stress_decoder {
	const struct stress_rig *rig;
	struct stress_stream *streams; /* 2 * nr_rings */
	unsigned char *copy;           /* a sub-buffer, for salvage */
	uint64_t got[STRESS_MAX_TAGS], empty, events, packets, bytes;
	uint64_t errors; /* the first 20 are explained on stderr */
	/* May be NULL: called for each event that was found good. */
	void (*on_event)(void *data, const struct stress_who *who, uint32_t tid);
	void *data;
	unsigned int lazy_order; /* tags from this one on are several threads in turn */
};

void stress_decoder_init(struct stress_decoder *decoder, const struct stress_rig *rig);
void stress_decoder_fini(struct stress_decoder *decoder);

void stress_fail(struct stress_decoder *decoder, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Everything that is published now (discard mode). */
void stress_decoder_drain(struct stress_decoder *decoder);

/*
 * Everything that salvage finds: with @fresh by a new reader, as for a snapshot; else what the
 * reader has not taken yet, of writers that are dead.
 */
void stress_decoder_salvage(struct stress_decoder *decoder, int fresh);

#endif /* UST_STRESS_DECODE_H */
