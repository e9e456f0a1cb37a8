/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * No guard: the symbol that calls of LTTNG_UST_TRACEPOINT_PROVIDER refer to, in a translation unit
 * that has LTTNG_UST_TRACEPOINT_DEFINE and does not make the provider; and, unless that is to be
 * loaded later, the reference that takes the provider out of an archive. A header that is included
 * twice comes here twice, so that the symbol is defined in a way that can be repeated. gcc has to know
 * of it, because with -flto it makes one assembly of this and of the unit that makes the provider.
 */
#undef UST_LTTNG_LINK_PROVIDER
#undef UST_LTTNG_LINK_HIDDEN
#ifdef LTTNG_UST_TRACEPOINT_PROBE_DYNAMIC_LINKAGE
#define UST_LTTNG_LINK_PROVIDER(provider, number)
#else
#define UST_LTTNG_LINK_PROVIDER(provider, number)                                                  \
	UST_LTTNG_EXTERN_C char UST_LTTNG_CAT(ust_lttng_probes_, provider);                        \
	static char *const UST_LTTNG_CAT(ust_lttng_link_, number) __attribute__((used)) =          \
		&UST_LTTNG_CAT(ust_lttng_probes_, provider);
#endif
#ifdef LTTNG_UST_TRACEPOINT_HIDDEN_DEFINITION
#define UST_LTTNG_LINK_HIDDEN(name) ".hidden " name "\n\t"
#else
#define UST_LTTNG_LINK_HIDDEN(name)
#endif

#ifndef UST_LTTNG_LINK
#ifndef __cplusplus
/* A tentative definition. */
#define UST_LTTNG_LINK(provider)                                                                   \
	char UST_LTTNG_CAT(ust_lttng_provider_, provider) __attribute__((weak))                    \
	UST_LTTNG_VISIBILITY;
#elif !defined(__clang__)
/* Another name of a static variable. */
#define UST_LTTNG_LINK(provider)                                                                   \
	extern "C" char UST_LTTNG_CAT(ust_lttng_provider_, provider)                               \
		__attribute__((weak, alias("_ZL13ust_lttng_one"))) UST_LTTNG_VISIBILITY;
static char ust_lttng_one __attribute__((unused));
#else
#define UST_LTTNG_LINK(provider) UST_LTTNG_LINK_("ust_lttng_provider_" UST_LTTNG_STR(provider))
/* clang-format off */
#define UST_LTTNG_LINK_(symbol)                                                                    \
	__asm__(".ifndef .L" symbol "\n\t"                                                         \
		".set .L" symbol ", 1\n\t"                                                         \
		".pushsection .data.rel.ro,\"aw\"\n\t"                                             \
		".weak " symbol "\n\t"                                                             \
		UST_LTTNG_LINK_HIDDEN(symbol)                                                      \
		".type " symbol ", STT_OBJECT\n\t"                                                 \
		".size " symbol ", 1\n"                                                            \
		symbol ":\n\t"                                                                     \
		".byte 0\n\t"                                                                      \
		".popsection\n\t"                                                                  \
		".endif");
/* clang-format on */
#endif
#endif
UST_LTTNG_LINK(LTTNG_UST_TRACEPOINT_PROVIDER)
UST_LTTNG_LINK_PROVIDER(LTTNG_UST_TRACEPOINT_PROVIDER, __COUNTER__)
