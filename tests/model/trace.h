/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_TRACE_H
#define MODEL_TRACE_H

#include "model.h"

#define MAX_DEPTH 8192

enum action_kind { RUN, SIGNAL, COPY, MIGRATE, RESTART };

struct action {
	uint8_t kind, thread;
	uint16_t choice;
};

struct step {
	struct action action;
	enum op op;
	const void *addr;
};

/* The steps taken since the start. */
extern struct step trace[MAX_DEPTH];
extern int trace_depth, trace_quiet;

#endif /* MODEL_TRACE_H */
