/* SPDX-License-Identifier: LGPL-2.1-only */
/* Whether a function's parameters are what an event's fields become as arguments. */
#ifndef UST_PROBE_SIGNATURE_H
#define UST_PROBE_SIGNATURE_H

#include <stdint.h>

#include "../site/registry.h"

/* Arguments that the fields become: a sequence is two. */
#define UST_PROBE_MAX_ARGS (2 * UST_MAX_FIELDS)

/*
 * @signature as for ust_probe_register_types(); NULL fits everything that can be passed at all.
 * Result: 0, -EINVAL (the parameters differ), -ENOTSUP (no argument can be such a field).
 */
int ust_signature_check(const struct ust_event *event, const unsigned char *signature);

/* The size of a scalar or an element, 0 for a string. */
uint32_t ust_signature_size(uint32_t word);

#endif /* UST_PROBE_SIGNATURE_H */
