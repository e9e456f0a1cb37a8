/* SPDX-License-Identifier: LGPL-2.1-only */
/* What is made of the records of a file: attributes, and calls that belong to a definition. */
#ifndef USTCTL_LIB_FILE_EVENTS_H
#define USTCTL_LIB_FILE_EVENTS_H

#include "ctl.h"
#include "elf.h"

/* The address to which the self-relative member at @offset of the record @rec leads. */
uint64_t ust_ctl_file_follow(uint64_t rec, size_t offset, int32_t value);

/* Reads @nr attributes at an address into an event whose fields are there. 0, -ENOMEM, -EBADMSG. */
int ust_ctl_file_attrs(struct ust_ctl_image *image, uint64_t addr, unsigned int nr,
		       struct ust_ctl_event *event);

/*
 * Sorts the events, whose ids are kinds of sites, and makes the calls of a defined event its sites.
 * Result: how many events are left, with id 0.
 */
unsigned int ust_ctl_file_merge(struct ust_ctl_event *events, unsigned int nr_events);

#endif /* USTCTL_LIB_FILE_EVENTS_H */
