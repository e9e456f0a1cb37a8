/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of source-kmod share. */
#ifndef USTD_SOURCE_KMOD_H
#define USTD_SOURCE_KMOD_H

#include <stdbool.h>
#include <stdint.h>

#include <ust/abi/kernel.h>

#include "loop.h"
#include "source.h"
#include "stream.h"

struct ustd_kmod_source;

/* The ring of one CPU. */
struct ustd_kmod_cpu {
	struct ustd_watch watch; /* the stream; fd -1: no such CPU until now */
	const unsigned char *map;
	uint64_t map_size;
	uint32_t cpu;
	bool ready; /* to be read */
	uint64_t lost;
	struct ustd_kmod_source *source;
	struct ustd_stream stream;
};

/* What is known of an event that was enabled. */
struct ustd_kmod_event {
	char *name; /* "system:event"; NULL: none of that id */
	uint64_t lost[8];
};

struct ustd_kmod_source {
	struct ustd_source base;
	int session_fd;
	bool has_pids, started;
	uint32_t nr_cpus, next_cpu;
	struct ustd_kmod_cpu *cpus;
	struct ustd_kmod_event *by_id;
	uint32_t nr_ids;
};

/* source-kmod-event.c */
ssize_t ustd_kmod_names(char **ret_names);
int ustd_kmod_define(const char *system, const char *event, struct ust_wire_out *out);
/* Takes what the module defined since the last call into the metadata. 0 or a negative errno. */
int ustd_kmod_definitions(struct ustd_kmod_source *source);
/* Opens the device. A descriptor, or a negative errno and a sentence in @why (may be NULL). */
int ustd_kmod_device(char *why, size_t size);

/* source-kmod-read.c */
/* Opens the streams of CPUs that have none. */
int ustd_kmod_open_cpus(struct ustd_kmod_source *source);
void ustd_kmod_close_cpus(struct ustd_kmod_source *source);
/* One CPU's turn; result: bytes read. cpu->ready is cleared at its end. */
uint64_t ustd_kmod_read_cpu(struct ustd_kmod_cpu *cpu, uint64_t budget);
/* Reports what is new among the losses. */
void ustd_kmod_losses(struct ustd_kmod_source *source);

#endif /* USTD_SOURCE_KMOD_H */
