/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * How a site is made: see docs/sites.md. UST_SITE(label, kind, level, provider, name, names, texts, n,
 * tuples...)
 * is a statement made of four parts (kind is EVENT or MARKER; level is as in the record; texts are a
 * UST_ATTR_LIST, empty without any):
 *
 *   enumerators  everything about the fields that is known when compiling
 *   state	  see state.h
 *   assembly	  the five bytes, the record, once for each object the note
 *   cold block	  evaluates the arguments, packs them into words, records them
 */
#ifndef UST_DETAIL_SITE_H
#define UST_DETAIL_SITE_H

#include <ust/abi/site.h>
#include <ust/ring/fused.h>
#include <ust/loglevel.h>
#include <ust/detail/site-fields.h>
#include <ust/detail/pp.h>
#include <ust/detail/record.h>
#include <ust/detail/state.h>

#if defined(UST_NO_PATCH) || !defined(__x86_64__) || defined(__ILP32__)
#define UST_SITE_METHOD UST_SITE_LOAD
#else
#define UST_SITE_METHOD UST_SITE_PATCH
#endif

#ifdef __arm__
#define UST_ASM_AT "%%"
#else
#define UST_ASM_AT "@"
#endif

/*
 * The note, once for each object file, in the assembly of a site so that an object without a site
 * has none. It is one group for the linker and retained: the linker's garbage collection keeps
 * notes by itself only outside of groups.
 */
#define UST_ASM_NOTE                                                                               \
	".ifndef .Lust_note\n\t"                                                                   \
	".set .Lust_note, 1\n\t"                                                                   \
	".pushsection " UST_NOTE_SECTION ",\"aGR\"," UST_ASM_AT "note,ust_note,comdat\n\t"         \
	".balign 4\n\t"                                                                            \
	".4byte 4, 12, " UST_PP_STR(                                                               \
		UST_NOTE_SITES) "\n\t"                                                             \
				".ascii \"UST\\0\"\n\t"                                            \
				".4byte " UST_PP_STR(                                              \
					UST_SITE_ABI) "\n\t"                                       \
						      ".hidden __start_" UST_SITE_SECTION "\n\t"   \
						      ".hidden __stop_" UST_SITE_SECTION "\n\t"    \
						      ".4byte __start_" UST_SITE_SECTION           \
						      " - .\n\t"                                   \
						      ".4byte __stop_" UST_SITE_SECTION " - .\n\t" \
						      ".popsection\n\t"                            \
						      ".endif\n\t"

/* struct ust_site_rec. R: the linker keeps it; ?: in the group of its function, if that is in one.
 */
#define UST_ASM_RECORD(addr, target, fields)                                                       \
	".pushsection " UST_SITE_SECTION ",\"aR?\"," UST_ASM_AT "progbits\n\t"                     \
	".balign 8\n"                                                                              \
	"2:\t.4byte 3f - 2b, " addr " - ., " target " - .\n\t"                                     \
	".4byte %c[st] - ., %c[prov] - ., %c[name] - ., %c[names] - ., %c[file] - .\n\t"           \
	".4byte %c[line], %c[meta] & 0x7fffffff\n\t" fields ".balign 8\n\t"                        \
	".if (%c[meta]) & 0x80000000\n\t"                                                          \
	".2byte " UST_PP_STR(UST_ATTR_LIST_) ", 0xffff\n\t"                                        \
					     ".4byte %c[texts] - .\n\t"                            \
					     ".endif\n"                                            \
					     "3:\t.popsection\n\t"
/* An enumerator has no text. */
#define UST_ATTR_LIST_ 4
UST_STATIC_ASSERT(UST_ATTR_LIST_ == UST_ATTR_LIST, "");

