/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/* What a class knows of its fields at file scope, and the state of its events. */
#ifndef UST_DETAIL_CLASS_WORDS_H
#define UST_DETAIL_CLASS_WORDS_H

#include <ust/detail/site-fields.h>
#include <ust/detail/state.h>

/* m(a, i, t) for each field, and for one of kind ust_pad where it could have more. */
#define UST_CLASS_EACH(m, a, ...)                                                                  \
	UST_CLASS_EACH_(m, a, __VA_ARGS__, UST_CLASS_PADS, UST_CLASS_PADS, UST_CLASS_PADS,         \
			UST_CLASS_PADS, UST_CLASS_PADS, ~)
#define UST_CLASS_PADS (ust_pad, "", 0), (ust_pad, "", 0), (ust_pad, "", 0), (ust_pad, "", 0)
#define UST_CLASS_EACH_(...) UST_CLASS_EACH_20(__VA_ARGS__)
#define UST_CLASS_EACH_20(m, a, t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14,   \
			  t15, t16, t17, t18, t19, ...)                                            \
	m(a, 0, t0) m(a, 1, t1) m(a, 2, t2) m(a, 3, t3) m(a, 4, t4) m(a, 5, t5) m(a, 6, t6)        \
		m(a, 7, t7) m(a, 8, t8) m(a, 9, t9) m(a, 10, t10) m(a, 11, t11) m(a, 12, t12)      \
			m(a, 13, t13) m(a, 14, t14) m(a, 15, t15) m(a, 16, t16) m(a, 17, t17)      \
				m(a, 18, t18) m(a, 19, t19)

/* a is (class, parameters): UST_CLASS_WORD_FIELD or _PAD of class, parameters, i, word. */
#define UST_CLASS_WORD(a, i, t) UST_PP_CALL_(UST_CLASS_WORD_1, UST_PP_OPEN_ a, i, UST_PP_OPEN_ t)
#define UST_CLASS_WORD_1(class_, params, i, kind, name, ...)                                       \
	UST_PP_CAT(UST_CLASS_WORD_, UST_PP_SECOND(UST_CLASS_KIND_##kind, FIELD, ~))                \
	(class_, params, i, UST_WORD_##kind(~, __VA_ARGS__))
#define UST_CLASS_KIND_ust_pad , PAD
#define UST_WORD_ust_pad(u, zero) 0
#define UST_CLASS_WORD_PAD(class_, params, i, word) ust_class_##class_##_w##i = 0,

#ifdef __cplusplus
/* In a trailing return type the parameters are in scope, and the type tells the word. */
extern "C++" {
template <typename F> struct ust_class_result;
template <typename R, typename... A> struct ust_class_result<R(A...)> : R {
};

template <class Tag> struct UST_SITE_HIDDEN ust_class_slot {
	static struct ust_site_state state;
};
template <class Tag> struct ust_site_state ust_class_slot<Tag>::state = {
	nullptr, 0, 0, nullptr,
	{
		Tag::ust_tables()
	}
};
} /* extern "C++" */
#define UST_CLASS_WORD_FIELD(class_, params, i, word)                                              \
	ust_class_##class_##_w##i = ust_class_result<ust_class_##class_##_f##i>::value,

#define UST_CLASS_FN(a, i, t) UST_PP_CALL_(UST_CLASS_FN_1, UST_PP_OPEN_ a, i, UST_PP_OPEN_ t)
#define UST_CLASS_FN_1(class_, params, i, kind, name, ...)                                         \
	UST_PP_CAT(UST_CLASS_FN_, UST_PP_SECOND(UST_CLASS_KIND_##kind, FIELD, ~))                  \
	(class_, params, i, UST_WORD_##kind(~, __VA_ARGS__))
#define UST_CLASS_FN_PAD(class_, params, i, word)
#define UST_CLASS_FN_FIELD(class_, params, i, word)                                                \
	using ust_class_##class_##_f##i = auto(UST_PP_OPEN_ params)->ust_constant<(word)>;

#define UST_CLASS_STATE(class_)                                                                    \
	struct UST_PP_CAT(ust_tag_, __LINE__) {                                                    \
		static constexpr const struct ust_enum_table *const *ust_tables()                  \
		{                                                                                  \
			return UST_CLASS_TABLES(class_);                                           \
		}                                                                                  \
	};                                                                                         \
	typedef ust_class_slot<UST_PP_CAT(ust_tag_, __LINE__)> ust_slot __attribute__((unused));
#else
/*
 * A parameter is in scope up to the end of the list of parameters, from where nothing can be told but
 * by a type: the word's digits are sizes of arrays, and _Generic compares the types of functions.
 */
#define UST_CLASS_WORD_FIELD(class_, params, i, word)                                              \
	ust_class_##class_##_w##i =                                                                \
		(int)(UST_CLASS_DIGIT(params, word, 0) | UST_CLASS_DIGIT(params, word, 4) |        \
		      UST_CLASS_DIGIT(params, word, 8) | UST_CLASS_DIGIT(params, word, 12) |       \
		      UST_CLASS_DIGIT(params, word, 16) | UST_CLASS_DIGIT(params, word, 20) |      \
		      UST_CLASS_DIGIT(params, word, 24) | UST_CLASS_DIGIT(params, word, 28)),
/* clang-format off */
#define UST_CLASS_DIGIT(params, word, shift)                                                       \
	(_Generic((UST_CLASS_TYPE(params, 1 + ((unsigned int)(word) >> shift & 15)))0,             \
		UST_CLASS_TYPE(params, 1): 0u, UST_CLASS_TYPE(params, 2): 1u,                      \
		UST_CLASS_TYPE(params, 3): 2u, UST_CLASS_TYPE(params, 4): 3u,                      \
		UST_CLASS_TYPE(params, 5): 4u, UST_CLASS_TYPE(params, 6): 5u,                      \
		UST_CLASS_TYPE(params, 7): 6u, UST_CLASS_TYPE(params, 8): 7u,                      \
		UST_CLASS_TYPE(params, 9): 8u, UST_CLASS_TYPE(params, 10): 9u,                     \
		UST_CLASS_TYPE(params, 11): 10u, UST_CLASS_TYPE(params, 12): 11u,                  \
		UST_CLASS_TYPE(params, 13): 12u, UST_CLASS_TYPE(params, 14): 13u,                  \
		UST_CLASS_TYPE(params, 15): 14u, UST_CLASS_TYPE(params, 16): 15u) << shift)
/* clang-format on */
#define UST_CLASS_TYPE(params, size) void (*)(UST_PP_OPEN_ params, char(*)[size])
#define UST_CLASS_FN(a, i, t)
#define UST_CLASS_STATE(class_)                                                                    \
	static struct ust_site_state ust_state = {0, 0, 0, 0, {UST_CLASS_TABLES(class_)}};
#endif

#define UST_CLASS_TABLES(class_)                                                                   \
	sizeof(ust_class_##class_##_tables) > sizeof(void *) ? ust_class_##class_##_tables : 0

#endif /* UST_DETAIL_CLASS_WORDS_H */
