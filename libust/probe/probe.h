/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The custom probes of one event, as the tracing path calls them. A list is made whole, published
 * with the event's instance and never changed; it is freed after a grace period.
 */
#ifndef UST_PROBE_PROBE_H
#define UST_PROBE_PROBE_H

#include "../ring/record.h"
#include "../site/registry.h"

struct ust_probe_fn {
	void (*fn)(void);
	void *data;
};

struct ust_probe_list {
	/*
	 * Calls the functions with the arguments that the payload holds: the event's fields in
	 * order, each of them within one chunk. Safe wherever the functions are; no probe is called
	 * from within a probe. A pointer, so that recording alone needs no libffi.
	 */
	void (*call)(const struct ust_probe_list *list, const struct ust_chunk *chunks,
		     unsigned int nr_chunks);
};

/* Result: 0, -ENOMEM, or -ENOTSUP (no call can be made of these fields). */
int ust_probe_list_create(const struct ust_event *event, const struct ust_probe_fn *fns,
			  unsigned int nr, struct ust_probe_list **ret_list);
void ust_probe_list_destroy(struct ust_probe_list *list);

/* 1: this thread is in a probe. */
int ust_probe_inside(void);

#endif /* UST_PROBE_PROBE_H */
