/* SPDX-License-Identifier: GPL-2.0-only */
/* The names of a source's events, and which of them patterns mean. */
#ifndef USTD_SOURCE_NAMES_H
#define USTD_SOURCE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ustd_source_ops;

struct ustd_names {
	char *text;
	char **names; /* "system:event", sorted; in text */
	bool *chosen;
	uint32_t nr;
};

/* 0, or a negative errno and a sentence in @why. */
int ustd_names_load(struct ustd_names *names, const struct ustd_source_ops *ops, char *why,
		    size_t size);
void ustd_names_fini(struct ustd_names *names);
/* Marks what each pattern means. -ENOENT: one means nothing, @why names it. */
int ustd_names_choose(struct ustd_names *names, char *const *patterns, uint32_t nr_patterns,
		      char *why, size_t size);

#endif /* USTD_SOURCE_NAMES_H */
