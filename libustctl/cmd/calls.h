/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of "--call". */
#ifndef USTCTL_CMD_CALLS_H
#define USTCTL_CMD_CALLS_H

#include "libust/preload/prototype.h"
#include "program.h"
#include "why.h"

struct ust_calls {
	unsigned int nr;
	struct ust_prototype prototypes[UST_CALL_MAX_RULES];
	char *rules[UST_CALL_MAX_RULES]; /* as given, or as debug information completes it */
	struct ust_call_status *status;  /* what processes tell, NULL: they cannot */
	int status_fd;
};

/* Takes a rule. Result: 0, or -EINVAL after a message. @command: "ustctl record". */
int ust_calls_take(const char *command, const char *rule, struct ust_calls *calls);

/*
 * Once all are taken: looks for debug information of the functions whose parameters are not given,
 * and makes the file in which processes tell what became of the rules. Without either tracing
 * still works. @program: of which libraries are looked for, or NULL. Result: 0, or a status after a
 * message: debug information tells that a function cannot be stood in for.
 */
int ust_calls_complete(struct ust_calls *calls, const struct ust_program *program);

/* "UST_CALL=..." and "UST_CALL_STATUS=..." for the program's environment. Allocated; NULL without
 * memory. */
char *ust_calls_rules(const struct ust_calls *calls);
char *ust_calls_status(const struct ust_calls *calls);

/* Adds a sentence for each rule that no process came to. */
void ust_calls_explain(const struct ust_calls *calls, struct ust_why *why);

void ust_calls_fini(struct ust_calls *calls);

#endif /* USTCTL_CMD_CALLS_H */
