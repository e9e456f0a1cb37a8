/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* What instrumented code has to know of a marker's format. The rest is read from the record. */
#ifndef UST_DETAIL_FORMAT_H
#define UST_DETAIL_FORMAT_H

#include <ust/abi/site.h>

/* Never called: the compiler compares format and arguments. */
static inline __attribute__((format(printf, 1, 2), unused)) void
ust_format_check(const char *format, ...)
{
	(void)format;
}

/*
 * A char pointer is recorded as a string, but "%p" asks for its address, and what it points to may
 * be no string. The compiler's types do not see the format, so a marker with both a string and a
 * "%p" takes this way. The test is folded where the compiler optimises.
 */
#define UST_FORMAT_ASKS_MARKER(format) (ust_open > 0 && __builtin_strstr(format, "%p"))
#define UST_FORMAT_APPLY_MARKER(args, n, format)                                                   \
	if (UST_FORMAT_ASKS_MARKER(format))                                                        \
		ust_format_apply(args, n, format);

/* Gives strings whose conversion is "%p" the type of a pointer. */
static __attribute__((noinline, unused)) void ust_format_apply(struct ust_arg *args, __u32 nr_args,
							       const char *format)
{
	__u32 i = 0;

	for (; *format && i < nr_args; format++) {
		if (*format != '%')
			continue;
		format++;
		if (*format == '%')
			continue;
		/* flags, width, precision, length; a "*" takes an argument of its own */
		while (*format && __builtin_strchr("-+ #0123456789.*'hlLqjzt", *format)) {
			if (*format == '*')
				i++;
			format++;
		}
		if (!*format || i >= nr_args)
			return;
		if (*format == 'p' && UST_FIELD_WORD_TYPE(args[i].word) == UST_TYPE_STRING)
			args[i].word = UST_TYPE_POINTER;
		i++;
	}
}

#endif /* UST_DETAIL_FORMAT_H */
