/* SPDX-License-Identifier: GPL-2.0-only */
/* /dev/ust-trace as the tests use it: a session with one channel, written out as a trace. */
#ifndef KTRACE_H
#define KTRACE_H

#include <stdint.h>
#include <stdio.h>

#include <ust/abi/kernel.h>

#define KTRACE_CPUS 64

struct ktrace_stream {
	int fd, file;
	const unsigned char *map;
	struct ust_kernel_stream_info info;
	uint64_t packet; /* where the packet of the last piece begins in the file */
	uint64_t end;    /* of the file */
	uint64_t told;   /* losses in the packets */
	uint64_t pieces, spliced;
};

struct ktrace {
	int device, session;
	const char *dir;
	FILE *metadata;
	uint32_t clock;
	uint8_t uuid[16];
	struct ktrace_stream streams[KTRACE_CPUS];
	int pipe[2];
};

struct ktrace_opts {
	uint32_t contexts, clock;
	uint64_t subbuf_size;
	uint32_t nr_subbufs, wake_us, flags;
};

/* All of these end the program when something fails that may not. */
void ktrace_open(struct ktrace *trace, const char *dir, const struct ktrace_opts *opts);
int ktrace_enable(struct ktrace *trace, const char *pattern);
void ktrace_streams(struct ktrace *trace);
void ktrace_ioctl(int fd, unsigned long cmd, void *arg, const char *what);
/* Writes what can be had into the files. flags: UST_KPIECE_*. Result: number of pieces. */
int ktrace_drain(struct ktrace *trace, uint32_t flags);
/* After the last drain: closes the files. Result: events that were lost. */
uint64_t ktrace_close(struct ktrace *trace);
_Noreturn void ktrace_die(const char *what);

/* The metadata: everything in front of the events, and the block of one event or context. */
void ktrace_metadata_begin(struct ktrace *trace);
void ktrace_metadata_record(struct ktrace *trace, const struct ust_kernel_event *event);

#endif /* KTRACE_H */
