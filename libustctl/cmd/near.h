/* SPDX-License-Identifier: GPL-2.0-only */
/* Which known names somebody may have meant. No state; safe in any thread. */
#ifndef USTCTL_CMD_NEAR_H
#define USTCTL_CMD_NEAR_H

/* Insertions, deletions, replacements and swaps of neighbours between two words, upper and lower
 * case alike. Words are compared up to 128 characters. */
unsigned int ust_near_distance(const char *a, const char *b);

/* Index of the name nearest to @word, or -1 if none comes near. */
int ust_near_one(const char *word, const char *const *names, unsigned int nr);

/*
 * The events ("provider:name") nearest to a pattern, best first: a word of the pattern occurs in
 * the name, or is a few letters away from the name, its provider, or both.
 * @ret_index	room for @max indices of @names
 * Result: their number.
 */
unsigned int ust_near_events(const char *pattern, const char *const *names, unsigned int nr,
			     unsigned int *ret_index, unsigned int max);

#endif /* USTCTL_CMD_NEAR_H */
