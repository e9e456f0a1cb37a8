/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * No guard: the symbol that calls of LTTNG_UST_TRACEPOINT_PROVIDER refer to, in a translation unit
 * that has LTTNG_UST_TRACEPOINT_DEFINE and does not make the provider; and, unless that is to be
 * loaded later, the reference that takes the provider out of an archive. In assembly, because a
 * header that is included twice comes here twice.
 */
#undef UST_LTTNG_LINK_PROVIDER
#undef UST_LTTNG_LINK_HIDDEN
#ifdef LTTNG_UST_TRACEPOINT_PROBE_DYNAMIC_LINKAGE
#define UST_LTTNG_LINK_PROVIDER(provider)
#else
#define UST_LTTNG_LINK_PROVIDER(provider)                                                          \
	".balign 8\n\t.dc.a ust_lttng_probes_" UST_LTTNG_STR(provider) "\n\t"
#endif
#ifdef LTTNG_UST_TRACEPOINT_HIDDEN_DEFINITION
#define UST_LTTNG_LINK_HIDDEN(name) ".hidden " name "\n\t"
#else
#define UST_LTTNG_LINK_HIDDEN(name)
#endif

#ifndef UST_LTTNG_LINK
#define UST_LTTNG_LINK(provider)                                                                   \
	UST_LTTNG_LINK_("ust_lttng_provider_" UST_LTTNG_STR(provider), provider)
/* clang-format off */
#define UST_LTTNG_LINK_(symbol, provider)                                                          \
	__asm__(".ifndef .L" symbol "\n\t"                                                         \
		".set .L" symbol ", 1\n\t"                                                         \
		".pushsection .data.rel.ro,\"aw\"\n\t"                                             \
		".weak " symbol "\n\t"                                                             \
		UST_LTTNG_LINK_HIDDEN(symbol)                                                      \
		".type " symbol ", STT_OBJECT\n\t"                                                 \
		".size " symbol ", 1\n"                                                            \
		symbol ":\n\t"                                                                     \
		".byte 0\n\t"                                                                      \
		UST_LTTNG_LINK_PROVIDER(provider)                                                  \
		".popsection\n\t"                                                                  \
		".endif");
/* clang-format on */
#endif
UST_LTTNG_LINK(LTTNG_UST_TRACEPOINT_PROVIDER)