/* Kind, method, log level, number of fields; the top bit says that there are texts. */
#define UST_META(kind, method, level, texts, n)                                                    \
	((int)(UST_SITE_##kind | (method) << 8 | (level) << 16 | (n) << 24) |                      \
	 (sizeof(texts) > 1 ? -__INT_MAX__ - 1 : 0))
#define UST_ASM_OPERANDS(st_, method, kind, level, provider, event, names_, texts_, n, ...)        \
	UST_ASM_OPERANDS_BASE(st_, method, kind, level, provider, event, names_, texts_, n)        \
	UST_PP_MAP(n, UST_FIELD_OPERAND, __VA_ARGS__)
#define UST_ASM_OPERANDS_BASE(st_, method, kind, level, provider, event, names_, texts_, n)        \
	[st] "i"(st_), [prov] "i"(provider), [name] "i"(event), [names] "i"(names_),               \
		[file] "i"(__FILE__), [line] "i"(__LINE__), [texts] "i"(texts_),                   \
		[meta] "i"(UST_META(kind, method, level, texts_, n))

#ifdef __clang__
#define UST_COLD_LABEL
#else
#define UST_COLD_LABEL __attribute__((cold))
#endif

/* The five bytes. */
#define UST_ASM_INSN(on)                                                                           \
	"1:\t.byte " UST_PP_STR(UST_SITE_OPCODE_OFF) "\n\t.4byte %l[" #on "] - (1b + 5)\n\t"

#define UST_ASM_SITE(on, kind, level, provider, event, names, texts, n, ...)                       \
	__asm__ __inline__ goto(                                                                   \
		UST_ASM_INSN(on) UST_ASM_NOTE UST_ASM_RECORD(                                      \
			"1b", "%l[" #on "]", UST_PP_MAP(n, UST_FIELD_ASM, __VA_ARGS__))            \
		:                                                                                  \
		: UST_ASM_OPERANDS(UST_SELF, UST_SITE_METHOD, kind, level, provider, event, names, \
				   texts, n, __VA_ARGS__)                                          \
		: "cc"                                                                             \
		: on)

#if defined(__cplusplus) && defined(__clang__)
/*
 * Before clang 17 every asm goto counts as a jump to the labels of all others of its function,
 * which C++ forbids if a variable is initialised in between. In a function of its own there is no
 * other.
 */
#define UST_SITE_PATCHED(on, kind, level, provider, event, names, texts, n, ...)                   \
	struct ust_probe {                                                                         \
		static inline __attribute__((always_inline)) bool hit()                            \
		{                                                                                  \
			UST_ASM_SITE(on, kind, level, provider, event, names, texts, n,            \
				     __VA_ARGS__);                                                 \
			return false;                                                              \
		on:                                                                                \
			return true;                                                               \
		}                                                                                  \
	};                                                                                         \
	if (__builtin_expect(ust_probe::hit(), 0)) {                                               \
		UST_COLD(kind, names, n, __VA_ARGS__)                                              \
	}
#else
#define UST_SITE_PATCHED(on, kind, level, provider, event, names, texts, n, ...)                   \
	UST_ASM_SITE(on, kind, level, provider, event, names, texts, n, __VA_ARGS__);              \
	if (0) {                                                                                   \
	on:                                                                                        \
		UST_COLD_LABEL;                                                                    \
		UST_COLD(kind, names, n, __VA_ARGS__)                                              \
	}
#endif

#define UST_SITE_LOADED(on, kind, level, provider, event, names, texts, n, ...)                    \
	__asm__ __inline__ __volatile__(                                                           \
		UST_ASM_NOTE UST_ASM_RECORD("2b", "2b", UST_PP_MAP(n, UST_FIELD_ASM, __VA_ARGS__)) \
		:                                                                                  \
		: UST_ASM_OPERANDS(UST_SELF, UST_SITE_METHOD, kind, level, provider, event, names, \
				   texts, n, __VA_ARGS__));                                        \
	if (__builtin_expect(!!__atomic_load_n(&UST_SELF->inst, __ATOMIC_ACQUIRE), 0)) {           \
		UST_COLD(kind, names, n, __VA_ARGS__)                                              \
	}

#if defined(UST_NO_PATCH) || !defined(__x86_64__) || defined(__ILP32__)
#define UST_SITE_CODE UST_SITE_LOADED
#else
#define UST_SITE_CODE UST_SITE_PATCHED
#endif

/* Constants of all fields, and of the whole site. */
#define UST_SITE_CONSTS(n, ...)                                                                    \
	UST_PP_MAP(n, UST_FIELD_TYPE, __VA_ARGS__)                                                 \
	UST_CONSTS(                                                                                \
		UST_CONST(ust_eZ, 0) UST_CONST(ust_nZ, 0) UST_CONST(ust_wZ, 0) UST_PP_MAP(         \
			n, UST_FIELD_CONST,                                                        \
			__VA_ARGS__) UST_CONST(ust_len, UST_PP_CAT(ust_e, UST_PP_LAST_##n))        \
			UST_CONST(ust_open, UST_PP_CAT(ust_n, UST_PP_LAST_##n)) UST_CONST(         \
				ust_shape,                                                         \
				UST_SHAPE(ust_open, UST_PP_CAT(ust_w, UST_PP_LAST_##n), ust_len)))

/* From a level to what the record has. */
#define UST_LEVEL_OF(level) ((int)(level) + 1)
#define UST_CHECK_LEVEL(level)                                                                     \
	UST_STATIC_ASSERT((level) >= 0 && (level) <= UST_LOGLEVEL_MAX + 1,                         \
			  "UST: a log level is one of <ust/loglevel.h>");

/* Of the tuple that is an event's name (see UST_HELP): the string, and the text in the record. */
#define UST_NAME_OF(t) UST_PP_CALL_(UST_NAME_OF_, UST_PP_OPEN_ t)
#define UST_NAME_OF_(kind, name, ...) name
#define UST_HELP_OF(t) UST_PP_CALL_(UST_HELP_OF_, UST_PP_OPEN_ t)
#define UST_HELP_OF_(kind, name, ...) UST_HELP_OF_##kind(__VA_ARGS__)
#define UST_HELP_OF_ust_p(...)
#define UST_HELP_OF_ust_help(t, text) "h" text "\0"

/* A marker's format may ask for another type than its argument's: see marker.h. */
#define UST_FORMAT_ASKS_EVENT(names) 0
#define UST_FORMAT_APPLY_EVENT(args, n, names)

#define UST_COLD(kind, names, n, ...)                                                              \
	struct ust_arg ust_a[(n) ? (n) : 1];                                                       \
	UST_PP_MAP(n, UST_FIELD_ARG, __VA_ARGS__)                                                  \
	if (ust_shape == UST_SHAPE_ARGS || UST_FORMAT_ASKS_##kind(names)) {                        \
		UST_FORMAT_APPLY_##kind(ust_a, n, names) ust_record_args(UST_SELF, ust_a, n);      \
		UST_NOT_LAST;                                                                      \
	} else {                                                                                   \
		__u64 ust_buf[UST_SITE_FIELDS + 1];                                                \
		ust_buf[0] = ust_buf[1] = ust_buf[2] = ust_buf[3] = 0;                             \
		UST_PP_MAP(n, UST_FIELD_PUT, __VA_ARGS__)                                          \
		ust_record_shape(UST_SELF, ust_shape, ust_buf, ust_len,                            \
				 ust_a[(n) ? (n)-1 : 0].bits);                                     \
	}

/* On i386 position-independent code has no constant addresses for the assembly to take. */
#if defined(UST_DISABLE) || (defined(__i386__) && defined(__PIC__))
/* Types are checked, nothing is evaluated, nothing is left. */
#define UST_SITE_(on, kind, level, provider, event, names, texts, n, ...)                          \
	do {                                                                                       \
		UST_CHECK_LEVEL(level)                                                             \
		UST_PP_MAP(n, UST_FIELD_CHECK, __VA_ARGS__) UST_SITE_CONSTS(n, __VA_ARGS__) if (0) \
		{                                                                                  \
			struct ust_arg ust_a[(n) ? (n) : 1];                                       \
			UST_PP_MAP(n, UST_FIELD_ARG, __VA_ARGS__)                                  \
			(void)ust_a;                                                               \
			(void)ust_shape;                                                           \
		}                                                                                  \
	} while (0)
#else
#define UST_SITE_(on, kind, level, provider, event, names, texts, n, ...)                          \
	do {                                                                                       \
		UST_CHECK_LEVEL(level)                                                             \
		UST_PP_MAP(n, UST_FIELD_CHECK, __VA_ARGS__)                                        \
		UST_SITE_CONSTS(n, __VA_ARGS__)                                                    \
		UST_SITE_STATE(n, __VA_ARGS__)                                                     \
		UST_SITE_CODE(on, kind, level, provider, event, names, texts, n, __VA_ARGS__)      \
	} while (0)
#endif
#define UST_SITE(on, kind, level, provider, event, names, texts, n, ...)                           \
	UST_SITE_(on, kind, level, provider, event, names, texts, n, __VA_ARGS__)

#endif /* UST_DETAIL_SITE_H */
