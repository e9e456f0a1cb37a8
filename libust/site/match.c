/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * fnmatch(3) of libc is not called here: it may convert characters, allocate, and load conversion
 * modules, while this code also runs inside the dynamic linker.
 */
#include "match.h"

#include <stddef.h>
#include <string.h>

/*
 * A string in two parts with a ':' between them, or (second NULL) in one: the character at @i, NUL
 * at the end.
 */
struct subject {
	const char *first, *second;
	size_t first_len;
};

static char at(const struct subject *s, size_t i)
{
	if (i < s->first_len)
		return s->first[i];
	if (!s->second)
		return '\0';
	if (i == s->first_len)
		return ':';
	return s->second[i - s->first_len - 1];
}

/* Matches one character against the set that begins behind '['. Result: the pattern behind ']', or
 * NULL when there is no ']' ('[' is then an ordinary character). */
static const char *match_set(const char *p, char c, int *ret_matched)
{
	int negated = *p == '!' || *p == '^', matched = 0, first = 1;

	if (negated)
		p++;
	for (; *p != ']' || first; first = 0) {
		unsigned char low, high;

		if (*p == '\\' && p[1])
			p++;
		if (!*p)
			return NULL;
		low = high = (unsigned char)*p++;
		if (*p == '-' && p[1] && p[1] != ']') {
			p++;
			if (*p == '\\' && p[1])
				p++;
			high = (unsigned char)*p++;
		}
		if ((unsigned char)c >= low && (unsigned char)c <= high)
			matched = 1;
	}
	*ret_matched = matched != negated;
	return p + 1;
}

/* Iterative with one point of return, the last '*': no input makes it recurse or explode. */
static int match(const char *p, const struct subject *s)
{
	const char *star = NULL;
	size_t i = 0, star_i = 0;

	for (;;) {
		char c = at(s, i);
		int same;

		if (*p == '*') {
			star = ++p;
			star_i = i;
			continue;
		}
		if (!c && !*p)
			return 1;
		same = 0;
		if (c && *p == '?') {
			same = 1;
			p++;
		} else if (c && *p == '[') {
			const char *behind = match_set(p + 1, c, &same);

			if (!behind)
				same = c == '[';
			p = behind ? behind : p + 1;
		} else if (c && *p) {
			if (*p == '\\' && p[1])
				p++;
			same = *p++ == c;
		}
		if (same) {
			i++;
			continue;
		}
		if (!star || !at(s, star_i))
			return 0;
		p = star;
		i = ++star_i;
	}
}

int ust_match_glob(const char *pattern, const char *string)
{
	struct subject s = {.first = string, .first_len = strlen(string)};

	return match(pattern, &s);
}

int ust_match_event(const char *pattern, const char *provider, const char *name)
{
	struct subject s = {.first = provider, .second = name, .first_len = strlen(provider)};

	if (strchr(pattern, ':'))
		return match(pattern, &s);
	return ust_match_glob(pattern, provider) || ust_match_glob(pattern, name);
}
