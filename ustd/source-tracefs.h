/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of source-tracefs share. */
#ifndef USTD_SOURCE_TRACEFS_H
#define USTD_SOURCE_TRACEFS_H

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"
#include "source-tracefs-format.h"
#include "source.h"
#include "stream.h"

struct kbuffer;
struct ustd_tracefs_source;

/* The buffer of one CPU. */
struct ustd_tracefs_cpu {
	struct ustd_watch watch; /* trace_pipe_raw */
	int stats_fd;
	bool ready;  /* to be read */
	bool to_end; /* also what does not fill a page */
	uint32_t cpu;
	struct ustd_tracefs_source *source;
	struct ustd_stream stream;
	struct ust_reader_piece piece; /* of the packet under construction */
	uint64_t content;              /* bytes of that packet that were written */
	uint64_t last_time;            /* ticks, of the last event */
	uint64_t lost;                 /* as the kernel counts, since the instance was made */
};

struct ustd_tracefs_source {
	struct ustd_source base;
	char name[96]; /* of the instance */
	int dir;       /* its directory */
	bool has_pids;
	uint32_t nr_cpus, next_cpu;
	struct ustd_tracefs_cpu *cpus;
	struct kbuffer *kbuf;
	unsigned char *page;
	size_t page_size;
	struct ustd_copies **by_type;
	uint32_t nr_types;
	uint64_t nr_unknown; /* records that somebody else put into our instance */
};

/* source-tracefs-read.c */
int ustd_tracefs_open_cpus(struct ustd_tracefs_source *source);
void ustd_tracefs_close_cpus(struct ustd_tracefs_source *source);
/* One CPU's turn; result: bytes read. cpu->ready is cleared at its end. */
uint64_t ustd_tracefs_read_cpu(struct ustd_tracefs_cpu *cpu, uint64_t budget);

#endif /* USTD_SOURCE_TRACEFS_H */
