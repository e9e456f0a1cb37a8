/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* The cold block's half that is functions: packing words, choosing the record function. */
#ifndef UST_DETAIL_RECORD_H
#define UST_DETAIL_RECORD_H

#include <ust/abi/site.h>
#include <ust/ring/fused.h>

/*
 * Shapes, chosen when compiling:
 *   WORDS1, 2, 4	fixed size, up to 8, 16, 32 bytes
 *   COPY		fixed size, up to 20 times 8 bytes
 *   STRING1, 4		up to 8, 32 bytes of fixed size, then one string that ends the event
 *   ARGS		anything else
 */
#define UST_SHAPE_WORDS1 1
#define UST_SHAPE_WORDS2 2
#define UST_SHAPE_WORDS4 3
#define UST_SHAPE_COPY 4
#define UST_SHAPE_STRING1 5
#define UST_SHAPE_STRING4 6
#define UST_SHAPE_ARGS 7

#define UST_SHAPE_OF_WORDS(len)                                                                    \
	((len) <= 8    ? UST_SHAPE_WORDS1                                                          \
	 : (len) <= 16 ? UST_SHAPE_WORDS2                                                          \
	 : (len) <= 32 ? UST_SHAPE_WORDS4                                                          \
		       : UST_SHAPE_COPY)
#define UST_SHAPE(nr_open, last, len)                                                              \
	((nr_open) == 0 ? UST_SHAPE_OF_WORDS(len)                                                  \
	 : (nr_open) == 1 && (last) == UST_TYPE_STRING && (len) <= 32                              \
		 ? ((len) <= 8 ? UST_SHAPE_STRING1 : UST_SHAPE_STRING4)                            \
		 : UST_SHAPE_ARGS)

/*
 * Puts size bytes of v at byte off of the words. All fields are put one after the other from byte
 * 0 on, so the first to touch a word writes all of it. off and size are constants: this folds.
 */
static inline __attribute__((always_inline, unused)) void ust_put(__u64 *words, unsigned int off,
								  unsigned int size, __u64 v)
{
	unsigned int i = off / 8, at = off % 8;

	if (!size)
		return;
	if (size < 8)
		v &= ((__u64)1 << size * 8 % 64) - 1;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v <<= 64 - size * 8;
	words[i] = at ? words[i] | v >> at * 8 : v;
	if (at + size > 8)
		words[i + 1] = v << (64 - at * 8) % 64;
#else
	words[i] = at ? words[i] | v << at * 8 : v;
	if (at + size > 8)
		words[i + 1] = v >> (64 - at * 8) % 64;
#endif
}

static inline __attribute__((always_inline, unused)) const char *ust_string(__u64 bits)
{
	const char *s = (const char *)(unsigned long)bits;

	return s ? s : "(null)";
}

/*
 * Recording functions are not inlined, so that their return address is a place in the traced
 * function; and are not called last, so that the call is not made a jump, which would leave the
 * return address of the traced function's caller.
 */
#define UST_RECORD_FN static __attribute__((noinline, unused)) void
#define UST_NOT_LAST __asm__ __volatile__("")

UST_RECORD_FN ust_record_args(struct ust_site_state *st, const struct ust_arg *args, __u32 nr_args)
{
	st->ops->record_args(st, args, nr_args, __builtin_return_address(0));
}

#if !UST_FUSED
UST_RECORD_FN ust_record_words(struct ust_site_state *st, const __u64 *w, __u64 len)
{
	st->ops->record_words(st, w, len, __builtin_return_address(0));
}

UST_RECORD_FN ust_record_string(struct ust_site_state *st, const __u64 *w, __u64 len,
				const char *string)
{
	st->ops->record_string(st, w, len, string, __builtin_return_address(0));
}
#endif

/* shape is a constant: one call remains. */
static inline __attribute__((always_inline, unused)) void
ust_record_shape(struct ust_site_state *st, int shape, const __u64 *w, __u64 len, __u64 string)
{
#if UST_FUSED
	if (shape == UST_SHAPE_WORDS1)
		ust_fused_words1(st, w[0], len);
	else if (shape == UST_SHAPE_WORDS2)
		ust_fused_words2(st, w[0], w[1], len);
	else if (shape == UST_SHAPE_WORDS4)
		ust_fused_words4(st, w[0], w[1], w[2], w[3], len);
	else if (shape == UST_SHAPE_COPY)
		ust_fused_copy(st, w, len);
	else if (shape == UST_SHAPE_STRING1)
		ust_fused_string1(st, w[0], len, ust_string(string));
	else
		ust_fused_string4(st, w[0], w[1], w[2], w[3], len, ust_string(string));
#else
	if (shape <= UST_SHAPE_COPY)
		ust_record_words(st, w, len);
	else
		ust_record_string(st, w, len, ust_string(string));
#endif
	UST_NOT_LAST;
}

#endif /* UST_DETAIL_RECORD_H */
