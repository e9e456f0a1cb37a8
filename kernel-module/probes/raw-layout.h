/* SPDX-License-Identifier: GPL-2.0-only */
/* How the kernel's own record of an event becomes a packed one. */
#ifndef UST_KERNEL_RAW_LAYOUT_H
#define UST_KERNEL_RAW_LAYOUT_H

#include "../probe.h"

struct trace_event_call;

/* Bytes that are copied as they are: fields that lie side by side in both records. */
struct ust_kraw_run {
	u16 offset, size;
};

/* A field that the kernel's record has a word for: length in the upper half, place in the lower. */
struct ust_kraw_dynamic {
	u16 offset;  /* of the word */
	u8 relative; /* its place counts from behind the word */
	u8 string;   /* else a sequence of elements of this size: */
	u16 element;
};

struct ust_kraw_layout {
	u16 nr_fields, nr_runs, nr_dynamic;
	u16 fixed_size; /* bytes in all runs */
	u16 need;       /* bytes that the kernel's record has at least */
	struct ust_kfield *fields;
	struct ust_kraw_run *runs;
	struct ust_kraw_dynamic *dynamic;
};

/* Of an event's trace_event_call. 0, -ENOMEM, -ENODATA (its fields are not known). */
int ust_kraw_layout(const struct trace_event_call *call, struct ust_kraw_layout *ret_layout);
void ust_kraw_layout_free(struct ust_kraw_layout *layout);

/* Bytes of the packed record that stands for data, or 0 if data is not such a record. */
u32 ust_kraw_size(const struct ust_kraw_layout *layout, const void *data, u32 size);
/* Writes it; size is what ust_kraw_size() said. */
void ust_kraw_write(const struct ust_kraw_layout *layout, const void *data, u8 *out);

#endif /* UST_KERNEL_RAW_LAYOUT_H */
