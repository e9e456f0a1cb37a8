/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sizes of events in the trace, from their definitions.
 */
#ifndef UST_VIEW_SHAPE_H
#define UST_VIEW_SHAPE_H

#include <stdint.h>

struct ust_ctl_event;
struct ust_shapes;

/* @contexts: UST_CONTEXT_*. The definitions must outlive the result. -ENOMEM, -EINVAL (an id over
 * UST_EVENT_ID_MAX). */
int ust_shapes_create(const struct ust_ctl_event *events, unsigned int nr_events,
		      unsigned int contexts, struct ust_shapes **ret_shapes);
void ust_shapes_destroy(struct ust_shapes *shapes);

/* The highest defined id plus 1, and at least 32. */
unsigned int ust_shapes_nr(const struct ust_shapes *shapes);
int ust_shapes_known(const struct ust_shapes *shapes, uint32_t id);

/* 32 sizes, headers and contexts included, of the events with a compact header; 0: not fixed. */
const uint32_t *ust_shapes_compact(const struct ust_shapes *shapes);

/* Bytes of contexts and fields of a known event, of which at most @left bytes are at @p; -EBADMSG:
 * it needs more. */
int64_t ust_shapes_size(const struct ust_shapes *shapes, uint32_t id, const unsigned char *p,
			uint64_t left);

#endif /* UST_VIEW_SHAPE_H */
