/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* A site that always runs, because libust keeps its last value: see UST_SITE_STICKY. */
#ifndef UST_DETAIL_STICKY_H
#define UST_DETAIL_STICKY_H

#include <ust/detail/site.h>

#define UST_WORD_ust_replayed(u, zero) ((int)UST_TYPE_BOOL)
#define UST_ARG_ust_replayed(a, zero) UST_SET(a, zero, 0)
#define UST_CHECK_ust_replayed(name, zero)
#define UST_TABLE_ust_replayed(u, zero)
#define UST_NR_TABLES_ust_replayed(u, zero)
#define UST_TEXTS_ust_replayed(i, zero)

static __attribute__((noinline, unused)) void
ust_sticky_keep(struct ust_sticky_state *st, const struct ust_arg *args, __u32 nr_args)
{
	st->state.ops->keep(&st->state, args, nr_args, __builtin_return_address(0));
}

#define UST_STICKY(level, provider, event, names, texts, n, ...)                                   \
	UST_STICKY_(level, provider, event, names, texts, n, __VA_ARGS__)
#if defined(UST_DISABLE) || (defined(__i386__) && defined(__PIC__))
#define UST_STICKY_(level, provider, event, names, texts, n, ...)                                  \
	UST_SITE_(, EVENT, level, provider, event, names, texts, n, __VA_ARGS__)
#else
#define UST_STICKY_(level, provider, event, names, texts, n, ...)                                  \
	do {                                                                                       \
		UST_STATIC_ASSERT((n) > 1, "UST: a state needs a key");                            \
		UST_CHECK_LEVEL(level)                                                             \
		UST_PP_MAP(n, UST_FIELD_CHECK, __VA_ARGS__)                                        \
		UST_SITE_CONSTS(n, __VA_ARGS__) UST_STICKY_STATE(n, __VA_ARGS__)(void) ust_shape;  \
		__asm__ __inline__ __volatile__(                                                   \
			UST_ASM_NOTE UST_ASM_RECORD("2b", "2b",                                    \
						    UST_PP_MAP(n, UST_FIELD_ASM, __VA_ARGS__))     \
			:                                                                          \
			: UST_ASM_OPERANDS(UST_STICKY_SELF, UST_SITE_LOAD, STICKY, level,          \
					   provider, event, names, texts, n, __VA_ARGS__));        \
		if (__atomic_load_n(&UST_STICKY_SELF->state.ops, __ATOMIC_ACQUIRE)) {              \
			struct ust_arg ust_a[n];                                                   \
			UST_PP_MAP(n, UST_FIELD_ARG, __VA_ARGS__)                                  \
			ust_sticky_keep(UST_STICKY_SELF, ust_a, n);                                \
			UST_NOT_LAST;                                                              \
		}                                                                                  \
	} while (0)
#endif

#endif /* UST_DETAIL_STICKY_H */
