/* SPDX-License-Identifier: GPL-2.0-only */
/* The file "metadata" of a trace, which grows as definitions come. */
#ifndef USTD_METADATA_FILE_H
#define USTD_METADATA_FILE_H

#include <stdint.h>

#include "clock.h"
#include "defs.h"
#include "libust/ctf/metadata.h"

struct ustd_metadata_file {
	int dirfd; /* borrowed */
	int fd;
	uint64_t size;
	int error; /* of a block that was written on behalf of another file */
};

/* Fills in what this host and the session's clock determine. @uuid is made here. */
void ustd_metadata_describe(struct ust_ctf_trace *ret_trace, const char *session, uint32_t contexts,
			    const struct ustd_clock *clock);
/* 0, or the negative errno of a write; the file ends behind its last whole block. */
int ustd_metadata_create(struct ustd_metadata_file *file, int dirfd,
			 const struct ust_ctf_trace *trace);
/* Collects the block; it is in the file when ustd_metadata_flush() has returned 0. */
int ustd_metadata_append(struct ustd_metadata_file *file, const struct ust_ctf_event *event);
int ustd_metadata_flush(struct ustd_metadata_file *file);
/* Replaces it by a copy that tells the clock's numbers as they are known now. A reader sees the one or
 * the other, whole. On failure the old file stays. */
int ustd_metadata_refresh(struct ustd_metadata_file *file, struct ust_ctf_trace *trace,
			  const struct ustd_clock *clock);
void ustd_metadata_close(struct ustd_metadata_file *file);

#endif /* USTD_METADATA_FILE_H */
