/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* A site that is no event but a question: see UST_SITE_QUERY. */
#ifndef UST_DETAIL_QUERY_H
#define UST_DETAIL_QUERY_H

#include <ust/detail/site.h>

/* clang before 17 takes each asm goto for a jump to all labels, and none may go into an expression. */
#if defined(__clang__) && !defined(__cplusplus) && __clang_major__ < 17
#define UST_QUERY_CODE UST_QUERY_LOADED
#define UST_QUERY_METHOD UST_SITE_LOAD
#elif defined(UST_NO_PATCH) || !defined(__x86_64__) || defined(__ILP32__)
#define UST_QUERY_CODE UST_QUERY_LOADED
#define UST_QUERY_METHOD UST_SITE_LOAD
#elif defined(__cplusplus) && defined(__clang__)
#define UST_QUERY_CODE UST_QUERY_FUNCTION
#define UST_QUERY_METHOD UST_SITE_PATCH
#else
#define UST_QUERY_CODE UST_QUERY_PATCHED
#define UST_QUERY_METHOD UST_SITE_PATCH
#endif

#define UST_QUERY_OPERANDS(provider, event)                                                        \
	UST_ASM_OPERANDS(UST_SELF, UST_QUERY_METHOD, QUERY, 0, provider, event, "", "", 0, ~)

#define UST_QUERY_ASM(on, provider, event)                                                         \
	__asm__ __inline__ goto(UST_ASM_INSN(on)                                                   \
					UST_ASM_NOTE UST_ASM_RECORD("1b", "%l[" #on "]", "")       \
				:                                                                  \
				: UST_QUERY_OPERANDS(provider, event)                              \
				: "cc"                                                             \
				: on)

#define UST_QUERY_PATCHED(on, provider, event)                                                     \
	__extension__({                                                                            \
		int ust_is_on = 0;                                                                 \
		UST_SITE_STATE(0, ~)                                                               \
		UST_QUERY_ASM(on, provider, event);                                                \
		if (0) {                                                                           \
		on:                                                                                \
			UST_COLD_LABEL;                                                            \
			ust_is_on = 1;                                                             \
		}                                                                                  \
		ust_is_on;                                                                         \
	})

#define UST_QUERY_FUNCTION(on, provider, event)                                                    \
	__extension__({                                                                            \
		UST_SITE_STATE(0, ~)                                                               \
		struct ust_probe {                                                                 \
			static inline __attribute__((always_inline)) int hit()                     \
			{                                                                          \
				UST_QUERY_ASM(on, provider, event);                                \
				return 0;                                                          \
			on:                                                                        \
				return 1;                                                          \
			}                                                                          \
		};                                                                                 \
		ust_probe::hit();                                                                  \
	})

#define UST_QUERY_LOADED(on, provider, event)                                                      \
	__extension__({                                                                            \
		UST_SITE_STATE(0, ~)                                                               \
		__asm__ __inline__ __volatile__(UST_ASM_NOTE UST_ASM_RECORD("2b", "2b", "")        \
						:                                                  \
						: UST_QUERY_OPERANDS(provider, event));            \
		!!__atomic_load_n(&UST_SELF->inst, __ATOMIC_RELAXED);                              \
	})

#if defined(UST_DISABLE) || (defined(__i386__) && defined(__PIC__))
#define UST_QUERY(on, provider, event) 0
#else
#define UST_QUERY(on, provider, event) UST_QUERY_(on, provider, event)
#define UST_QUERY_(on, provider, event) UST_QUERY_CODE(on, provider, event)
#endif

#endif /* UST_DETAIL_QUERY_H */
