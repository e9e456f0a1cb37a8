/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The format string of a marker, in the grammar of UST 0.x: text, and conversions of printf in it.
 * The word in front of a conversion is the field's name; "#" in front of it begins a type as it is
 * to be recorded:
 *
 *	"fd %d name %s"              fd, name
 *	"addr #4x%lx"                addr: 4 bytes, shown in base 16
 *	"port #n2u%hu"               port: 2 bytes, unsigned, network byte order
 *	"%d %d"                      arg0, arg1
 *
 * What was recorded is told by the field words of the site; the format gives the names, the base
 *and the byte order. One exception: "%p" makes an address of what the compiler took for a string.
 *An argument that gives a width or precision ("%*d") is a field as well.
 */
#ifndef UST_SITE_FORMAT_H
#define UST_SITE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

struct ust_format {
	const char *start, *p;
	unsigned int nr_widths; /* of the conversion at p, already handed out */
};

void ust_format_init(struct ust_format *format, const char *string);

/*
 * The next conversion: writes its name ("arg<index>" when it has none or the format is at its end)
 * and corrects @word where the format tells more than the type. Result: 1, or 0 at the end.
 */
int ust_format_next(struct ust_format *format, unsigned int index, char *name, size_t size,
		    uint32_t *word);

#endif /* UST_SITE_FORMAT_H */
