/* SPDX-License-Identifier: LGPL-2.1-only */
/* What libust and the reader of files make of a record's attributes and log level. */
#ifndef UST_SITE_ATTRS_H
#define UST_SITE_ATTRS_H

#include <stdint.h>

#include <ust/abi/site.h>

#include "registry.h"

/* An event with more attributes keeps the first. */
#define UST_ATTRS_MAX 256

/* Whether there is such a thing to say of an event with @nr_fields fields. */
int ust_attr_known(uint32_t kind, uint32_t field, uint32_t nr_fields);

/*
 * Reads one string of a UST_ATTR_LIST. Result: 0, or -EINVAL; @ret_attr->text points into @string.
 */
int ust_attr_parse(const char *string, uint32_t nr_fields, struct ust_attr *ret_attr);

/* From a record's log level to the level itself, 0 to UST_LOGLEVEL_MAX. */
uint8_t ust_attr_loglevel(uint8_t in_record);

#endif /* UST_SITE_ATTRS_H */
