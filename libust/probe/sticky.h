/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The last value of each key of UST_STATE, kept for sessions to come. Bounded: UST_STICKY_SLOTS keys,
 * UST_STICKY_MAX bytes of payload, of which the key may be UST_STICKY_KEY. What is more is recorded, but
 * not kept.
 *
 *   ust_sticky_keep()     any thread, also in a signal handler that interrupted itself: no lock, no wait
 *   ust_sticky_read()     under the session lock
 *   ust_sticky_forked()   in a forked child, before it has a second thread
 */
#ifndef UST_PROBE_STICKY_H
#define UST_PROBE_STICKY_H

#include <stdint.h>

#define UST_STICKY_SLOTS 1024
#define UST_STICKY_MAX 256
#define UST_STICKY_KEY 64

struct ust_sticky {
	const void *event;
	uint64_t version; /* larger is later */
	uint32_t len;
	unsigned char bytes[UST_STICKY_MAX];
};

/* The key is all of the payload's first @key_end bytes. */
void ust_sticky_keep(const void *event, const unsigned char *payload, uint64_t len,
		     uint64_t key_end);

/* Result: 1 and the value of a slot from 0 to UST_STICKY_SLOTS - 1, or 0: it has none. */
int ust_sticky_read(uint32_t slot, struct ust_sticky *ret);

/* Values that found no room since the process began. */
uint64_t ust_sticky_lost(void);

void ust_sticky_forked(void);

#endif /* UST_PROBE_STICKY_H */
