/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* The part of <ust/ring/fused.h> for payloads that end in a string. */
#ifndef UST_RING_FUSED_STRING_H
#define UST_RING_FUSED_STRING_H

#include <ust/ring/fused.h>

#if UST_FUSED

/*
 * Of those that follow, the sequence alone. Result: 1 if it was done, or 0: record_string() has to. So
 * the caller's address, which only that wants, takes no register meanwhile.
 *
 * fixlen (at most 8) bytes of w0, then a string, not NULL, which ends the payload.
 */
UST_FUSED_SHARED int ust_fused_string1_done(struct ust_site_state *st, __u64 w0, __u64 fixlen,
					    const char *s)
{
	ust_fused_v16 bytes;
	__u64 n = ust_fused_short(s, &bytes);

	if (__builtin_expect(n != 0, 1)) {
		__asm__ goto(UST_FUSED_HEAD
			"movq %[w0], " UST_FUSED_AT(0)
			"movups %[x], " UST_FUSED_AT_IDX(0, "%[fix]")
			UST_FUSED_PUBLISH
			: : [st] "r"(st), [len] "r"(fixlen + n), [w0] "r"(w0), [fix] "r"(fixlen),
			    [x] "x"(bytes)
			: UST_FUSED_CLOBBERS : slow, out);
	} else {
		n = __builtin_strlen(s) + 1;
		if (n < 16 || n > UST_FUSED_STRING_MAX)
			goto slow;
		__asm__ goto(UST_FUSED_HEAD
			"movq %[w0], " UST_FUSED_AT(0)
			UST_FUSED_STRING_COPY
			UST_FUSED_PUBLISH
			: : [st] "r"(st), [len] "r"(fixlen + n), [w0] "r"(w0), [fix] "r"(fixlen),
			    [s] "r"(s), [n] "r"(n)
			: UST_FUSED_CLOBBERS, UST_FUSED_STRING_CLOBBERS : slow, out);
	}
out:
	ust_fused_disarm(st);
	return 1;
slow:
	ust_fused_disarm(st);
	return 0;
}

UST_FUSED_NOINLINE void ust_fused_string1(struct ust_site_state *st, __u64 w0, __u64 fixlen,
					  const char *s)
{
	__u64 words[1];

	if (ust_fused_string1_done(st, w0, fixlen, s))
		return;
	/* Not w0 itself: that would have to be in memory from the beginning. */
	words[0] = w0;
	st->ops->record_string(st, words, fixlen, s, __builtin_return_address(0));
}

#define UST_FUSED_WORDS4_MEM \
	"movq (%[w]), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_AT(0) \
	"movq 8(%[w]), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_AT(8) \
	"movq 16(%[w]), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_AT(16) \
	"movq 24(%[w]), %%rax\n\t" \
	"movq %%rax, " UST_FUSED_AT(24)

/* A string that is not short, behind fixlen (at most 32) bytes of four words. */
UST_FUSED_SHARED int ust_fused_string4_long(struct ust_site_state *st, const __u64 *words,
					    __u64 fixlen, const char *s)
{
	__u64 n = __builtin_strlen(s) + 1;

	if (n < 16 || n > UST_FUSED_STRING_MAX)
		goto slow;
	__asm__ goto(UST_FUSED_HEAD
		UST_FUSED_WORDS4_MEM
		UST_FUSED_STRING_COPY
		UST_FUSED_PUBLISH
		: : [st] "r"(st), [len] "r"(fixlen + n), [w] "r"(words), [fix] "r"(fixlen),
		    [s] "r"(s), [n] "r"(n)
		: UST_FUSED_CLOBBERS, UST_FUSED_STRING_CLOBBERS : slow, out);
out:
	ust_fused_disarm(st);
	return 1;
slow:
	ust_fused_disarm(st);
	return 0;
}

/* fixlen (at most 32) bytes of four words, then a string, not NULL, which ends the payload. */
UST_FUSED_SHARED int ust_fused_string4_done(struct ust_site_state *st, const __u64 *words,
					    __u64 fixlen, const char *s)
{
	ust_fused_v16 bytes;
	__u64 n = ust_fused_short(s, &bytes);

	if (__builtin_expect(n == 0, 0))
		return ust_fused_string4_long(st, words, fixlen, s);
	__asm__ goto(UST_FUSED_HEAD
		UST_FUSED_WORDS4_MEM
		"movups %[x], " UST_FUSED_AT_IDX(0, "%[fix]")
		UST_FUSED_PUBLISH
		: : [st] "r"(st), [len] "r"(fixlen + n), [w] "r"(words), [fix] "r"(fixlen),
		    [x] "x"(bytes)
		: UST_FUSED_CLOBBERS : slow, out);
out:
	ust_fused_disarm(st);
	return 1;
slow:
	ust_fused_disarm(st);
	return 0;
}
#undef UST_FUSED_WORDS4_MEM

/* The same for at most 24 bytes, which go from registers into the ring if the string is short. */
UST_FUSED_SHARED int ust_fused_string3_done(struct ust_site_state *st, __u64 w0, __u64 w1, __u64 w2,
					    __u64 fixlen, const char *s)
{
	ust_fused_v16 bytes;
	__u64 n = ust_fused_short(s, &bytes);

	if (__builtin_expect(n == 0, 0)) {
		const __u64 words[4] = {w0, w1, w2, 0};

		return ust_fused_string4_long(st, words, fixlen, s);
	}
	__asm__ goto(UST_FUSED_HEAD
		"movq %[w0], " UST_FUSED_AT(0)
		"movq %[w1], " UST_FUSED_AT(8)
		"movq %[w2], " UST_FUSED_AT(16)
		"movups %[x], " UST_FUSED_AT_IDX(0, "%[fix]")
		UST_FUSED_PUBLISH
		: : [st] "r"(st), [len] "r"(fixlen + n), [w0] "r"(w0), [w1] "r"(w1), [w2] "r"(w2),
		    [fix] "r"(fixlen), [x] "x"(bytes)
		: UST_FUSED_CLOBBERS : slow, out);
out:
	ust_fused_disarm(st);
	return 1;
slow:
	ust_fused_disarm(st);
	return 0;
}

UST_FUSED_NOINLINE void ust_fused_string4(struct ust_site_state *st, __u64 w0, __u64 w1, __u64 w2,
					  __u64 w3, __u64 fixlen, const char *s)
{
	const __u64 words[4] = {w0, w1, w2, w3};

	if (!ust_fused_string4_done(st, words, fixlen, s))
		st->ops->record_string(st, words, fixlen, s, __builtin_return_address(0));
}

#endif /* UST_FUSED */

#endif /* UST_RING_FUSED_STRING_H */
