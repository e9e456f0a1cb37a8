/* SPDX-License-Identifier: GPL-2.0-only */
/* Words for the numbers of the ABI. */
#ifndef USTCTL_CMD_NAMES_H
#define USTCTL_CMD_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* enum ust_lost_reason: "full", "too-large"... */
const char *ust_name_reason(unsigned int reason);

/* enum ust_session_state: "created", "started"... */
const char *ust_name_state(unsigned int state);

/* Contexts as --context takes them: "tid,ip", "none". */
const char *ust_name_contexts(unsigned int contexts, char buf[32]);

/* A log level: "WARNING"; "?" for none. */
const char *ust_name_level(unsigned int level);

/* The level of a name as LTTng spells them, with or without "TRACE_", in any case, or of a number.
 * -EINVAL: there is none. */
int ust_name_to_level(const char *name);

/* A field's type as in C: "int32_t", "char *", "uint8_t[6]". Returns @buf. */
const char *ust_name_type(uint32_t word, char *buf, size_t size);

#endif /* USTCTL_CMD_NAMES_H */
