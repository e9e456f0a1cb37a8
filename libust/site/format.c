/* SPDX-License-Identifier: LGPL-2.1-only */
#include "format.h"

#include <stdio.h>
#include <string.h>

#include <ust/abi/site.h>

void ust_format_init(struct ust_format *format, const char *string)
{
	format->start = format->p = string;
	format->nr_widths = 0;
}

static int in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == ':' || c == '-' || c == '/';
}

/* Copies the last word of [from, to): what stands between it and the end (" = ", ": ") is skipped.
 */
static size_t last_word(const char *from, const char *to, char *name, size_t size)
{
	const char *start, *end;
	size_t i, len;

	while (to > from && (!in_name(to[-1]) || to[-1] == ':' || to[-1] == '-'))
		to--;
	end = to;
	while (to > from && in_name(to[-1]))
		to--;
	start = to;
	len = (size_t)(end - start);
	if (len >= size)
		len = size - 1;
	for (i = 0; i < len; i++)
		name[i] = start[i];
	name[len] = '\0';
	return len;
}

static int is_integer(uint32_t word)
{
	uint32_t type = UST_FIELD_WORD_TYPE(word);

	return type >= UST_TYPE_S8 && type <= UST_TYPE_U64;
}

/* What a conversion and the trace type in front of it (NULL: none; it ends at @percent) say. */
static uint32_t correct_word(uint32_t word, const char *type, const char *percent, char conversion)
{
	uint32_t flags = 0;

	if (!is_integer(word))
		return word;
	if (type ? memchr(type, 'x', (size_t)(percent - type)) != NULL
		 : conversion == 'x' || conversion == 'X' || conversion == 'p')
		flags |= UST_FIELD_HEX;
	if (type && memchr(type, 'n', (size_t)(percent - type)))
		flags |= UST_FIELD_NETWORK;
	return word | UST_FIELD_WORD(0, flags, 0);
}

/* The '%' of the next conversion, or the end; @ret_type: the '#' that belongs to it, or NULL. */
static const char *find_conversion(const char *p, const char **ret_type)
{
	const char *type = NULL;

	for (; *p && (*p != '%' || p[1] == '%'); p++) {
		if (*p == '#')
			type = p;
		else if (type && !strchr("n0123456789duxsp ", *p))
			type = NULL; /* no type, but text with a '#' in it */
		if (*p == '%')
			p++;
	}
	*ret_type = type;
	return p;
}

int ust_format_next(struct ust_format *format, unsigned int index, char *name, size_t size,
		    uint32_t *word)
{
	const char *type, *percent = find_conversion(format->p, &type), *p;
	unsigned int nr_widths = 0;

	if (*percent == '\0') {
		snprintf(name, size, "arg%u", index);
		format->p = percent;
		return 0;
	}
	/* Flags, width, precision and length, up to the conversion itself. */
	for (p = percent + 1; *p && strchr("-+ #0'123456789.*hljztLq", *p); p++)
		nr_widths += *p == '*';
	if (format->nr_widths < nr_widths) {
		format->nr_widths++;
		snprintf(name, size, "arg%u", index);
		return 1;
	}
	if (!last_word(format->p, type ? type : percent, name, size))
		snprintf(name, size, "arg%u", index);
	/* The same rule as in instrumented code, see ust_format_apply(). */
	if (*p == 'p' && UST_FIELD_WORD_TYPE(*word) == UST_TYPE_STRING &&
	    strstr(format->start, "%p"))
		*word = UST_TYPE_POINTER;
	*word = correct_word(*word, type, percent, *p);
	format->p = *p ? p + 1 : p;
	format->nr_widths = 0;
	return 1;
}
