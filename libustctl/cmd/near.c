/* SPDX-License-Identifier: GPL-2.0-only */
#include "near.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MAX_WORD 128

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static int same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

unsigned int ust_near_distance(const char *a, const char *b)
{
	unsigned int len_a = (unsigned int)strnlen(a, MAX_WORD);
	unsigned int len_b = (unsigned int)strnlen(b, MAX_WORD);
	unsigned int rows[3][MAX_WORD + 1], i, j;

	for (j = 0; j <= len_b; j++)
		rows[0][j] = j;
	for (i = 1; i <= len_a; i++) {
		unsigned int *row = rows[i % 3], *above = rows[(i - 1) % 3];

		row[0] = i;
		for (j = 1; j <= len_b; j++) {
			row[j] = min(above[j], row[j - 1]) + 1;
			row[j] = min(row[j], above[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				row[j] = min(row[j], rows[(i - 2) % 3][j - 2] + 1);
		}
	}
	return rows[len_a % 3][len_b];
}

/* A third of the letters may be wrong, at least one of two. */
static unsigned int tolerance(const char *word)
{
	return (unsigned int)(strnlen(word, MAX_WORD) + 2) / 3;
}

int ust_near_one(const char *word, const char *const *names, unsigned int nr)
{
	unsigned int best = tolerance(word) + 1, i;
	int found = -1;

	for (i = 0; i < nr; i++) {
		unsigned int distance = ust_near_distance(word, names[i]);

		/* An abbreviation is as good as one letter wrong. */
		if (distance > 1 && strlen(word) >= 2 && !strncasecmp(word, names[i], strlen(word)))
			distance = 1;
		if (distance < best) {
			best = distance;
			found = (int)i;
		}
	}
	return found;
}

/* What is left of a pattern without its wildcards. */
static void strip(const char *pattern, char *word)
{
	unsigned int len = 0;

	for (; *pattern && len < MAX_WORD - 1; pattern++)
		if (!strchr("*?[]\\", *pattern))
			word[len++] = *pattern;
	word[len] = '\0';
}

/* A part of a pattern against the same part of a name: 0 is best, UINT_MAX no relation. */
static unsigned int rank_word(const char *word, const char *name)
{
	unsigned int distance;

	if (!*word)
		return UINT_MAX;
	distance = ust_near_distance(word, name);
	if (distance <= tolerance(word))
		return distance;
	if (strlen(word) >= 3 && (strcasestr(name, word) || strcasestr(word, name)))
		return min(distance, 4);
	return UINT_MAX;
}

static unsigned int rank_event(const char *word, const char *event)
{
	const char *colon = strchr(event, ':'), *word_colon = strchr(word, ':');
	char provider[MAX_WORD], word_provider[MAX_WORD];
	unsigned int rank = rank_word(word, event), part;

	if (!colon)
		return rank;
	snprintf(provider, sizeof(provider), "%.*s", (int)min((unsigned int)(colon - event), 100),
		 event);
	if (!word_colon) {
		part = min(rank_word(word, provider), rank_word(word, colon + 1));
		return min(rank, part);
	}
	snprintf(word_provider, sizeof(word_provider), "%.*s",
		 (int)min((unsigned int)(word_colon - word), 100), word);
	/* "ap:*": only the provider was written; "app:" and "aqq:request": both have to be near. */
	if (!word_colon[1])
		return min(rank, rank_word(word_provider, provider));
	part = rank_word(word_colon + 1, colon + 1);
	if (part == UINT_MAX && !strcasecmp(word_provider, provider))
		return min(rank, 6);
	if (part != UINT_MAX && rank_word(word_provider, provider) == UINT_MAX)
		return min(rank, part + 4);
	return min(rank, part);
}

unsigned int ust_near_events(const char *pattern, const char *const *names, unsigned int nr,
			     unsigned int *ret_index, unsigned int max)
{
	unsigned int ranks[64], nr_found = 0, i, at;
	char word[MAX_WORD];

	if (!max)
		return 0;
	if (max > 64)
		max = 64;
	strip(pattern, word);
	for (i = 0; i < nr; i++) {
		unsigned int rank = rank_event(word, names[i]);

		if (rank == UINT_MAX || (nr_found == max && rank >= ranks[max - 1]))
			continue;
		at = nr_found < max ? nr_found++ : max - 1;
		for (; at && ranks[at - 1] > rank; at--) {
			ranks[at] = ranks[at - 1];
			ret_index[at] = ret_index[at - 1];
		}
		ranks[at] = rank;
		ret_index[at] = i;
	}
	/* Beside a name that is off by a letter, distant relations are noise. */
	while (nr_found > 1 && ranks[nr_found - 1] > ranks[0] + 3)
		nr_found--;
	return nr_found;
}
