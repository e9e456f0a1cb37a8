/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * The parts of an event class. For class C there are, at file scope:
 *
 *	ust_class_C_w0 to _w19	enumerators: the words of the fields, 0 for those that it has not
 *	ust_class_C_n		the number of its fields
 *	ust_class_C_names, _texts, _tables
 *	ust_class_C()		records an event of the class, whose state it is told
 *
 * An event is a site whose record is made of these, and whose cold block is a call.
 */
#ifndef UST_DETAIL_CLASS_H
#define UST_DETAIL_CLASS_H

#include <ust/detail/class-words.h>
#include <ust/detail/site.h>

/* It ends with what wants a semicolon. */
#define UST_CLASS_DEFINE(class_, params, n, ...)                                                   \
	UST_CLASS_EACH(UST_CLASS_FN, (class_, params), __VA_ARGS__)                                \
	static const char ust_class_##class_##_names[] __attribute__((unused)) =                   \
		UST_PP_MAP(n, UST_FIELD_NAME, __VA_ARGS__);                                        \
	static const char ust_class_##class_##_texts[] __attribute__((unused)) =                   \
		"" UST_PP_MAP(n, UST_FIELD_TEXTS, __VA_ARGS__);                                    \
	static const struct ust_enum_table *const ust_class_##class_##_tables[]                    \
		__attribute__((unused)) = {UST_PP_MAP(n, UST_FIELD_TABLE, __VA_ARGS__) 0};         \
	static __attribute__((noinline, unused)) void ust_class_##class_(                          \
		struct ust_site_state *ust_st, UST_PP_OPEN_ params)                                \
	{                                                                                          \
		void *const ust_ip = __builtin_return_address(0);                                  \
		struct ust_arg ust_a[n];                                                           \
		UST_PP_MAP(n, UST_FIELD_CHECK, __VA_ARGS__)                                        \
		UST_SITE_CONSTS(n, __VA_ARGS__)                                                    \
		UST_PP_MAP(n, UST_FIELD_ARG, __VA_ARGS__)                                          \
		(void)ust_ip;                                                                      \
		if (ust_shape == UST_SHAPE_ARGS) {                                                 \
			ust_st->ops->record_args(ust_st, ust_a, n, ust_ip);                        \
		} else {                                                                           \
			__u64 ust_buf[UST_SITE_FIELDS + 1];                                        \
			ust_buf[0] = ust_buf[1] = ust_buf[2] = ust_buf[3] = 0;                     \
			UST_PP_MAP(n, UST_FIELD_PUT, __VA_ARGS__)                                  \
			UST_CLASS_RECORD(ust_a[n - 1].bits)                                        \
		}                                                                                  \
	}                                                                                          \
	__extension__ enum {                                                                       \
		UST_CLASS_EACH(UST_CLASS_WORD, (class_, params), __VA_ARGS__)                      \
			ust_class_##class_##_n = n                                                 \
	}

/*
 * It is called last, so that functions with few words are jumped to: they take the caller's address
 * from the stack, and it is that of the event. The others are told. Without optimisation there are no
 * such jumps. All is constant: one call remains.
 */
#if UST_FUSED && defined(__OPTIMIZE__)
UST_FUSED_NOINLINE void ust_class_copy(struct ust_site_state *st, const __u64 *words, __u64 len,
				       void *ip)
{
	ust_fused_copy_at(st, words, len, ip);
}

UST_FUSED_NOINLINE void ust_class_string4(struct ust_site_state *st, const __u64 *words, __u64 len,
					  const char *text, void *ip)
{
	if (!ust_fused_string4_done(st, words, len, text))
		st->ops->record_string(st, words, len, text, ip);
}

#define UST_CLASS_RECORD(text)                                                                     \
	if (ust_shape == UST_SHAPE_WORDS1)                                                         \
		ust_fused_words1(ust_st, ust_buf[0], ust_len);                                     \
	else if (ust_shape == UST_SHAPE_WORDS2)                                                    \
		ust_fused_words2(ust_st, ust_buf[0], ust_buf[1], ust_len);                         \
	else if (ust_shape == UST_SHAPE_WORDS4)                                                    \
		ust_fused_words4(ust_st, ust_buf[0], ust_buf[1], ust_buf[2], ust_buf[3], ust_len); \
	else if (ust_shape == UST_SHAPE_STRING1)                                                   \
		ust_fused_string1(ust_st, ust_buf[0], ust_len, ust_string(text));                  \
	else if (ust_shape == UST_SHAPE_STRING4)                                                   \
		ust_class_string4(ust_st, ust_buf, ust_len, ust_string(text), ust_ip);             \
	else                                                                                       \
		ust_class_copy(ust_st, ust_buf, ust_len, ust_ip);
