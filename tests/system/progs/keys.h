/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A function that runs through very many sites of one event, keys:many, and counts those that are
 * on. Made by the assembler: a compiler would need minutes.
 */
#ifndef TESTS_PROGS_KEYS_H
#define TESTS_PROGS_KEYS_H

#include <ust/tracepoint.h>

#ifndef KEYS_NR
#define KEYS_NR 20000
#endif

/* keys:one is an ordinary event, which gives the object its note. */
#define KEYS_FUNCTION(function)                                                                    \
	__attribute__((noinline)) unsigned int function(void);                                     \
	unsigned int function(void)                                                                \
	{                                                                                          \
		unsigned int nr = 0;                                                               \
                                                                                                   \
		UST_EVENT(keys, one, nr);                                                          \
		__asm__ __volatile__(                                                              \
			".rept " UST_PP_STR(                                                       \
				KEYS_NR) "\n"                                                      \
					 "1:\t.byte 0xa9\n\t"                                      \
					 ".4byte 2f - (1b + 5)\n"                                  \
					 "3:\n\t"                                                  \
					 ".pushsection .text.unlikely,\"ax\",@progbits\n"          \
					 "2:\tincl %0\n\tjmp 3b\n\t"                               \
					 ".popsection\n\t"                                         \
					 ".pushsection ust_sites,\"aR\",@progbits\n\t.balign 8\n"  \
					 "4:\t.4byte 5f - 4b, 1b - ., 2b - ., 6f - ., 7f - ., 8f " \
					 "- ., 8f - ., "                                           \
					 "8f - .\n\t"                                              \
					 ".4byte 1, %c1\n\t.balign 8\n5:\t.popsection\n\t"         \
					 ".pushsection .bss\n\t.balign 32\n6:\t.skip "             \
					 "32\n\t.popsection\n\t"                                   \
					 ".endr\n\t"                                               \
					 ".pushsection .rodata.keys,\"a\",@progbits\n"             \
					 "7:\t.asciz \"keys\"\n"                                   \
					 "8:\t.asciz \"many\"\n\t.popsection"                      \
			: "+r"(nr)                                                                 \
			: "i"(UST_SITE_EVENT | UST_SITE_PATCH << 8)                                \
			: "cc");                                                                   \
		return nr;                                                                         \
	}

#endif /* TESTS_PROGS_KEYS_H */
