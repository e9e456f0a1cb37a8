/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Messages with a format: lttng_ust_tracef() and lttng_ust_tracelog(). Their events are LTTng-UST's
 * own. Here each call is an ordinary site: no provider has to be there.
 */
#ifndef UST_COMPAT_DETAIL_PRINTF_H
#define UST_COMPAT_DETAIL_PRINTF_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <ust/compat/detail/call.h>

#define UST_LTTNG_TEXT_WORD                                                                        \
	UST_FIELD_WORD_FULL((char)-1 < (char)1 ? UST_TYPE_S8 : UST_TYPE_U8, UST_LENGTH_U32,        \
			    UST_FIELD_SEQ | UST_FIELD_TEXT, 0)

/* Declares an event's state and its five bytes; names and words: of its fields. */
#define UST_LTTNG_MESSAGE(provider, event, level, names, nr, words)                                \
	static struct ust_site_state ust_lttng_call_##provider##___##event                         \
		__attribute__((unused));                                                           \
	UST_LTTNG_INLINE int ust_lttng_on_##provider##___##event(void)                             \
	{                                                                                          \
		UST_LTTNG_MESSAGE_ON(provider, event, level, names, nr, words)                     \
	}

#define UST_LTTNG_MESSAGE_RECORD(words)                                                            \
	UST_LTTNG_PUSH                                                                             \
	"\t.balign 8\n2:\t.4byte 3f-2b, 1b-., " UST_LTTNG_TARGET                                   \
	"-., %c[st]-., %c[prov]-., %c[name]-., %c[names]-., %c[file]-.\n\t"                        \
	".4byte %c[line], %c[meta]\n\t.4byte " words "\n\t.balign 8\n3:\t.popsection\n\t"
#define UST_LTTNG_MESSAGE_OPERANDS(provider, event, level, fields, nr)                             \
	[st] "i"(&ust_lttng_call_##provider##___##event), [prov] "i"(#provider),                   \
		[name] "i"(#event), [names] "i"(fields), [file] "i"(__FILE__),                     \
		[line] "i"(__LINE__),                                                              \
		[meta] "i"(UST_SITE_EVENT | UST_SITE_METHOD << 8 | ((level) + 1) << 16 |           \
			   (nr) << 24),                                                            \
		[num] "i"(UST_FIELD_WORD(UST_TYPE_S32, 0, 0)),                                     \
		[str] "i"(UST_FIELD_WORD(UST_TYPE_STRING, 0, 0)), [text] "i"(UST_LTTNG_TEXT_WORD)

#if defined(UST_DISABLE) || (defined(__i386__) && defined(__PIC__))
#define UST_LTTNG_MESSAGE_ON(provider, event, level, names, nr, words) return 0;
#elif UST_LTTNG_LOADS
#define UST_LTTNG_MESSAGE_ON(provider, event, level, fields, nr, words)                            \
	ust_lttng_note();                                                                          \
	__asm__ __inline__ __volatile__(                                                           \
		"1:\t" UST_LTTNG_MESSAGE_RECORD(words)                                             \
		:                                                                                  \
		: UST_LTTNG_MESSAGE_OPERANDS(provider, event, level, fields, nr));                 \
	return !!__atomic_load_n(&ust_lttng_call_##provider##___##event.inst, __ATOMIC_ACQUIRE);
#else
#define UST_LTTNG_MESSAGE_ON(provider, event, level, fields, nr, words)                            \
	ust_lttng_note();                                                                          \
	__asm__ __inline__ goto(                                                                   \
		"1:\t.byte 0xA9\n\t.4byte %l[ust_on]-(1b+5)\n\t" UST_LTTNG_MESSAGE_RECORD(words)   \
		:                                                                                  \
		: UST_LTTNG_MESSAGE_OPERANDS(provider, event, level, fields, nr)                   \
		: "cc"                                                                             \
		: ust_on);                                                                         \
	return 0;                                                                                  \
	ust_on:                                                                                    \
	return 1;
#endif

#define UST_LTTNG_MESSAGE_MAX 512

/*
 * Formats a message and records it, behind the nr arguments of args that are there. A message that
 * is longer than the buffer takes memory from malloc(), as LTTng-UST's always do.
 */
static __attribute__((noinline, unused)) void ust_lttng_message(struct ust_site_state *st,
								struct ust_arg *args, __u32 nr,
								void *ip, const char *format,
								va_list ap)
{
	char buf[UST_LTTNG_MESSAGE_MAX], *text = buf;
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(buf, sizeof(buf), format, ap);
	if (len >= (int)sizeof(buf)) {
		text = (char *)malloc((size_t)len + 1);
		if (text)
			vsnprintf(text, (size_t)len + 1, format, again);
	}
	va_end(again);
	if (len < 0 || !text)
		return;
	args[nr].ptr = text;
	args[nr].len = (__u32)len;
	args[nr].word = UST_LTTNG_TEXT_WORD;
	st->ops->record_args(st, args, nr + 1, ip);
	if (text != buf)
		free(text);
}

#endif /* UST_COMPAT_DETAIL_PRINTF_H */