#else
#define UST_CLASS_RECORD(text)                                                                     \
	if (ust_shape <= UST_SHAPE_COPY)                                                           \
		ust_st->ops->record_words(ust_st, ust_buf, ust_len, ust_ip);                       \
	else                                                                                       \
		ust_st->ops->record_string(ust_st, ust_buf, ust_len, ust_string(text), ust_ip);
#endif

/* The words of an event's record: as many as its meta says that there are fields. */
#define UST_CLASS_ASM(a, i, t)                                                                     \
	".if ((%c[meta]) >> 24 & 31) > " #i "\n\t.4byte %c[f" #i "]\n\t.endif\n\t"
#define UST_CLASS_OPERAND(class_, i, t) , [f##i] "i"(ust_class_##class_##_w##i)

#define UST_CLASS_OPERANDS(level, class_, provider, event)                                         \
	UST_ASM_OPERANDS_BASE(UST_SELF, UST_SITE_METHOD, EVENT, level, provider, event,            \
			      ust_class_##class_##_names, ust_class_##class_##_texts,              \
			      ust_class_##class_##_n)                                              \
	UST_CLASS_EACH(UST_CLASS_OPERAND, class_, ~)

#define UST_CLASS_GOTO(on, level, class_, provider, event)                                         \
	__asm__ __inline__ goto(UST_ASM_INSN(on) UST_ASM_NOTE UST_ASM_RECORD(                      \
					"1b", "%l[" #on "]", UST_CLASS_EACH(UST_CLASS_ASM, ~, ~))  \
				:                                                                  \
				: UST_CLASS_OPERANDS(level, class_, provider, event)               \
				: "cc"                                                             \
				: on)

#define UST_CLASS_COLD(class_, ...)                                                                \
	ust_class_##class_(UST_SELF, __VA_ARGS__);                                                 \
	UST_NOT_LAST;

/* As UST_SITE_PATCHED, UST_SITE_LOADED; <ust/span.h> chooses between them too. */
#define UST_CLASS_CODE UST_PP_CAT(UST_CLASS_OF_, UST_SITE_CODE)
#if defined(__cplusplus) && defined(__clang__)
#define UST_CLASS_OF_UST_SITE_PATCHED(on, level, class_, provider, event, ...)                     \
	struct ust_probe {                                                                         \
		static inline __attribute__((always_inline)) bool hit()                            \
		{                                                                                  \
			UST_CLASS_GOTO(on, level, class_, provider, event);                        \
			return false;                                                              \
		on:                                                                                \
			return true;                                                               \
		}                                                                                  \
	};                                                                                         \
	if (__builtin_expect(ust_probe::hit(), 0)) {                                               \
		UST_CLASS_COLD(class_, __VA_ARGS__)                                                \
	}
#else
#define UST_CLASS_OF_UST_SITE_PATCHED(on, level, class_, provider, event, ...)                     \
	UST_CLASS_GOTO(on, level, class_, provider, event);                                        \
	if (0) {                                                                                   \
	on:                                                                                        \
		UST_COLD_LABEL;                                                                    \
		UST_CLASS_COLD(class_, __VA_ARGS__)                                                \
	}
#endif
#define UST_CLASS_OF_UST_SITE_LOADED(on, level, class_, provider, event, ...)                      \
	__asm__ __inline__ __volatile__(                                                           \
		UST_ASM_NOTE UST_ASM_RECORD("2b", "2b", UST_CLASS_EACH(UST_CLASS_ASM, ~, ~))       \
		:                                                                                  \
		: UST_CLASS_OPERANDS(level, class_, provider, event));                             \
	if (__builtin_expect(!!__atomic_load_n(&UST_SELF->inst, __ATOMIC_ACQUIRE), 0)) {           \
		UST_CLASS_COLD(class_, __VA_ARGS__)                                                \
	}

#define UST_CLASS_SITE(on, level, ...) UST_CLASS_SITE_(on, level, __VA_ARGS__)
#if defined(UST_DISABLE) || (defined(__i386__) && defined(__PIC__))
#define UST_CLASS_SITE_(on, level, class_, provider, event, ...)                                   \
	do {                                                                                       \
		UST_CHECK_LEVEL(level)                                                             \
		if (0)                                                                             \
			ust_class_##class_(0, __VA_ARGS__);                                        \
	} while (0)
#else
#define UST_CLASS_SITE_(on, level, class_, provider, event, ...)                                   \
	do {                                                                                       \
		UST_CHECK_LEVEL(level)                                                             \
		UST_CLASS_STATE(class_)                                                            \
		UST_CLASS_CODE(on, level, class_, provider, event, __VA_ARGS__)                    \
	} while (0)
#endif

#endif /* UST_DETAIL_CLASS_H */
