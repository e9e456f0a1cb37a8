/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formats of tracefs: what a record of the kernel looks like, as a definition for our metadata and
 * as a list of copies that turns a record into the fields of an event.
 */
#ifndef USTD_SOURCE_TRACEFS_FORMAT_H
#define USTD_SOURCE_TRACEFS_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "libust/os/wire.h"

/* What begins each record, on all kernels. */
#define USTD_TRACEFS_TYPE 0    /* u16: the event's number in tracefs */
#define USTD_TRACEFS_FLAGS 2   /* u8 */
#define USTD_TRACEFS_PREEMPT 3 /* u8 */
#define USTD_TRACEFS_PID 4     /* s32: the thread, in the first PID namespace */
#define USTD_TRACEFS_COMMON 8

enum ustd_copy_kind {
	USTD_COPY_BYTES, /* size bytes at offset */
	USTD_COPY_CHARS, /* a string of at most size bytes at offset */
	USTD_COPY_STRING, /* a string; offset is that of its u32 place: low half where, high half size */
	USTD_COPY_SEQ, /* likewise, elements of size bytes behind a u32 number of them */
};

struct ustd_copy {
	uint8_t kind;
	uint8_t relative; /* the place counts from behind itself */
	uint16_t offset, size;
};

struct ustd_copies {
	uint32_t type;  /* in tracefs */
	uint32_t id;    /* in the trace; set by the caller */
	uint32_t need;  /* bytes a record has at least */
	uint32_t fixed; /* bytes of an event beside what is dynamic in the record */
	uint32_t nr;
	struct ustd_copy copy[];
};

/*
 * Reads the text of a "format" file.
 * @out		gets the definition appended
 * @ret_copies	may be NULL; on the heap
 * 0, -EINVAL (a format that we do not understand), -ENOMEM.
 */
int ustd_tracefs_format(const char *system, const char *text, size_t len, struct ust_wire_out *out,
			struct ustd_copies **ret_copies);

#endif /* USTD_SOURCE_TRACEFS_FORMAT_H */
