/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Where a tracepoint is called: a site of kind UST_SITE_CALL, which knows the types of its arguments
 * and nothing of the event's fields. For each event that a header declares there are, in each
 * translation unit and only if it is used:
 *
 *	ust_lttng_call_P___N	the state, in which libust stores that function
 *	ust_lttng_on_P___N()	the five bytes: whether it is on
 *	ust_lttng_cb_P___N()	calls the function
 *
 * The five bytes are in a function of their own, because clang before 17 takes each asm goto of a
 * function for a jump to the labels of all others.
 */
#ifndef UST_COMPAT_DETAIL_CALL_H
#define UST_COMPAT_DETAIL_CALL_H

#include <ust/compat/detail/args.h>
#include <ust/detail/site.h>

#ifdef __cplusplus
#define UST_LTTNG_EXTERN_C extern "C"
#else
#define UST_LTTNG_EXTERN_C extern
#endif

#if defined(UST_NO_PATCH) || !defined(__x86_64__) || defined(__ILP32__)
#define UST_LTTNG_LOADS 1
#define UST_LTTNG_TARGET "1b"
#else
#define UST_LTTNG_LOADS 0
#define UST_LTTNG_TARGET "%l[ust_on]"
#endif

#define UST_LTTNG_INLINE                                                                           \
	static inline __attribute__((always_inline, unused, no_instrument_function))

/*
 * A reference to the provider's symbol, so that the linker takes the provider out of an archive: in
 * memory that nobody reads, and not in an instruction. Of the kind that is good for a symbol of another
 * shared object too, as a relocation that does nothing would not be; and known to the compiler, because
 * a linker that optimises does not look into assembly.
 */
#if defined(__i386__) && defined(__PIC__)
#define UST_LTTNG_NEED(provider) __asm__ __volatile__("" : : "r"(&ust_lttng_provider_##provider))
#else
#define UST_LTTNG_NEED(provider)                                                                   \
	static char *const ust_need = &ust_lttng_provider_##provider;                              \
	__asm__ __volatile__("" : : "i"(&ust_need))
#endif

/*
 * Headers declare many more events than a unit calls, so what follows is short: the texts of the
 * assembly are single strings, and the note has a function of its own.
 */
UST_LTTNG_INLINE void ust_lttng_note(void)
{
	__asm__ __volatile__(UST_ASM_NOTE);
}

/* Every piece of a record says it all: the assembler has a section of its own for other flags. */
#ifdef __arm__
#define UST_LTTNG_PUSH ".pushsection ust_sites,\"aR?\",%%progbits\n"
#else
#define UST_LTTNG_PUSH ".pushsection ust_sites,\"aR?\",@progbits\n"
#endif

/* A record without fields and with one attribute, the signature. */
#define UST_LTTNG_CALL_RECORD                                                                      \
	UST_LTTNG_PUSH "\t.balign 8\n"                                                             \
		       "2:\t.4byte 3f-2b, 1b-., " UST_LTTNG_TARGET                                 \
		       "-., %c[st]-., %c[prov]-., %c[name]-., %c[name]-., %c[file]-.\n\t"          \
		       ".4byte %c[line], %c[meta], %c[attr], %c[sig]-.\n"                          \
		       "3:\t.popsection\n\t"
#define UST_LTTNG_CALL_OPERANDS(provider, event, types)                                            \
	[st] "i"(&ust_lttng_call_##provider##___##event), [prov] "i"(#provider),                   \
		[name] "i"(#event), [file] "i"(__FILE__), [line] "i"(__LINE__),                    \
		[meta] "i"(UST_SITE_CALL | UST_SITE_METHOD << 8), [sig] "i"(types),                \
		[attr] "i"(UST_ATTR_SIGNATURE | UST_ATTR_EVENT << 16)

#if defined(UST_DISABLE) || (defined(__i386__) && defined(__PIC__))
#define UST_LTTNG_ON(provider, event, types) return 0;
#elif UST_LTTNG_LOADS
#define UST_LTTNG_ON(provider, event, types)                                                       \
	ust_lttng_note();                                                                          \
	__asm__ __inline__ __volatile__("1:\t" UST_LTTNG_CALL_RECORD                               \
					:                                                          \
					: UST_LTTNG_CALL_OPERANDS(provider, event, types));        \
	return !!__atomic_load_n(&ust_lttng_call_##provider##___##event.inst, __ATOMIC_ACQUIRE);
#else
#define UST_LTTNG_ON(provider, event, types)                                                       \
	ust_lttng_note();                                                                          \
	__asm__ __inline__ goto(                                                                   \
		"1:\t.byte 0xA9\n\t.4byte %l[ust_on]-(1b+5)\n\t" UST_LTTNG_CALL_RECORD             \
		:                                                                                  \
		: UST_LTTNG_CALL_OPERANDS(provider, event, types)                                  \
		: "cc"                                                                             \
		: ust_on);                                                                         \
	return 0;                                                                                  \
	ust_on:                                                                                    \
	return 1;
#endif
UST_STATIC_ASSERT(UST_SITE_OPCODE_OFF == 0xA9, "UST: the text of UST_LTTNG_ON");

/* __VA_ARGS__: the arguments' types and names. */
#define UST_LTTNG_DECLARE(provider, event, ...)                                                    \
	UST_LTTNG_DECLARE_N(provider, event, UST_LTTNG_COUNT(__VA_ARGS__), __VA_ARGS__)
#define UST_LTTNG_DECLARE_N(provider, event, n, ...)                                               \
	UST_LTTNG_DECLARE_(provider, event, UST_LTTNG_CAT(UST_LTTNG_TYPES_, n)(__VA_ARGS__),       \
			   (UST_LTTNG_CAT(UST_LTTNG_PROTO_, n)(__VA_ARGS__)),                      \
			   (UST_LTTNG_CAT(UST_LTTNG_NAMES_, n)(__VA_ARGS__)))
/* The function is loaded behind the patched site. Once there was one there always is: that of a call
 * which loses its definition does nothing. [definition-load <- definition-publish in libust/site/join.c]
 */
#define UST_LTTNG_DECLARE_(provider, event, types, proto, names)                                   \
	UST_LTTNG_EXTERN_C char ust_lttng_provider_##provider UST_LTTNG_VISIBILITY;                \
	static struct ust_site_state ust_lttng_call_##provider##___##event                         \
		__attribute__((unused));                                                           \
	UST_LTTNG_INLINE int ust_lttng_on_##provider##___##event(void){UST_LTTNG_ON(               \
		provider, event,                                                                   \
		types)} UST_LTTNG_INLINE void ust_lttng_cb_##provider##___##event proto            \
	{                                                                                          \
		void(*ust_fn) proto = (void(*) proto)(__UINTPTR_TYPE__)__atomic_load_n(            \
			&ust_lttng_call_##provider##___##event.definition, __ATOMIC_RELAXED);      \
		ust_fn names;                                                                      \
		/* Also to call the function and not jump to it: it wants its caller's address. */ \
		UST_LTTNG_NEED(provider);                                                          \
	}

#endif /* UST_COMPAT_DETAIL_CALL_H */
