/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* How an event's function, see <ust/compat/detail/define.h>, hands over what it has gathered. */
#ifndef UST_COMPAT_DETAIL_RECORD_H
#define UST_COMPAT_DETAIL_RECORD_H

#include <ust/detail/record.h>

/* Records what has no direct path. The words are added here: that is less code in each event. */
static __attribute__((noinline, unused)) void ust_lttng_args(struct ust_site_state *st,
							     struct ust_arg *args,
							     const __u32 *words, __u32 nr, void *ip)
{
	__u32 i;

	for (i = 0; i < nr; i++)
		args[i].word = words[i];
	st->ops->record_args(st, args, nr, ip);
}

/*
 * Everything but the arguments. It is called last, so that the functions of a shape with few words
 * are jumped to: they take the caller's address from the stack, and it is that of the tracepoint.
 * The others are told. Without optimisation there are no such jumps. All is constant: one call
 * remains, before the optimisers see it.
 */
#if UST_FUSED && defined(__OPTIMIZE__)
UST_FUSED_NOINLINE void ust_lttng_copy(struct ust_site_state *st, const __u64 *words, __u64 len,
				       void *ip)
{
	ust_fused_copy_at(st, words, len, ip);
}

/* Strings that are not there are told here and not in each event's function: that is less code. */
UST_FUSED_NOINLINE void ust_lttng_string1(struct ust_site_state *st, __u64 w0, __u64 len,
					  const char *text)
{
	__u64 words[1];

	if (!text)
		text = "(null)";
	if (ust_fused_string1_done(st, w0, len, text))
		return;
	words[0] = w0;
	st->ops->record_string(st, words, len, text, __builtin_return_address(0));
}

UST_FUSED_NOINLINE void ust_lttng_string4(struct ust_site_state *st, const __u64 *words, __u64 len,
					  const char *text, void *ip)
{
	if (!text)
		text = "(null)";
	if (!ust_fused_string4_done(st, words, len, text))
		st->ops->record_string(st, words, len, text, ip);
}

/* Three words, which are passed in registers, so that this one is jumped to as well. */
UST_FUSED_NOINLINE void ust_lttng_string3(struct ust_site_state *st, __u64 w0, __u64 w1, __u64 w2,
					  __u64 len, const char *text)
{
	__u64 words[3];

	if (!text)
		text = "(null)";
	if (ust_fused_string3_done(st, w0, w1, w2, len, text))
		return;
	words[0] = w0;
	words[1] = w1;
	words[2] = w2;
	st->ops->record_string(st, words, len, text, __builtin_return_address(0));
}

#define UST_LTTNG_RECORD                                                                           \
	if (ust_shape == UST_SHAPE_WORDS1)                                                         \
		ust_fused_words1(ust_st, ust_words[0], ust_len);                                   \
	else if (ust_shape == UST_SHAPE_WORDS2)                                                    \
		ust_fused_words2(ust_st, ust_words[0], ust_words[1], ust_len);                     \
	else if (ust_shape == UST_SHAPE_WORDS4)                                                    \
		ust_fused_words4(ust_st, ust_words[0], ust_words[1], ust_words[2], ust_words[3],   \
				 ust_len);                                                         \
	else if (ust_shape == UST_SHAPE_STRING1)                                                   \
		ust_lttng_string1(ust_st, ust_words[0], ust_len, ust_text);                        \
	else if (ust_shape == UST_SHAPE_STRING4 && ust_len <= 24)                                  \
		ust_lttng_string3(ust_st, ust_words[0], ust_words[1], ust_words[2], ust_len,       \
				  ust_text);                                                       \
	else if (ust_shape == UST_SHAPE_STRING4)                                                   \
		ust_lttng_string4(ust_st, ust_words, ust_len, ust_text, ust_ip);                   \
	else                                                                                       \
		ust_lttng_copy(ust_st, ust_words, ust_len, ust_ip);
#else
#define UST_LTTNG_RECORD                                                                           \
	if (ust_shape <= UST_SHAPE_COPY)                                                           \
		ust_st->ops->record_words(ust_st, ust_words, ust_len, ust_ip);                     \
	else                                                                                       \
		ust_st->ops->record_string(ust_st, ust_words, ust_len,                             \
					   ust_text ? ust_text : "(null)", ust_ip);
#endif

#endif /* UST_COMPAT_DETAIL_RECORD_H */
