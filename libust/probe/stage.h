/* SPDX-License-Identifier: LGPL-2.1-only */
/* From the arguments of a site to the bytes of its event. */
#ifndef UST_PROBE_STAGE_H
#define UST_PROBE_STAGE_H

#include <stdint.h>

#include <ust/abi/site.h>

/* What is recorded of a NULL string. */
#define UST_NULL_STRING "(null)"

/* Room behind the staged bytes for stores that are wider than what they keep. */
#define UST_STAGE_OVERSHOOT 16

/* Bytes of a value of an enum ust_field_type, 0 for a string. */
uint32_t ust_stage_element_size(uint32_t type);
/* Bytes of a sequence's element count. */
uint32_t ust_stage_count_size(uint32_t word);
/* Elements to record of an array or sequence: as many as the count can tell. */
uint32_t ust_stage_nr_elements(const struct ust_arg *arg);
/* The low bytes of a number, wherever this machine has them. */
const unsigned char *ust_stage_low_bytes(const void *number, uint32_t number_size, uint32_t size);

/* Puts the payload together in UST_STAGE_SIZE + UST_STAGE_OVERSHOOT bytes. Result: 1 and its length,
 * 0 if it is larger than the stage. */
int ust_stage_args(unsigned char *stage, const struct ust_arg *args, __u32 nr_args,
		   uint64_t *ret_len);

#endif /* UST_PROBE_STAGE_H */
