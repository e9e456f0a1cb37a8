/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a session recorded nothing, in sentences. */
#ifndef USTCTL_CMD_WHY_H
#define USTCTL_CMD_WHY_H

#include <stdio.h>

#include <ust/ctl.h>

#include "program.h"

#define UST_WHY_MAX 12

struct ust_why {
	unsigned int nr;
	char lines[UST_WHY_MAX][512];
};

void ust_why_add(struct ust_why *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Adds the reasons that @session (its last state) and @program (NULL: not known) give. */
void ust_why_session(struct ust_why *why, const struct ust_ctl_session *session,
		     const struct ust_program *program);

/* Adds a line for each pattern of @patterns that matches no event of the session, with names that
 * come near. Result: number of patterns without a match. */
unsigned int ust_why_patterns(struct ust_why *why, const struct ust_ctl_session *session,
			      char *const *patterns, unsigned int nr,
			      const struct ust_program *program);

void ust_why_print(const struct ust_why *why, FILE *out);

#endif /* USTCTL_CMD_WHY_H */
