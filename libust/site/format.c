/* SPDX-License-Identifier: LGPL-2.1-only */
#include "format.h"

#include <stdio.h>
#include <string.h>

#include <ust/abi/site.h>

void ust_format_init(struct ust_format *format, const char *string)
{
	format->p = string;
}

static int in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == ':' || c == '-' || c == '/';
}

/* Copies the last word of [from, to): what stands between it and the end (" = ", ": ") is skipped. */
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

/* Behind '%': flags, width, precision and length up to the conversion itself. */
static const char *skip_modifiers(const char *p)
{
	return p + strspn(p, "-+ #0'123456789.*hljztLq");
}

static int is_integer(uint32_t word)
{
	uint32_t type = UST_FIELD_WORD_TYPE(word);

	return type >= UST_TYPE_S8 && type <= UST_TYPE_U64;
}

int ust_format_next(struct ust_format *format, unsigned int index, char *name, size_t size,
		    uint32_t *word)
{
	const char *p = format->p, *text = p, *type = NULL;
	char conversion = '\0';
	int hex = 0;

	for (;;) {
		if (*p == '#' && p[1] != '\0') {
			type = p;
			p++;
		} else if (*p == '%' && p[1] == '%') {
			p += 2;
		} else if (*p == '%' || *p == '\0') {
			break;
		} else {
			/* A '#' that no conversion follows is text. */
			if (type && !strchr("n0123456789duxsp ", *p))
				type = NULL;
			p++;
		}
	}
	if (!last_word(text, type ? type : p, name, size))
		snprintf(name, size, "arg%u", index);
	if (*p == '\0') {
		format->p = p;
		return 0;
	}
	if (type)
		hex = memchr(type, 'x', (size_t)(p - type)) != NULL;
	p = skip_modifiers(p + 1);
	conversion = *p;
	format->p = *p ? p + 1 : p;
	if (!type)
		hex = conversion == 'x' || conversion == 'X';
	if (hex && is_integer(*word))
		*word |= (uint32_t)UST_FIELD_HEX << 8;
	return 1;
}
